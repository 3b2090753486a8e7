"""What machines ask: whether the portal can serve, and how it fares."""

import json
from datetime import timedelta

import pytest
from django.db import DatabaseError

from complaints.tasks import sweep_escalations
from complaints.tests.factories import file_one
from nakhoncity.city import sweeps
from nakhoncity.front import health
from nakhoncity.kit import registry
from nakhoncity.kit.cache import redis_state
from nakhoncity.kit.registry import Metric, Registry
from nakhoncity.line.tests.factories import NOW, owe
from nakhoncity.tests.portal import ROOT

pytestmark = pytest.mark.django_db
TOKEN = "a-token-of-these-tests"
ESCALATIONS = "complaints.tasks.sweep_escalations"
NAMES = {
    "line_oldest_message_seconds",
    "line_oldest_webhook_seconds",
    "line_failed_messages",
    "line_quota_used_ratio",
    "line_channel_closed",
    "line_trouble_seconds",
    "last_backup_seconds",
    "disk_free_ratio",
    "complaints_overdue",
    "complaints_last_escalation_sweep_seconds",
}


@pytest.fixture
def token(settings) -> str:
    settings.METRICS_TOKEN = TOKEN
    return f"Bearer {TOKEN}"


@pytest.fixture
def figures(monkeypatch) -> Registry[Metric]:
    """A list of figures of this test alone."""
    own: Registry[Metric] = Registry()
    monkeypatch.setattr(registry, "metrics", own)
    return own


def fail(now):
    msg = "somchai 0812345678"
    raise DatabaseError(msg)


def test_readyz_says_what_waits_and_that_no_redis_is_set(client, settings):
    settings.REDIS_URL = ""

    response = client.get("/readyz")

    assert (response.status_code, response.json()) == (
        200,
        {
            "database": "up",
            "migrated": True,
            "oldest_message_waits_s": 0,
            "oldest_webhook_waits_s": 0,
            "redis": "none",
        },
    )


def test_readyz_goes_on_without_redis(client, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    response = client.get("/readyz")

    assert (response.status_code, response.json()["redis"]) == (200, "down")


def test_readyz_is_503_without_database(client, settings, monkeypatch):
    settings.REDIS_URL = ""
    monkeypatch.setattr(health, "_database_state", fail)

    response = client.get("/readyz")

    assert (response.status_code, response.json()) == (503, {"database": "down", "redis": "none"})


def test_readyz_is_503_while_a_migration_is_missing(client, settings, monkeypatch):
    settings.REDIS_URL = ""
    monkeypatch.setattr(health.MigrationExecutor, "migration_plan", lambda executor, targets: ["one"])

    response = client.get("/readyz")

    assert (response.status_code, response.json()) == (503, {"database": "up", "migrated": False, "redis": "none"})


def test_redis_that_answers_is_up(settings, monkeypatch):
    settings.REDIS_URL = "redis://redis:6379/0"
    monkeypatch.setattr("redis.Redis.ping", lambda redis: True)

    assert redis_state() == "up"


def test_metrics_are_no_page_without_a_token_in_the_settings(client, settings):
    settings.METRICS_TOKEN = ""

    assert client.get("/metrics", headers={"authorization": "Bearer "}).status_code == 404


@pytest.mark.parametrize("given", ["", "Bearer ", f"Bearer {TOKEN}x", TOKEN, f"Basic {TOKEN}", "Bearer ก"])
def test_metrics_are_refused_to_who_names_another_token(client, token, given):
    response = client.get("/metrics", headers={"authorization": given})

    assert (response.status_code, response.content) == (403, b"Authorization: Bearer METRICS_TOKEN is needed.\n")


def test_metrics_are_text_that_prometheus_reads_and_nobody_keeps(client, token, figures):
    figures.register("answers", Metric("What it says.", lambda now: 42.0))

    response = client.get("/metrics", headers={"authorization": token})

    assert response.content.decode() == (
        "# HELP nakhoncity_answers What it says.\n# TYPE nakhoncity_answers gauge\nnakhoncity_answers 42.0\n"
    )
    assert (response["Content-Type"].split(";")[0], "no-store" in response["Cache-Control"]) == ("text/plain", True)


def test_a_metric_that_fails_is_left_out_and_its_name_logged(client, token, figures, caplog):
    figures.register("broken", Metric("Broken.", fail))
    figures.register("nothing", Metric("Nothing to tell.", lambda now: None))
    figures.register("whole", Metric("Whole.", lambda now: 1.0))

    page = client.get("/metrics", headers={"authorization": token}).content.decode()

    assert [line for line in page.splitlines() if not line.startswith("#")] == ["nakhoncity_whole 1.0"]
    logged = [record.getMessage() for record in caplog.records if record.name == health.__name__]
    assert logged == ["metric broken: DatabaseError"]


def test_every_room_tells_its_figures():
    assert set(registry.metrics.names()) == NAMES


def test_those_who_run_it_are_told_of_every_figure():
    page = (ROOT / "docs/running.md").read_text()

    assert [name for name in registry.metrics.names() if f"`{name}`" not in page] == []


def test_metrics_of_all_rooms_hold_no_personal_data(client, token):
    complaint = file_one()
    owe(words="ลับมาก")

    page = client.get("/metrics", headers={"authorization": token}).content.decode()

    told = {line.split()[0].removeprefix("nakhoncity_") for line in page.splitlines() if not line.startswith("#")}
    assert told <= NAMES
    assert (complaint.reference in page, "ลับมาก" in page) == (False, False)


def test_overdue_counts_cases_past_their_deadline(now):
    early, late = file_one(now=now), file_one(now=now + timedelta(days=1))
    read = dict(registry.metrics.items())["complaints_overdue"].read

    counts = [read(moment) for moment in (early.due_at, late.due_at, late.due_at + timedelta(seconds=1))]

    assert counts == [0.0, 1.0, 2.0]


def test_last_escalation_sweep_is_told_once_there_was_one(now, monkeypatch):
    monkeypatch.setattr(sweeps, "_marked", {})
    read = dict(registry.metrics.items())["complaints_last_escalation_sweep_seconds"].read
    before = read(now)

    sweeps.mark_sweep(name=ESCALATIONS, now=now)

    assert (before, read(now + timedelta(seconds=90))) == (None, 90.0)


def test_a_sweep_that_the_worker_ran_leaves_its_mark(monkeypatch):
    monkeypatch.setattr(sweeps, "_marked", {})

    sweep_escalations.apply(throw=True)

    assert sweeps.SweepMark.objects.filter(name=ESCALATIONS).count() == 1


def test_marks_are_written_twice_a_minute_at_most(now, monkeypatch):
    monkeypatch.setattr(sweeps, "_marked", {})
    for seconds in (0, 29, 30, 40):
        sweeps.mark_sweep(name="sweep", now=now + timedelta(seconds=seconds))

    assert sweeps.seconds_since_sweep(name="sweep", now=now + timedelta(seconds=40)) == 10.0


def test_oldest_message_waits_since_it_was_due(client, token):
    owe(send_after=NOW - timedelta(seconds=70))

    assert dict(registry.metrics.items())["line_oldest_message_seconds"].read(NOW) == 70.0


def test_readyz_is_json_of_whole_seconds(client, settings):
    settings.REDIS_URL = ""
    owe(send_after=NOW - timedelta(days=400), expires_at=NOW + timedelta(days=800))

    assert type(json.loads(client.get("/readyz").content)["oldest_message_waits_s"]) is int

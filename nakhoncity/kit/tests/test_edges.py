"""Clock, bell, registries, htmx, cache and template words."""

import socket
import time
from datetime import UTC, timedelta

import pytest
from celery import Celery, current_app
from django.db import connection, transaction
from django.http import HttpResponse
from django.template import Context, Template
from kombu.exceptions import OperationalError

from nakhoncity.kit import queue
from nakhoncity.kit.cache import ForgivingRedisCache
from nakhoncity.kit.clock import database_now
from nakhoncity.kit.htmx import page_or_part
from nakhoncity.kit.registry import Registry

REAL_RING = queue._ring
# What settings.py gives a Redis broker.
REDIS_OPTIONS = {"socket_timeout": 0.3, "socket_connect_timeout": 0.3, "max_retries": 0}


# --- clock ---------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_database_now_is_this_moment_in_utc(django_assert_num_queries):
    before = time.time()

    with django_assert_num_queries(1 if connection.vendor == "postgresql" else 0):
        moment = database_now()

    assert moment.tzinfo is UTC
    assert before - 1 <= moment.timestamp() <= time.time() + 1


@pytest.mark.django_db
def test_database_now_goes_on_inside_a_transaction():
    first = database_now()
    time.sleep(0.002)

    assert database_now() - first >= timedelta(milliseconds=2)


# --- the bell ------------------------------------------------------------------------------------


@pytest.fixture
def rung(monkeypatch):
    """What was sent to the broker."""
    sent = []
    monkeypatch.setattr(queue, "_ring", REAL_RING)
    monkeypatch.setattr(current_app, "send_task", lambda name, **options: sent.append((name, options)))
    return sent


@pytest.mark.django_db(transaction=True)
def test_nudge_rings_after_the_commit_and_says_when_it_is_stale(rung):
    with transaction.atomic():
        queue.nudge("sweep")
        assert rung == []

    assert rung == [("sweep", {"expires": 20, "retry": False, "ignore_result": True})]


@pytest.mark.django_db(transaction=True)
def test_nudge_is_silent_when_the_transaction_is_undone(rung):
    with transaction.atomic():
        queue.nudge("sweep")
        transaction.set_rollback(True)

    assert rung == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("fault", [OperationalError("away"), OSError("disk full"), KeyError("unforeseen")])
def test_nudge_never_raises(rung, monkeypatch, fault):
    def fail(*args, **options):
        raise fault

    monkeypatch.setattr(current_app, "send_task", fail)

    with transaction.atomic():
        queue.nudge("sweep")


@pytest.fixture
def deaf_port():
    """A port that takes the connection and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture
def closed_port():
    """A port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


@pytest.mark.parametrize("port", ["closed_port", "deaf_port"])
def test_the_bell_gives_up_within_half_a_second(port, request, monkeypatch):
    url = f"redis://127.0.0.1:{request.getfixturevalue(port)}/0"
    app = Celery("bell", broker=url, set_as_current=False)
    app.conf.broker_transport_options = REDIS_OPTIONS
    monkeypatch.setattr(queue, "current_app", app)
    before = time.monotonic()

    REAL_RING("sweep")

    assert time.monotonic() - before <= 0.5


# --- registries ----------------------------------------------------------------------------------


def test_a_registry_keeps_order_and_replaces_by_name():
    registry: Registry[int] = Registry()
    registry.register("one", 1)
    registry.register("two", 2)
    registry.register("one", 11)

    assert registry.all() == [11, 2]
    assert registry.names() == ["one", "two"]


# --- htmx ----------------------------------------------------------------------------------------


@pytest.fixture
def rendered(monkeypatch):
    """page_or_part without files: the answer names the template."""
    monkeypatch.setattr(
        "nakhoncity.kit.htmx.render",
        lambda _, name, context, status: HttpResponse(f"{name} {context['word']}", status=status),
    )

    def ask(rf, **htmx):
        request = rf.get("/")
        request.htmx = type("Details", (), {"__bool__": lambda _: bool(htmx), "boosted": False, **htmx})()
        return page_or_part(request, page="page.html", part="_part.html", context={"word": "น้ำ"}, status=422)

    return ask


@pytest.mark.parametrize(
    ("htmx", "name"), [({}, "page.html"), ({"target": "x"}, "_part.html"), ({"boosted": True}, "page.html")]
)
def test_page_or_part(rf, rendered, htmx, name):
    response = rendered(rf, **htmx)

    assert (response.content.decode(), response.status_code) == (f"{name} น้ำ", 422)
    assert response["Vary"] == "HX-Request"


# --- cache ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("port", ["closed_port", "deaf_port"])
def test_the_cache_misses_while_redis_is_away(port, request):
    cache = ForgivingRedisCache(f"redis://127.0.0.1:{request.getfixturevalue(port)}/0", {})
    before = time.monotonic()

    assert cache.get("town", "fallback") == "fallback"
    assert cache.set("town", 1) is None
    assert cache.add("town", 1) is True
    assert time.monotonic() - before < 2


def test_every_other_question_is_forgiven_too(closed_port):
    cache = ForgivingRedisCache(f"redis://127.0.0.1:{closed_port}/0", {})

    assert cache.get_many(["town"]) == {}
    assert cache.set_many({"town": 1}) == ["town"]
    assert cache.delete_many(["town"]) is None
    assert cache.clear() is None
    assert (cache.delete("town"), cache.touch("town"), cache.has_key("town")) == (False, False, False)
    assert ("town" in cache) is False
    assert cache.get_or_set("town", 7) == 7
    with pytest.raises(ValueError, match="town"):
        cache.incr("town")


# --- template words ------------------------------------------------------------------------------


def drawn(source: str, **context: object) -> str:
    return Template("{% load thai %}" + source).render(Context(context))


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("{{ at|thai_date }}", "25 พ.ย. 2569"),
        ("{{ at|thai_day }}", "25 พ.ย."),
        ("{{ at|thai_time }}", "10.00 น."),
        ("{{ at|thai_datetime }}", "25 พ.ย. 2569 10.00 น."),
        ("{{ none|thai_date }}{{ none|thai_day }}{{ none|thai_time }}{{ none|thai_datetime }}", ""),
        ("{{ number|phone }}", "081 234 5678"),
        ("{{ none|phone }}", ""),
        ("{{ length|length_words }}", "1 วัน 4 ชม."),
        ("{{ none|length_words }}", ""),
    ],
)
def test_filters(source, words, now):
    context = {"at": now, "none": None, "number": "0812345678", "length": timedelta(hours=28)}

    assert drawn(source, **context) == words


def test_thai_when_speaks_to_machines_and_people(now):
    html = '<time class="nb" datetime="2026-11-25T03:00:00+00:00">25 พ.ย. 2569 10.00 น.</time>'

    assert drawn("{% thai_when at %}", at=now) == html


def test_icon_points_into_the_icon_file():
    html = '<svg class="icon" aria-hidden="true"><use href="/static/app/icons.svg#i-pin"/></svg>'

    assert drawn('{% icon "pin" %}') == html


def test_icon_takes_a_class_and_escapes_it():
    html = '<svg class="icon is-small&quot;&gt;" aria-hidden="true"><use href="/static/app/icons.svg#i-pin"/></svg>'

    assert drawn('{% icon "pin" css %}', css='is-small">') == html


def test_options_select_what_was_typed_whether_text_or_number():
    lines = [(7, "ไฟฟ้า", 3), (8, "ถนน")]
    html = '<option value="7" data-value="3">ไฟฟ้า</option><option value="8" selected>ถนน</option>'

    assert {drawn("{% options lines chosen %}", lines=lines, chosen=chosen) for chosen in (8, "8")} == {html}


def test_options_escape_values_and_words():
    html = '<option value="&quot;&gt;" data-value="&lt;">&lt;b&gt;</option>'

    assert drawn("{% options lines %}", lines=[('">', "<b>", "<")]) == html

"""A resident's browser: signed in by a token of which the database keeps the hash, for ninety sliding days."""

from datetime import timedelta

import pytest
from django.http import HttpResponse

from nakhoncity.residents import tasks
from nakhoncity.residents.models import ResidentSession
from nakhoncity.residents.sessions import (
    COOKIE,
    LASTS,
    find_session,
    hash_token,
    revoke_sessions,
    set_cookie,
    start_session,
    sweep_sessions,
)
from nakhoncity.residents.tests.factories import ResidentFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def somchai():
    return ResidentFactory()


def start(resident, now):
    return start_session(resident=resident, now=now, user_agent="Phone")


def test_start_session_keeps_the_hash_and_never_the_token(somchai, now):
    token = start(somchai, now)

    session = ResidentSession.objects.get()
    assert session.token_hash == hash_token(token)
    assert token not in str(vars(session))


def test_start_session_takes_odd_browser_names(somchai, now):
    start_session(resident=somchai, now=now, user_agent="a\x00" * 500)

    assert ResidentSession.objects.get().user_agent == "a" * 200


def test_find_session_knows_the_resident_in_one_query(somchai, now, django_assert_num_queries):
    token = start(somchai, now)

    with django_assert_num_queries(1):
        found = find_session(token=token, now=now).resident

    assert found == somchai


@pytest.mark.parametrize("token", ["", "x", "\x00", "\ud800", "ก" * 10_000])
def test_find_session_of_another_token_is_none(somchai, now, token):
    start(somchai, now)

    assert find_session(token=token, now=now) is None


def test_find_session_ends_on_the_ninetieth_day(somchai, now):
    token = start(somchai, now)

    assert find_session(token=token, now=now + LASTS - timedelta(seconds=1))
    ResidentSession.objects.update(expires_at=now + LASTS)
    assert find_session(token=token, now=now + LASTS) is None


def test_find_session_begins_the_ninety_days_anew_after_a_day(somchai, now):
    token = start(somchai, now)
    later = now + timedelta(days=2)

    find_session(token=token, now=later)

    assert ResidentSession.objects.get().expires_at == later + LASTS


def test_find_session_writes_nothing_within_a_day(somchai, now, django_assert_num_queries):
    token = start(somchai, now)

    with django_assert_num_queries(1):
        find_session(token=token, now=now + timedelta(hours=23))


def test_find_session_does_not_slide_one_that_was_ended_meanwhile(somchai, now):
    token = start(somchai, now)
    revoke_sessions(resident=somchai, now=now)

    assert find_session(token=token, now=now + timedelta(days=2)) is None


def test_revoke_sessions_ends_this_resident_only(somchai, now):
    token, others = start(somchai, now), start(ResidentFactory(), now)

    assert revoke_sessions(resident=somchai, now=now) == 1
    assert find_session(token=token, now=now) is None
    assert find_session(token=others, now=now)


def test_sweep_sessions_deletes_what_ran_out_and_is_harmless_twice(somchai, now):
    start(somchai, now - LASTS)
    kept = start(somchai, now)

    assert [sweep_sessions(now=now), sweep_sessions(now=now)] == [1, 0]
    assert find_session(token=kept, now=now)


def test_task_sweeps_by_the_databases_clock(somchai, now):
    start(somchai, now - timedelta(days=3650))

    tasks.sweep_sessions()

    assert not ResidentSession.objects.exists()


def test_set_cookie_is_hidden_from_scripts_and_other_sites(somchai, now):
    response = HttpResponse()

    set_cookie(response, "token")

    cookie = response.cookies[COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
    assert (cookie["domain"], cookie["max-age"]) == ("", 90 * 24 * 3600)


def test_set_cookie_is_secure_on_https(settings):
    settings.IS_HTTPS = True
    response = HttpResponse()

    set_cookie(response, "token")

    assert response.cookies[COOKIE]["secure"] is True

"""How fast people may knock."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from nakhoncity.city.models import RateLimit


def knock(now, *, key: str = "report:somchai", most: int = 3, seconds: int = 60) -> bool:
    return RateLimit.take(key=key, most=most, seconds=seconds, now=now)


@pytest.mark.django_db
def test_take_allows_so_many_in_a_window_and_no_more(now):
    assert [knock(now) for _ in range(5)] == [True, True, True, False, False]


@pytest.mark.django_db
def test_take_counts_each_key_apart(now):
    for _ in range(3):
        knock(now)

    assert (knock(now), knock(now, key="report:malee")) == (False, True)


@pytest.mark.django_db
def test_take_begins_anew_in_the_next_window(now):
    for _ in range(4):
        knock(now)

    assert knock(now + timedelta(seconds=59)) is False
    assert knock(now + timedelta(seconds=60)) is True
    assert RateLimit.objects.get().count == 1


@pytest.mark.django_db
def test_a_lagging_clock_does_not_begin_the_old_window_anew(now):
    answers = [knock(now + timedelta(seconds=60 * (step % 2))) for step in range(6)]

    assert answers == [True, True, True, True, False, False]


@pytest.mark.django_db
def test_a_clock_set_back_by_a_day_does_not_lock_people_out(now):
    for _ in range(4):
        knock(now + timedelta(days=1))

    assert knock(now) is True


@pytest.mark.django_db
def test_take_is_one_statement(now, django_assert_num_queries):
    with django_assert_num_queries(1):
        knock(now)


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["track:\x00", "track:\ud800", "ก" * 300, "'; DROP TABLE city_ratelimit; --", ""])
def test_take_survives_any_key(now, key):
    assert [knock(now, key=key, most=1), knock(now, key=key, most=1)] == [True, False]


@pytest.mark.django_db(transaction=True)
def test_of_twenty_knocks_at_once_five_are_let_in(now):
    answers, start = [], threading.Barrier(20)

    def visit() -> None:
        try:
            start.wait(10)
            answers.append(knock(now, most=5))
        finally:
            connection.close()

    threads = [threading.Thread(target=visit) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert sorted(answers) == [False] * 15 + [True] * 5

"""Working days."""

from datetime import date, time

import pytest

from nakhoncity.kit.officehours import OfficeHours

HOURS = OfficeHours(opens=time(8, 30), closes=time(16, 30), holidays=frozenset({date(2026, 12, 10)}))


@pytest.mark.parametrize(
    ("day", "answer"),
    [
        (date(2026, 12, 9), True),
        (date(2026, 12, 10), False),
        (date(2026, 12, 11), True),
        (date(2026, 12, 12), False),
        (date(2026, 12, 13), False),
        (date(2026, 12, 14), True),
    ],
)
def test_weekends_and_holidays_are_no_working_days(day, answer):
    assert HOURS.is_working_day(day) is answer


def test_office_hours_are_plain_equal_data():
    assert OfficeHours(time(8, 30), time(16, 30), frozenset({date(2026, 12, 10)})) == HOURS

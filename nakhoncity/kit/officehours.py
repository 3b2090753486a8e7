"""When an office is open: plain data, made by the city and read by the clocks."""

from dataclasses import dataclass
from datetime import date, time

SATURDAY = 5


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """Opening hours in Bangkok time, the same on every working day."""

    opens: time
    closes: time
    holidays: frozenset[date]

    def is_working_day(self, day: date) -> bool:
        """Whether the office opens on this day: neither Saturday, Sunday nor a holiday."""
        return day.weekday() < SATURDAY and day not in self.holidays

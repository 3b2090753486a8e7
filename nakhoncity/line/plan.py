"""The month's message plan: who may still send when the quota runs short. Pure functions.

LINE counts every push per recipient. A reserve (the town's share, by default 20 %) is kept for flood warnings and
results. Of what is open to all, news stop first, then messages to staff.
"""

from dataclasses import dataclass

from nakhoncity.line.models import MessageClass

# Percent of what is open to all at which a class stops; the classes not named stop when it is used up.
STOPS_AT = {MessageClass.NEWS: 70, MessageClass.STAFF: 85}
MAY_USE_RESERVE = {MessageClass.FLOOD, MessageClass.RESULT}
# Percent of the whole quota at which staff are told.
TOLD_AT = (70, 85, 95)


@dataclass(kw_only=True)
class Plan:
    """The month as it stands; `limit` None: LINE counts nothing."""

    limit: int | None
    used: int
    reserve_percent: int

    def room(self, message_class: int) -> int | None:
        """How many more messages of this class may leave; None: as many as one likes."""
        if self.limit is None:
            return None
        return max(0, self._ceiling(self.limit, MessageClass(message_class)) - self.used)

    def closed_classes(self) -> list[MessageClass]:
        """Classes that may send nothing at the moment."""
        return [each for each in MessageClass if self.room(each) == 0]

    def take(self, message_class: int) -> bool:
        """Count one message that is about to leave; False if its class has no room for it."""
        if self.room(message_class) == 0:
            return False
        self.used += 1
        return True

    def told_at(self) -> int:
        """The highest percentage of TOLD_AT that is reached; 0: none."""
        if not self.limit:
            return 0
        return max((each for each in TOLD_AT if self.used * 100 >= self.limit * each), default=0)

    def _ceiling(self, limit: int, message_class: MessageClass) -> int:
        if message_class in MAY_USE_RESERVE:
            return limit
        open_to_all = limit * (100 - self.reserve_percent) // 100
        return open_to_all * STOPS_AT.get(message_class, 100) // 100

"""The smallest valid resident."""

from datetime import UTC, datetime

import factory
from factory.django import DjangoModelFactory

from nakhoncity.residents.models import Resident


class ResidentFactory(DjangoModelFactory[Resident]):
    """A resident with a LINE identity who has the town as a friend."""

    class Meta:
        model = Resident

    line_user_id = factory.Sequence(lambda n: f"U{n:032x}")
    display_name = "สมชาย"
    is_friend = True
    created_at = datetime(2026, 11, 1, 3, 0, tzinfo=UTC)

"""The smallest valid resident."""

from datetime import UTC, datetime

import factory

from nakhoncity.residents.models import Resident


class ResidentFactory(factory.django.DjangoModelFactory[Resident]):
    """Somebody known by LINE who has the town as a friend."""

    class Meta:
        model = Resident

    line_user_id = factory.Sequence(lambda n: f"U{n:032x}")
    display_name = "สมชาย"
    is_friend = True
    created_at = datetime(2026, 11, 1, tzinfo=UTC)

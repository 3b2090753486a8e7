"""What must be true of the database before the portal starts."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connection
from django.db.utils import OperationalError


@register(Tags.database)
def check_character_type(databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """PostgreSQL must know UTF-8 letters: under the C character type Thai trigram search finds nothing."""
    if not databases or connection.vendor != "postgresql":
        return []
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT datctype FROM pg_database WHERE datname = current_database()")
            ctype: str = cursor.fetchone()[0]
    except OperationalError:
        return []
    if "UTF" in ctype.upper():
        return []
    hint = "Create the database with TEMPLATE template0 LC_CTYPE 'C.UTF-8'."
    return [Error(f"DATABASE_URL: the database's character type is {ctype}, not UTF-8.", hint=hint, id="city.E001")]

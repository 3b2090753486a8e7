"""Keys of the open API: issued, found, revoked; and what was written with them, each thing once."""

import hashlib
import json
import secrets
import string
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from nakhoncity.city.models import ApiKey, ApiWrite
from nakhoncity.kit.registry import api_scopes

# Every key begins with this, so that scanners for lost secrets know one when they see it.
MARK = "nkc"
LETTERS = string.ascii_lowercase + string.digits
USE_NOTED_EACH = timedelta(minutes=1)
LONGEST = timedelta(days=2 * 366)
OBJECTS = UUID("6d0a2b9e-8a55-4c37-9a0f-2f4e2b1f7c10")


class OtherBody(Exception):
    """This idempotency key has already brought another body."""


@dataclass(frozen=True)
class Issued:
    """A new key, and its secret: the only moment at which anybody has it."""

    key: ApiKey
    secret: str


@dataclass(frozen=True)
class Attempt:
    """One write as a program sends it, perhaps not for the first time."""

    writer: str
    idempotency_key: str
    fingerprint: str

    @property
    def object_id(self) -> UUID:
        """An id for what the write makes: the same for each attempt, another for every other."""
        return uuid5(OBJECTS, f"{self.writer}\n{self.idempotency_key}")


def issue_key(
    *, name: str, scopes: Sequence[str], per_minute: int, expires_at: datetime, by: str, now: datetime
) -> Issued:
    """Make a key for the system of this name. Raises ValidationError with sentences for whoever issues it."""
    if not scopes or set(scopes) - set(api_scopes.names()):
        raise ValidationError({"scopes": _("กรุณาเลือกสิทธิ์อย่างน้อยหนึ่งข้อจากรายการ")})
    if expires_at > now + LONGEST:
        raise ValidationError({"expires_at": _("กุญแจหนึ่งดอกใช้ได้ไม่เกิน 2 ปี กรุณาเลือกวันที่เร็วขึ้น")})
    prefix = "".join(secrets.choice(LETTERS) for _letter in range(8))
    secret = f"{MARK}_{prefix}_{secrets.token_urlsafe(32)}"
    key = ApiKey(
        name=name,
        prefix=prefix,
        secret_hash=hash_secret(secret),
        scopes=sorted(scopes),
        per_minute=per_minute,
        issued_by=by,
        issued_at=now,
        expires_at=expires_at,
    )
    key.full_clean()
    key.save(force_insert=True)
    return Issued(key, secret)


def revoke_key(*, prefix: str, by: str, now: datetime) -> bool:
    """End a key for good, at once; False when there is none of this prefix that is not revoked yet."""
    return bool(ApiKey.objects.filter(prefix=prefix, revoked_at=None).update(revoked_at=now, revoked_by=by))


def find_key(*, secret: str, now: datetime) -> ApiKey | None:
    """The living key of a secret; its use is noted once a minute."""
    key = ApiKey.objects.alive(now).filter(secret_hash=hash_secret(secret)).first()
    if key and (key.last_used_at is None or now - key.last_used_at >= USE_NOTED_EACH):
        old = Q(last_used_at=None) | Q(last_used_at__lt=now)
        ApiKey.objects.filter(old, pk=key.pk).update(last_used_at=now)
    return key


def hash_secret(secret: str) -> str:
    """What the database keeps of a secret; its 256 bits of chance need no slow hash."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def attempt_of(*, key: ApiKey, idempotency_key: str, body: Any) -> Attempt:
    """One attempt to write; spaces and the order of names in the body make no difference."""
    text = json.dumps(body, sort_keys=True, separators=(",", ":"))
    print_of = salted_hmac("nakhoncity.city.keys", text, algorithm="sha256").hexdigest()
    return Attempt(writer=key.name, idempotency_key=idempotency_key, fingerprint=print_of)


def find_write(*, attempt: Attempt) -> ApiWrite | None:
    """What an earlier attempt made, None if this is the first. Raises OtherBody."""
    earlier = ApiWrite.objects.filter(writer=attempt.writer, idempotency_key=attempt.idempotency_key).first()
    if earlier and earlier.fingerprint != attempt.fingerprint:
        raise OtherBody
    return earlier


def record_write(*, attempt: Attempt, reference: str, now: datetime) -> None:
    """Note what an attempt made; in the transaction that makes it."""
    ApiWrite.objects.create(
        writer=attempt.writer,
        idempotency_key=attempt.idempotency_key,
        fingerprint=attempt.fingerprint,
        reference=reference,
        written_at=now,
    )

"""Signing a resident's browser in and out. The cookie holds a random token, the database its hash."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.http import HttpResponse

from nakhoncity.kit.thai import clean_text
from nakhoncity.residents.models import Resident, ResidentSession

LASTS = timedelta(days=90)
# The ninety days slide, but are written at most once a day.
SLIDES_AFTER = timedelta(days=1)
COOKIE = "__Host-resident" if settings.IS_HTTPS else "resident"


def start_session(*, resident: Resident, now: datetime, user_agent: str) -> str:
    """Sign a browser in; returns the token for its cookie."""
    token = secrets.token_urlsafe(32)
    ResidentSession.objects.create(
        token_hash=hash_token(token),
        resident=resident,
        created_at=now,
        last_seen_at=now,
        expires_at=now + LASTS,
        user_agent=clean_text(user_agent)[:200],
    )
    return token


def find_session(*, token: str, now: datetime) -> ResidentSession | None:
    """The living session of a token, with its resident; its ninety days begin anew once a day."""
    session = ResidentSession.objects.alive(now).select_related("resident").filter(token_hash=hash_token(token)).first()
    if session and now - session.last_seen_at > SLIDES_AFTER:
        ResidentSession.objects.filter(pk=session.pk).update(last_seen_at=now, expires_at=now + LASTS)
    return session


def revoke_sessions(*, resident: Resident, now: datetime) -> int:
    """Sign a resident out everywhere; returns how many browsers that were."""
    return ResidentSession.objects.alive(now).filter(resident=resident).update(revoked_at=now)


def sweep_sessions(*, now: datetime) -> int:
    """Delete sessions that ran out; returns how many."""
    deleted, _ = ResidentSession.objects.filter(expires_at__lte=now).delete()
    return deleted


def set_cookie(response: HttpResponse, token: str) -> None:
    """Give the browser its token: no script reads it, no other site sends it."""
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(LASTS.total_seconds()),
        httponly=True,
        secure=settings.IS_HTTPS,
        samesite="Lax",
    )


def hash_token(token: str) -> str:
    """What the database keeps of a token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()

"""The only module that calls LINE's Messaging API. The SDK is imported inside functions: 1.4 s and 60 MB."""

import json
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

from django.conf import settings

log = logging.getLogger(__name__)
# Seconds to connect, and to wait for each piece of the answer.
TIMEOUT_S = (3.0, 10.0)
CONNECTIONS = 8
_opening = threading.Lock()


@dataclass(frozen=True)
class Call:
    """One request to LINE."""

    kind: str
    to: str
    messages: list[dict[str, Any]]
    retry_key: str
    reply_token: str = ""


@dataclass(frozen=True)
class Answer:
    """What LINE said; status None: no clear answer came. `never_sent`: no connection, LINE can't have heard it."""

    status: int | None
    request_id: str = ""
    error: str = ""
    never_sent: bool = False

    @property
    def is_accepted(self) -> bool:
        """LINE has it: now, or before (409 to the same retry key)."""
        return self.status is not None and (self.status == 409 or 200 <= self.status < 300)

    @property
    def is_clear_no(self) -> bool:
        """Not accepted for certain, but later it may be: too fast or over quota, our token refused, no connection."""
        return self.never_sent or self.status in {401, 429}

    @property
    def is_final(self) -> bool:
        """LINE will never take it."""
        return self.status is not None and 400 <= self.status < 500 and self.status not in {401, 409, 429}

    @property
    def is_unclear(self) -> bool:
        """LINE is not well: it may have taken it or not, or could not be reached at all."""
        return not self.is_accepted and not self.is_final and self.status not in {401, 429}


@dataclass(frozen=True)
class Quota:
    """The month's quota as LINE counts it; limit None: no limit."""

    limit: int | None
    used: int


class LineRefused(Exception):
    """LINE did not do what it was asked; the text says what it answered."""


class LineClient(Protocol):
    """What the outbox needs of LINE. Called from several threads at once."""

    def send(self, call: Call) -> Answer:
        """Make one call and say what came back; never raises for what a network or LINE does."""

    def read_quota(self) -> Quota | None:
        """The month's quota; None when LINE does not say."""


class SdkClient:
    """LINE by its SDK, with our own timeouts and no retries of its own."""

    def send(self, call: Call) -> Answer:
        """Push or reply."""
        from linebot.v3.messaging import PushMessageRequest, ReplyMessageRequest

        try:
            if call.kind == "reply":
                reply = ReplyMessageRequest.from_dict({"replyToken": call.reply_token, "messages": call.messages})
                return _ask("reply_message_with_http_info", reply)
            push = PushMessageRequest.from_dict({"to": call.to, "messages": call.messages})
        except (ValueError, TypeError, AttributeError, KeyError) as error:
            # The SDK can't make a request of it, so that it will never go.
            return Answer(400, "", f"no message: {type(error).__name__}")
        return _ask("push_message_with_http_info", push, x_line_retry_key=call.retry_key)

    def read_quota(self) -> Quota | None:
        """Ask for the limit, then for what is used."""
        from linebot.v3.messaging.exceptions import ApiException
        from urllib3.exceptions import HTTPError

        try:
            quota = _api().get_message_quota(_request_timeout=TIMEOUT_S)
            used = _api().get_message_quota_consumption(_request_timeout=TIMEOUT_S)
        except (ApiException, HTTPError, OSError, ValueError) as error:
            log.warning("quota not read: %s", type(error).__name__)
            return None
        return Quota(limit=quota.value if quota.type == "limited" else None, used=int(used.total_usage))


def read_bot_user_id() -> str:
    """Our own account's user id, which webhooks name as their destination; empty when LINE does not say."""
    from linebot.v3.messaging.exceptions import ApiException
    from urllib3.exceptions import HTTPError

    try:
        return str(_api().get_bot_info(_request_timeout=TIMEOUT_S).user_id)
    except (ApiException, HTTPError, OSError, ValueError) as error:
        log.warning("own account not read: %s", type(error).__name__)
        return ""


def _ask(name: str, request: Any, **options: Any) -> Answer:
    from linebot.v3.messaging.exceptions import ApiException
    from urllib3.exceptions import HTTPError

    try:
        result = getattr(_api(), name)(request, _request_timeout=TIMEOUT_S, **options)
    except ApiException as error:
        return _refusal(error)
    except (HTTPError, OSError) as error:
        return Answer(None, "", type(error).__name__, never_sent=_never_sent(error))
    except ValueError:
        # The SDK could not read the answer's body. If it was a yes, the next attempt gets a 409.
        return Answer(None, "", "answer not readable")
    return Answer(int(result.status_code), _request_id(result.headers))


def _refusal(error: Any) -> Answer:
    request_id = _request_id(error.headers)
    if not error.status:
        return Answer(None, request_id, "TLS")
    return Answer(int(error.status), request_id, _reason(error.body) or str(error.reason or ""))


def _request_id(headers: Any) -> str:
    return str((headers or {}).get("x-line-request-id", ""))[:64]


def _reason(body: object) -> str:
    """What LINE's error body says; it names fields, not people."""
    try:
        said = json.loads(str(body or ""))
    except ValueError:
        return ""
    return str(said.get("message", "")) if isinstance(said, dict) else ""


def _never_sent(error: Exception) -> bool:
    """Whether not even a connection came about."""
    from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NewConnectionError

    cause = error.reason if isinstance(error, MaxRetryError) else error
    return isinstance(cause, NewConnectionError | ConnectTimeoutError)


def _api() -> Any:
    """One client per process: threads that come first together must not each make one."""
    with _opening:
        return _open(settings.LINE_API_BASE, settings.LINE_CHANNEL_ACCESS_TOKEN)


@lru_cache(maxsize=1)
def _open(base: str, token: str) -> Any:
    from linebot.v3.messaging import ApiClient, MessagingApi

    return MessagingApi(ApiClient(_configuration(base, token)))


def _configuration(base: str, token: str) -> Any:
    import urllib3
    from linebot.v3.messaging import Configuration

    configuration = Configuration(access_token=token, **({"host": base} if base else {}))
    configuration.retries = urllib3.Retry(0)
    configuration.connection_pool_maxsize = CONNECTIONS
    return configuration


# Rich menu


@contextmanager
def _refusals() -> Iterator[None]:
    """What the SDK and the network raise, as LineRefused."""
    from linebot.v3.messaging.exceptions import ApiException
    from urllib3.exceptions import HTTPError

    try:
        yield
    except ApiException as error:
        msg = f"HTTP {error.status} {_reason(error.body) or error.reason}"
        raise LineRefused(msg) from error
    except (HTTPError, OSError, ValueError) as error:
        raise LineRefused(type(error).__name__) from error


def read_default_menu() -> str:
    """The name of everybody's rich menu; empty when there is none. Raises LineRefused."""
    from linebot.v3.messaging.exceptions import NotFoundException

    with _refusals():
        return _default_menu_name(NotFoundException)


def _default_menu_name(not_found: type[Exception]) -> str:
    api = _api()
    try:
        menu_id = api.get_default_rich_menu_id(_request_timeout=TIMEOUT_S).rich_menu_id
        return str(api.get_rich_menu(menu_id, _request_timeout=TIMEOUT_S).name)
    except not_found:
        return ""


def make_rich_menu(*, menu: dict[str, Any], picture: bytes) -> str:
    """Create a rich menu with its PNG picture, make it everybody's, and return its id. Raises LineRefused."""
    with _refusals():
        return _make_rich_menu(menu, picture)


def _make_rich_menu(menu: dict[str, Any], picture: bytes) -> str:
    from linebot.v3.messaging import ApiClient, MessagingApiBlob, RichMenuRequest

    api = _api()
    menu_id: str = api.create_rich_menu(RichMenuRequest.from_dict(menu), _request_timeout=TIMEOUT_S).rich_menu_id
    # LINE serves pictures from another host; a stand-in has one address for all.
    configuration = _configuration(settings.LINE_API_BASE, settings.LINE_CHANNEL_ACCESS_TOKEN)
    MessagingApiBlob(ApiClient(configuration)).set_rich_menu_image(
        menu_id, body=bytearray(picture), _headers={"Content-Type": "image/png"}, _request_timeout=TIMEOUT_S
    )
    api.set_default_rich_menu(menu_id, _request_timeout=TIMEOUT_S)
    return menu_id


def delete_menus(*, prefix: str, keep: str) -> int:
    """Delete the menus whose name begins with `prefix`, but for the id `keep`; returns how many. Raises LineRefused."""
    with _refusals():
        api = _api()
        menus = api.get_rich_menu_list(_request_timeout=TIMEOUT_S).richmenus
        old = [each.rich_menu_id for each in menus if each.name.startswith(prefix) and each.rich_menu_id != keep]
        for menu_id in old:
            api.delete_rich_menu(menu_id, _request_timeout=TIMEOUT_S)
    return len(old)

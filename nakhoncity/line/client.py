"""The only module that calls LINE's Messaging API. The SDK is imported inside functions: 1.4 s and 60 MB."""

import logging
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol

from django.conf import settings

log = logging.getLogger(__name__)
TIMEOUT_S = (3.0, 10.0)


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
    """What LINE said; status None: no clear answer came."""

    status: int | None
    request_id: str = ""
    error: str = ""
    is_quota: bool = False

    @property
    def is_accepted(self) -> bool:
        """LINE has it: now, or before (409 to the same retry key)."""
        return self.status is not None and (self.status == 409 or 200 <= self.status < 300)

    @property
    def is_final(self) -> bool:
        """LINE will never take it."""
        return self.status is not None and 400 <= self.status < 500 and self.status != 429


class LineClient(Protocol):
    """What the outbox needs of LINE."""

    def send(self, call: Call) -> Answer:
        """Make one call and say what came back; never raises for what a network or LINE does."""


class SdkClient:
    """LINE by its SDK, with our own timeouts and no retries of its own."""

    def send(self, call: Call) -> Answer:
        """Push or reply."""
        from linebot.v3.messaging import PushMessageRequest, ReplyMessageRequest

        if call.kind == "reply":
            request = ReplyMessageRequest.from_dict({"replyToken": call.reply_token, "messages": call.messages})
            return self._call("reply_message_with_http_info", request)
        request = PushMessageRequest.from_dict({"to": call.to, "messages": call.messages})
        return self._call("push_message_with_http_info", request, x_line_retry_key=call.retry_key)

    def _call(self, name: str, request: Any, **options: Any) -> Answer:
        from linebot.v3.messaging.exceptions import ApiException
        from urllib3.exceptions import HTTPError

        try:
            result = getattr(_api(), name)(request, _request_timeout=TIMEOUT_S, **options)
        except ApiException as error:
            headers = error.headers or {}
            is_quota = error.status == 429 and "monthly limit" in str(error.body or "")
            return Answer(int(error.status), headers.get("x-line-request-id", ""), str(error.reason or ""), is_quota)
        except (HTTPError, OSError) as error:
            return Answer(None, "", type(error).__name__)
        return Answer(int(result.status_code), (result.headers or {}).get("x-line-request-id", ""))


@cache
def _api() -> Any:
    """One client per process."""
    import urllib3
    from linebot.v3.messaging import ApiClient, Configuration, MessagingApi

    options = {"host": settings.LINE_API_BASE} if settings.LINE_API_BASE else {}
    configuration = Configuration(access_token=settings.LINE_CHANNEL_ACCESS_TOKEN, **options)
    configuration.retries = urllib3.Retry(0)
    return MessagingApi(ApiClient(configuration))


def read_quota() -> tuple[int | None, int] | None:
    """(limit or None, used this month) as LINE counts it; None when LINE does not answer."""
    from linebot.v3.messaging.exceptions import ApiException
    from urllib3.exceptions import HTTPError

    try:
        quota = _api().get_message_quota(_request_timeout=TIMEOUT_S)
        used = _api().get_message_quota_consumption(_request_timeout=TIMEOUT_S)
    except (ApiException, HTTPError, OSError) as error:
        log.warning("quota not read: %s", type(error).__name__)
        return None
    return (quota.value if quota.type == "limited" else None), int(used.total_usage)


def make_rich_menu(menu: dict[str, Any], picture: bytes) -> str:
    """Create a rich menu with its PNG picture, make it everybody's, delete older ones; returns its id."""
    from linebot.v3.messaging import ApiClient, Configuration, MessagingApiBlob, RichMenuRequest

    api = _api()
    old = [item.rich_menu_id for item in api.get_rich_menu_list(_request_timeout=TIMEOUT_S).richmenus]
    menu_id: str = api.create_rich_menu(RichMenuRequest.from_dict(menu), _request_timeout=TIMEOUT_S).rich_menu_id
    options = {"host": settings.LINE_API_BASE} if settings.LINE_API_BASE else {}
    blob = MessagingApiBlob(ApiClient(Configuration(access_token=settings.LINE_CHANNEL_ACCESS_TOKEN, **options)))
    blob.set_rich_menu_image(
        menu_id, body=bytearray(picture), _headers={"Content-Type": "image/png"}, _request_timeout=TIMEOUT_S
    )
    api.set_default_rich_menu(menu_id, _request_timeout=TIMEOUT_S)
    for old_id in old:
        api.delete_rich_menu(old_id, _request_timeout=TIMEOUT_S)
    return menu_id

"""What all doors of the open API share that need a key: who writes, how often, how much, and each thing once."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar, cast

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.extensions import OpenApiAuthenticationExtension, OpenApiSerializerExtension
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework import serializers, status
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import (
    APIException,
    AuthenticationFailed,
    NotAuthenticated,
    ParseError,
    Throttled,
    ValidationError,
)
from rest_framework.parsers import BaseParser, JSONParser
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from rest_framework.utils.mediatypes import media_type_matches
from rest_framework.views import APIView

from nakhoncity.city.api import AddressThrottle, ErrorSerializer, MinuteThrottle, OneFormat, OpenDoor
from nakhoncity.city.keys import Attempt, attempt_of, find_key
from nakhoncity.city.models import ApiKey
from nakhoncity.kit.thai import clean_text

MOST_BYTES = 64 * 1024
IDEMPOTENCY = "Idempotency-Key"
IDEMPOTENCY_FORM = r"^[!-~]{8,100}$"
IDEMPOTENCY_HEADER = OpenApiParameter(
    IDEMPOTENCY,
    {"type": "string", "pattern": IDEMPOTENCY_FORM},
    OpenApiParameter.HEADER,
    required=True,
    description="A value of your own for each thing to be made: sent again with the same body it makes nothing new.",
)
WANTED = gettext_lazy("ต้องมีข้อมูลนี้")
NO_BOOLEAN = gettext_lazy("ต้องเป็น true หรือ false")
NOT_NULL = gettext_lazy("ไม่รับค่า null ถ้าไม่มีข้อมูลให้เว้นชื่อนี้ไว้")


def _refused(words: str) -> OpenApiResponse:
    return OpenApiResponse(ErrorSerializer, description=words)


NO_KEY = _refused("No key, or one that is not valid any more.")
NO_SCOPE = _refused("The key does not allow this.")
OTHER = _refused("This Idempotency-Key has already brought another body.")
TOO_LARGE = _refused(f"More than {MOST_BYTES:,} bytes.")
NO_JSON = _refused("Not application/json.")
TOO_OFTEN = _refused("More requests than the key allows a minute. Retry-After says when.")
REFUSALS: Mapping[int, OpenApiResponse] = {401: NO_KEY, 403: NO_SCOPE, 429: TOO_OFTEN}
WRITE_REFUSALS: Mapping[int, OpenApiResponse] = {**REFUSALS, 409: OTHER, 413: TOO_LARGE, 415: NO_JSON}


class Conflict(APIException):
    """What is asked contradicts what stands."""

    status_code = status.HTTP_409_CONFLICT


class TooLarge(APIException):
    """A body longer than anybody needs."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE


class KeyAuthentication(BaseAuthentication):
    """`Authorization: Bearer nkc_…`. There is no user: request.auth is the key."""

    def authenticate(self, request: Request) -> tuple[None, ApiKey]:
        """The key. Raises for a missing or a dead one; who tries many is told to wait, by his address."""
        scheme, _blank, secret = request.headers.get("Authorization", "").partition(" ")
        is_bearer = scheme.lower() == "bearer" and bool(secret.strip())
        key = find_key(secret=secret.strip(), now=timezone.now()) if is_bearer else None
        if key:
            return None, key
        throttle = AddressThrottle()
        if not throttle.allow_request(request):
            raise Throttled(throttle.wait())
        raise AuthenticationFailed if is_bearer else NotAuthenticated

    def authenticate_header(self, request: Request) -> str:
        """What WWW-Authenticate says."""
        return "Bearer"


class KeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # its registry is untyped
    """The same for the description of the API."""

    target_class = KeyAuthentication
    name = "key"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        """A key is sent as a bearer token."""
        return {"type": "http", "scheme": "bearer", "description": "A key that the town's administrator issues."}


class KeyAllows(BasePermission):
    """The key has the scope that the door asks of this method."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Whether it has."""
        return isinstance(view, KeyDoor) and view.scope_of(str(request.method)) in key_of(request).scopes


class KeyThrottle(MinuteThrottle):
    """So many requests a minute with one key, as it says itself."""

    def allow_request(self, request: Request, view: APIView | None = None) -> bool:
        """Count the request; False when it is one too many."""
        return self.take(key=f"key:{key_of(request).pk}", most=key_of(request).per_minute)


class SmallJsonParser(JSONParser):
    """JSON of a sensible length."""

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        """The body, read. Raises TooLarge before anything is read, ParseError for what no program can follow."""
        if int((parser_context or {})["request"].META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
            raise TooLarge
        try:
            body = super().parse(stream, media_type, parser_context)
            json.dumps(body)
        except RecursionError as error:
            raise ParseError from error
        return body


class JsonIn(OneFormat):
    """One format out, JSON in."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> Any:
        """The parser of what is sent; None, and so 415, for anything but JSON."""
        return next((each for each in parsers if media_type_matches(each.media_type, request.content_type)), None)


class KeyDoor(OpenDoor):
    """A door that wants a key where `scopes` names a scope for the method; its other methods are for anybody."""

    scopes: ClassVar[Mapping[str, str]] = {}
    content_negotiation_class = JsonIn
    parser_classes = (SmallJsonParser,)

    def scope_of(self, method: str) -> str:
        """The scope that a method needs; "" if it is for anybody."""
        return self.scopes.get("GET" if method == "HEAD" else method, "")

    def is_for_anybody(self) -> bool:
        """Whether this request needs no key."""
        # Who describes the API makes a view before its request.
        method = self.request.method if self.request else ""
        return not self.scope_of(str(method))

    def get_authenticators(self) -> list[BaseAuthentication]:
        """Only who needs a key is asked for it."""
        return [] if self.is_for_anybody() else [KeyAuthentication()]

    def get_permissions(self) -> Sequence[Any]:
        """What the key must allow."""
        return [] if self.is_for_anybody() else [KeyAllows()]

    def get_throttles(self) -> list[BaseThrottle]:
        """By key or by address."""
        return [AddressThrottle() if self.is_for_anybody() else KeyThrottle()]


def key_of(request: Request) -> ApiKey:
    """The key of a request that had to have one."""
    return cast("ApiKey", request.auth)


def read_attempt(request: Request) -> Attempt:
    """What a program wants to write. Raises ValidationError without an idempotency key, and what the parser raises."""
    given = request.headers.get(IDEMPOTENCY, "")
    if not re.fullmatch(IDEMPOTENCY_FORM, given):
        words = _("ต้องมีหัวข้อ Idempotency-Key ยาว 8 ถึง 100 ตัวอักษร ใช้ตัวอักษรอังกฤษ ตัวเลข และเครื่องหมาย โดยไม่เว้นวรรค")
        raise ValidationError({IDEMPOTENCY: [words]})
    return attempt_of(key=key_of(request), idempotency_key=given, body=request.data)


class StrictText(serializers.CharField):
    """Text and nothing else, without control characters; measured as it comes."""

    def __init__(self, *, max_length: int, **options: Any) -> None:
        messages: dict[str, Any] = {
            "required": WANTED, "null": NOT_NULL, "blank": WANTED, "invalid": gettext_lazy("ต้องเป็นข้อความ"),
            "max_length": gettext_lazy("ยาวเกิน {max_length} ตัวอักษร"),
        }  # fmt: skip
        super().__init__(max_length=max_length, error_messages=messages, trim_whitespace=False, **options)

    def to_internal_value(self, data: Any) -> str:
        """The text, cleaned."""
        if not isinstance(data, str):
            self.fail("invalid")
        if self.max_length is not None and len(data) > self.max_length:
            self.fail("max_length", max_length=self.max_length)
        text = clean_text(data)
        if not text and not self.allow_blank:
            self.fail("blank")
        return text


class StrictNumber(serializers.FloatField):
    """A number within limits, no text that looks like one."""

    def __init__(self, *, min_value: float, max_value: float, **options: Any) -> None:
        wrong = gettext_lazy("ต้องเป็นตัวเลขระหว่าง {low} ถึง {high}")
        messages: dict[str, Any] = {"required": WANTED, "null": NOT_NULL, "invalid": wrong}
        super().__init__(min_value=min_value, max_value=max_value, error_messages=messages, **options)

    def to_internal_value(self, data: Any) -> float:
        """The number; limits first, for a whole number may be too long to be a float."""
        low, high = self.min_value or 0, self.max_value or 0
        if isinstance(data, bool) or not isinstance(data, int | float) or not low <= data <= high:
            self.fail("invalid", low=low, high=high)
        return float(data)


class StrictBoolean(serializers.BooleanField):
    """True or false, no word for it."""

    def __init__(self, **options: Any) -> None:
        messages: dict[str, Any] = {
            "required": WANTED,
            "null": NOT_NULL,
            "invalid": gettext_lazy("ต้องเป็น true หรือ false"),
        }
        super().__init__(error_messages=messages, **options)

    def to_internal_value(self, data: Any) -> Any:
        """Either."""
        if not isinstance(data, bool):
            self.fail("invalid")
        return data


class StrictSerializer(serializers.Serializer[Any]):
    """An object with these names and no others."""

    default_error_messages = {"invalid": gettext_lazy("ต้องเป็นข้อมูลแบบ JSON object"), "null": NOT_NULL}

    def to_internal_value(self, data: Any) -> Any:
        """What its fields make of it. Raises ValidationError for names that nobody asked for."""
        if isinstance(data, Mapping) and (unknown := sorted(set(data) - set(self.fields))):
            raise ValidationError({str(name)[:60]: [_("ไม่มีข้อมูลชื่อนี้")] for name in unknown})
        return super().to_internal_value(data)


class StrictDescription(OpenApiSerializerExtension):  # type: ignore[no-untyped-call]  # its registry is untyped
    """The same for the description of the API."""

    target_class = StrictSerializer
    match_subclasses = True

    def map_serializer(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        """As always, and closed."""
        described: dict[str, Any] = auto_schema._map_serializer(self.target, direction, bypass_extensions=True)  # noqa: SLF001 (as drf-spectacular's documentation says)
        return {**described, "additionalProperties": False}

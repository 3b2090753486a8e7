"""What all doors of the open API share: one form of error, a limit by address, pages by cursor, a short life in caches.

Nobody signs in here: there are no sessions, no cookies and nothing to forge. A room's `api.py` builds on OpenDoor, or
on KeyDoor (city/writing.py) where a key is needed.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from drf_spectacular.utils import OpenApiResponse
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.pagination import BasePagination
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView, exception_handler

from nakhoncity.city.models import RateLimit
from nakhoncity.kit.address import client_address
from nakhoncity.kit.keyset import KeysetPage, Sort, page_of, read_cursor
from nakhoncity.kit.refusals import refusal

PER_MINUTE, MINUTE_S = 120, 60
PAGE = 50
KEPT_S = 60


class ErrorSerializer(serializers.Serializer[Any]):
    """Every refusal, whatever its status."""

    code = serializers.CharField(help_text="What is wrong, for programs.")
    detail = serializers.CharField(help_text="What is wrong and what to do, in Thai.")
    parameters = serializers.DictField(
        child=serializers.ListField(child=serializers.CharField()),
        required=False,
        help_text="The parameters, headers or names in the body that are at fault, each with its sentences.",
    )


BAD = OpenApiResponse(
    ErrorSerializer, description="What was sent can't be read, or something is missing: `parameters` says what."
)
UNKNOWN = OpenApiResponse(ErrorSerializer, description="Not there, or not public.")
TOO_MANY = OpenApiResponse(
    ErrorSerializer, description=f"More than {PER_MINUTE} requests a minute from one address. Retry-After says when."
)


class MinuteThrottle(BaseThrottle):
    """So many requests a minute, counted in the database for all processes together."""

    now = 0.0

    def take(self, *, key: str, most: int) -> bool:
        """Count one; False when it is one too many."""
        now = timezone.now()
        self.now = now.timestamp()
        return RateLimit.take(key=key, most=most, seconds=MINUTE_S, now=now)

    def wait(self) -> float:
        """Seconds until the next minute begins: what Retry-After says."""
        return MINUTE_S - self.now % MINUTE_S


class AddressThrottle(MinuteThrottle):
    """So many from one address."""

    def allow_request(self, request: Request, view: APIView | None = None) -> bool:
        """Count the request; False when it is one too many."""
        return self.take(key=f"api:{client_address(request)}", most=PER_MINUTE)


class OneFormat(BaseContentNegotiation):
    """A door has one format, whatever a caller would accept: nobody is turned away for a header."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> Any:
        """None: nothing is sent to these doors."""
        return None

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """The door's only one."""
        renderer = next(iter(renderers))
        return renderer, str(renderer.media_type)


class KeysetPagination(BasePagination):
    """Pages by signed cursor (kit/keyset.py) in the order of the view's `sort`; `next` and `previous` are addresses."""

    page: KeysetPage[Any]

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        """The rows of the page that the address asks for. Raises ValidationError for a cursor that is none of ours."""
        sort: Sort = view.sort
        text = request.query_params.get("cursor")
        cursor = None if text is None else read_cursor(text, sort=sort)
        if text is not None and cursor is None:
            raise ValidationError({"cursor": [_("ตำแหน่งหน้านี้ใช้ไม่ได้ กรุณาเริ่มจากหน้าแรก แล้วใช้ที่อยู่ next ที่ได้รับ")]})
        self.request = request
        self.page = page_of(queryset, sort=sort, cursor=cursor, size=PAGE)
        return self.page.rows

    def get_paginated_response(self, data: Any) -> Response:
        """The page with the addresses of its neighbours, null where there is none."""
        return Response(
            {"next": self._address(self.page.next), "previous": self._address(self.page.previous), "results": data}
        )

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """The same for the description of the API."""
        address = {"type": "string", "format": "uri", "nullable": True}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {"next": address, "previous": address, "results": schema},
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """What a page's address may say."""
        words = "Where the page begins: as in the `next` and `previous` of another page."
        return [
            {"name": "cursor", "in": "query", "required": False, "description": words, "schema": {"type": "string"}}
        ]

    def _address(self, cursor: str) -> str | None:
        query = self.request.query_params.copy()
        query["cursor"] = cursor
        return f"{settings.PUBLIC_URL}{self.request.path}?{query.urlencode()}" if cursor else None


@method_decorator(gzip_page, name="dispatch")
class OpenDoor(APIView):
    """A door for anybody. What it gives is packed and may be kept for a minute, what it refuses may not."""

    http_method_names = ["get", "head"]
    content_negotiation_class = OneFormat
    throttle_classes = (AddressThrottle,)

    def is_for_anybody(self) -> bool:
        """Whether this request is answered to all alike, and may be kept on the way."""
        return True

    def get_exception_handler(self) -> Callable[..., Response | None]:
        """What makes an answer of an exception."""
        return answer_refusal

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Say how long the answer may be kept; a refusal is plain JSON."""
        if response.exception:
            request.accepted_renderer, request.accepted_media_type = JSONRenderer(), JSONRenderer.media_type
        final = super().finalize_response(request, response, *args, **kwargs)
        if final.status_code == 200 and self.is_for_anybody():
            patch_cache_control(final, public=True, max_age=KEPT_S)
        else:
            patch_cache_control(final, no_store=True)
        return final


def read_query(form: type[serializers.Serializer[Any]], request: Request, **context: Any) -> Mapping[str, Any]:
    """What an address asks for. Raises ValidationError with a sentence for each wrong parameter; empty is wrong."""
    query = form(data=request.query_params.dict(), context=context)
    query.is_valid(raise_exception=True)
    asked: Mapping[str, Any] = query.validated_data
    return asked


def answer_refusal(error: Exception, context: dict[str, Any]) -> Response | None:
    """The one form of every refusal; None for faults of ours, which the project's own 500 answers."""
    response = exception_handler(error, context)
    if response is None:
        return None
    parameters = dict(_flat(response.data)) if isinstance(error, ValidationError) else None
    response.data = refusal(status=response.status_code, parameters=parameters)
    return response


def _flat(wrong: Any, name: str = "") -> Iterator[tuple[str, list[str]]]:
    """Sentences by name; what lies inside is named with dots, what concerns all of it `body`."""
    if isinstance(wrong, Mapping):
        for inner, sentences in wrong.items():
            yield from _flat(sentences, f"{name}.{inner}" if name else str(inner))
    else:
        yield ("body" if name == api_settings.NON_FIELD_ERRORS_KEY else name or "body"), [str(one) for one in wrong]

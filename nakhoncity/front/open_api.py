"""The open API's own description, and a page to read and try it."""

from functools import cache
from typing import Any

from csp.constants import UNSAFE_INLINE
from csp.decorators import csp_update
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_GET
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer

TYPE = "application/vnd.oai.openapi+json"


@login_not_required
@gzip_page
@cache_control(public=True, max_age=60)
@require_GET
def schema(request: HttpRequest) -> HttpResponse:
    """The description as OpenAPI 3, in JSON."""
    return HttpResponse(_description(), content_type=TYPE)


@login_not_required
@gzip_page
@cache_control(public=True, max_age=60)
@csp_update({"style-src": [UNSAFE_INLINE]})
@require_GET
def docs(request: HttpRequest) -> HttpResponse:
    """The same to read and try: Swagger UI from our own host. It writes styles of its own, hence the looser policy."""
    return render(request, "front/public/api_docs.html")


@cache
def _description() -> bytes:
    """Made once per process: the code that it describes does not change meanwhile."""
    generator: Any = SchemaGenerator
    described: bytes = OpenApiJsonRenderer().render(generator().get_schema(request=None, public=True))
    return described

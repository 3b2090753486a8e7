"""The open API's own description, for programs and for people."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_GET
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer

TYPE = "application/vnd.oai.openapi+json"
LIMITS = {"minimum": "from", "maximum": "to", "maxLength": "at most", "pattern": "as"}
Described = Mapping[str, Any]


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
@require_GET
def docs(request: HttpRequest) -> HttpResponse:
    """The same to read: a plain page for every reader, under the policy of every page."""
    described: Described = json.loads(_description())
    objects = described["components"]["schemas"]
    context = {
        "about": described["info"]["description"],
        "operations": [
            _operation(method, path, told) for path, door in described["paths"].items() for method, told in door.items()
        ],
        "objects": [_object(name, told) for name, told in objects.items()],
    }
    return render(request, "front/public/api_docs.html", context)


@cache
def _description() -> bytes:
    """Made once per process: the code that it describes does not change meanwhile."""
    generator: Any = SchemaGenerator
    described: bytes = OpenApiJsonRenderer().render(generator().get_schema(request=None, public=True))
    return described


def _operation(method: str, path: str, told: Described) -> dict[str, Any]:
    """One thing that can be asked: what is sent, and how it is answered."""
    return {
        "id": told["operationId"],
        "method": method.upper(),
        "path": path,
        "about": told["description"],
        "needs_key": {"key": []} in told.get("security", []),
        "sent": [
            _field(each["name"], each, is_required=each.get("required", False)) for each in told.get("parameters", [])
        ],
        "body": next(_contents(told.get("requestBody", {})), ""),
        "answers": [
            {"status": status, "about": answer["description"], "object": next(_contents(answer), "")}
            for status, answer in sorted(told["responses"].items())
        ],
    }


def _contents(told: Described) -> Iterator[str]:
    """The names of the objects that a body may hold."""
    for content in told.get("content", {}).values():
        yield _type(content["schema"])


def _object(name: str, told: Described) -> dict[str, Any]:
    """One object of the answers or bodies, with its fields; a closed set of words is one too."""
    wanted = told.get("required", [])
    fields = [_field(name, each, is_required=name in wanted) for name, each in told.get("properties", {}).items()]
    return {"name": name, "about": told.get("description", ""), "fields": fields, "words": told.get("enum", [])}


def _field(name: str, told: Described, *, is_required: bool) -> dict[str, Any]:
    kind = _type(told.get("schema", told))
    return {"name": name, "type": kind, "about": told.get("description", ""), "is_required": is_required}


def _type(told: Described) -> str:
    """What a value is, in words: the name of an object, a list of them, or a plain kind with its limits."""
    if "$ref" in told:
        return str(told["$ref"]).rpartition("/")[2]
    for several in ("allOf", "oneOf"):
        if several in told:
            return " or ".join(_type(one) for one in told[several])
    if told.get("type") == "array":
        return f"list of {_type(told['items'])}"
    if "enum" in told:
        return " | ".join(map(str, told["enum"]))
    limits = [f"{word} {told[name]}" for name, word in LIMITS.items() if name in told]
    return ", ".join([told.get("format", told.get("type", "anything")), *limits])

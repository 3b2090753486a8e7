"""The open API's doors: categories and public cases for anybody, filing for systems with a key."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.generics import ListAPIView, RetrieveAPIView
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from complaints.models.case import Complaint, ComplaintQuerySet
from complaints.models.category import Category
from complaints.serializers import (
    CaseQuery,
    CaseSerializer,
    CategorySerializer,
    FiledSerializer,
    FilingSerializer,
    MapQuery,
    MapSerializer,
)
from complaints.services.filing import Report
from complaints.services.writers import WRITE, file_for_writer, filed_by, find_filed
from complaints.workflow import resident_label
from nakhoncity.city.api import BAD, TOO_MANY, UNKNOWN, KeysetPagination, OpenDoor, read_query
from nakhoncity.city.keys import Attempt, OtherBody
from nakhoncity.city.writing import (
    IDEMPOTENCY_HEADER,
    REFUSALS,
    WRITE_REFUSALS,
    Conflict,
    KeyDoor,
    key_of,
    read_attempt,
)
from nakhoncity.kit.geo import grid_box
from nakhoncity.kit.keyset import Sort
from nakhoncity.kit.thai import BANGKOK

MOST_FEATURES = 2000
PLAIN = JSONRenderer.media_type
NEWEST = Sort("api-newest", "newest", "received_at", is_descending=True)


class GeoJsonRenderer(JSONRenderer):
    """JSON under the name that maps look for."""

    media_type = "application/geo+json"
    format = "geojson"


class CategoryList(OpenDoor, ListAPIView[Category]):
    """What can be reported, in the order of the form, with the questions it asks."""

    serializer_class = CategorySerializer
    queryset = Category.objects.offered()
    pagination_class = None

    @extend_schema(operation_id="categories", responses={200: CategorySerializer(many=True), 429: TOO_MANY})
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """All that is offered now: a few dozen at most."""
        return super().get(request, *args, **kwargs)


class CaseList(KeyDoor, ListAPIView[Complaint]):
    """Public cases, the newest first, fifty to a page; and where systems with a key file new ones."""

    http_method_names = ["get", "head", "post"]
    scopes = {"POST": WRITE}
    serializer_class = CaseSerializer
    pagination_class = KeysetPagination
    sort = NEWEST

    def get_queryset(self) -> ComplaintQuerySet:
        """The public cases that the address asks for."""
        return asked_for(read_query(CaseQuery, self.request))

    @extend_schema(
        operation_id="cases",
        parameters=[CaseQuery],
        responses={200: CaseSerializer(many=True), 400: BAD, 429: TOO_MANY},
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Public cases: what, how it stands, when, and roughly where. No texts, pictures or people."""
        return super().get(request, *args, **kwargs)

    @extend_schema(
        operation_id="file_case",
        parameters=[IDEMPOTENCY_HEADER],
        request=FilingSerializer,
        responses={201: FiledSerializer, 200: FiledSerializer, 400: BAD, **WRITE_REFUSALS},
    )
    def post(self, request: Request) -> Response:
        """File a case that somebody told you of. 201: it is new; 200: it came before with this Idempotency-Key."""
        attempt = read_attempt(request)
        try:
            filed = find_filed(attempt=attempt) or file_for_writer(
                report=_read_report(request, attempt), attempt=attempt, now=timezone.now()
            )
        except OtherBody as other:
            raise Conflict from other
        return Response(FiledSerializer(filed.complaint).data, status=201 if filed.is_new else 200)


class FiledCase(KeyDoor):
    """One case that the system of the key filed."""

    scopes = {"GET": WRITE}

    @extend_schema(operation_id="filed_case", responses={200: FiledSerializer, 404: UNKNOWN, **REFUSALS})
    def get(self, request: Request, reference: str) -> Response:
        """How a case stands that you filed, public or not. Cases of others are not there."""
        complaint = filed_by(writer=key_of(request).name).filter(reference=reference).first()
        if complaint is None:
            raise NotFound
        return Response(FiledSerializer(complaint).data)


class CaseDetail(OpenDoor, RetrieveAPIView[Complaint]):
    """One public case by its reference."""

    serializer_class = CaseSerializer
    lookup_field = "reference"

    def get_queryset(self) -> ComplaintQuerySet:
        """Not public and not there are the same 404."""
        return Complaint.objects.public().for_public()

    @extend_schema(operation_id="case", responses={200: CaseSerializer, 404: UNKNOWN, 429: TOO_MANY})
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One public case by its reference, as the list gives it."""
        return super().get(request, *args, **kwargs)


class CaseMap(OpenDoor):
    """Public cases for a map."""

    renderer_classes = (GeoJsonRenderer,)

    @extend_schema(
        operation_id="cases_geojson",
        parameters=[MapQuery],
        responses={(200, GeoJsonRenderer.media_type): MapSerializer, (400, PLAIN): BAD, (429, PLAIN): TOO_MANY},
    )
    def get(self, request: Request) -> Response:
        """The newest 2,000 public cases that have a place, within a box if one is given."""
        asked = read_query(MapQuery, request)
        cases = asked_for(asked).filter(latitude__isnull=False).order_by(*NEWEST.order)
        if box := asked.get("bbox"):
            south, north, west, east = grid_box(*box)
            cases = cases.filter(latitude__gte=south, latitude__lt=north, longitude__gte=west, longitude__lt=east)
        found = list(cases[: MOST_FEATURES + 1])
        features = [_feature(case) for case in found[:MOST_FEATURES]]
        return Response({"type": "FeatureCollection", "is_truncated": len(found) > MOST_FEATURES, "features": features})


def _read_report(request: Request, attempt: Attempt) -> Report:
    given = FilingSerializer(data=request.data)
    given.is_valid(raise_exception=True)
    return given.to_report(draft_id=attempt.object_id)


def asked_for(query: Mapping[str, Any]) -> ComplaintQuerySet:
    """The public cases that a checked CaseQuery names."""
    cases = Complaint.objects.public().for_public()
    if category := query.get("category"):
        cases = cases.filter(category=category)
    if status := query.get("status"):
        cases = cases.filter(status=status)
    if first := query.get("received_from"):
        cases = cases.filter(received_at__gte=datetime.combine(first, time(), BANGKOK))
    if last := query.get("received_to"):
        cases = cases.filter(received_at__lt=datetime.combine(last, time(), BANGKOK) + timedelta(days=1))
    return cases


def _feature(case: Complaint) -> dict[str, Any]:
    """A case as GeoJSON, by hand: 2,000 of them pass through here."""
    place = case.public_place
    return {
        "type": "Feature",
        "id": case.reference,
        "geometry": {"type": "Point", "coordinates": [place.lon, place.lat] if place else []},
        "properties": {
            "category": case.category.code,
            "status": case.status,
            "status_th": resident_label(status=case.status, outcome=case.outcome),
            "received_at": case.received_at,
        },
    }

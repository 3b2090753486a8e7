"""What machines ask: is the process alive, can it serve, how does the portal fare."""

import logging
from datetime import datetime

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import Error as DatabaseError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest

from nakhoncity.kit import registry
from nakhoncity.kit.cache import redis_state
from nakhoncity.line.figures import oldest_event_waits, oldest_message_waits

log = logging.getLogger(__name__)


@login_not_required
@require_GET
def healthz(request: HttpRequest) -> HttpResponse:
    """The process is alive."""
    return HttpResponse("ok\n", content_type="text/plain")


@login_not_required
@never_cache
@require_GET
def readyz(request: HttpRequest) -> HttpResponse:
    """Able to serve: the database answers and is migrated; else 503. Redis and what waits are told, no more."""
    try:
        state = _database_state(timezone.now())
    except DatabaseError:
        return JsonResponse({"database": "down", "redis": redis_state()}, status=503)
    return JsonResponse({**state, "redis": redis_state()}, status=200 if state["migrated"] else 503)


def _database_state(now: datetime) -> dict[str, object]:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return {"database": "up", "migrated": False}
    return {
        "database": "up",
        "migrated": True,
        "oldest_message_waits_s": round(oldest_message_waits(now)),
        "oldest_webhook_waits_s": round(oldest_event_waits(now)),
    }


@login_not_required
@never_cache
@require_GET
def metrics(request: HttpRequest) -> HttpResponse:
    """The rooms' figures for Prometheus, to who names METRICS_TOKEN; without that setting there is no such page."""
    if not settings.METRICS_TOKEN:
        raise Http404
    if not constant_time_compare(request.headers.get("Authorization", ""), f"Bearer {settings.METRICS_TOKEN}"):
        return HttpResponse("Authorization: Bearer METRICS_TOKEN is needed.\n", content_type="text/plain", status=403)
    return HttpResponse(_read_metrics(timezone.now()), content_type=CONTENT_TYPE_LATEST)


def _read_metrics(now: datetime) -> bytes:
    """All figures that there are; one that fails is left out and takes no other along."""
    collected = CollectorRegistry()
    for name, metric in registry.metrics.items():
        try:
            value = metric.read(now)
        except Exception as error:  # noqa: BLE001 (the outer loop over the rooms' figures)
            log.error("metric %s: %s", name, type(error).__name__)  # noqa: TRY400 (an error's words may hold data)
            continue
        if value is not None:
            Gauge(f"nakhoncity_{name}", metric.says, registry=collected).set(value)
    return generate_latest(collected)

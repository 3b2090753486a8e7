"""Pages that span rooms: the two homes, the privacy notice, and whether the process can serve."""

from django.contrib.auth.decorators import login_not_required
from django.db import Error as DatabaseError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from nakhoncity.kit.registry import home_tiles
from nakhoncity.line.models import OutboundMessage
from nakhoncity.residents.decorators import resident_page


@login_not_required
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The public home: the services, whoever comes."""
    return render(request, "front/public/home.html", {"tiles": home_tiles.all()})


@resident_page
@require_GET
def liff_home(request: HttpRequest) -> HttpResponse:
    """The home inside LINE."""
    return render(request, "front/resident/home.html", {"tiles": home_tiles.all()})


@login_not_required
@require_GET
def privacy(request: HttpRequest) -> HttpResponse:
    """What is done with personal data, as the law asks (PDPA s. 23)."""
    return render(request, "front/public/privacy.html")


@login_not_required
@require_GET
def healthz(request: HttpRequest) -> HttpResponse:
    """The process is alive."""
    return HttpResponse("ok\n", content_type="text/plain")


@login_not_required
@require_GET
def readyz(request: HttpRequest) -> HttpResponse:
    """Able to serve: the database answers and is migrated. 503 otherwise; how long the outbox waits is told."""
    try:
        executor = MigrationExecutor(connection)
        is_migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
        oldest = (
            OutboundMessage.objects.due(timezone.now()).order_by("next_attempt_at").first() if is_migrated else None
        )
    except DatabaseError:
        return JsonResponse({"database": "down"}, status=503)
    waits = round((timezone.now() - oldest.next_attempt_at).total_seconds()) if oldest else 0
    body = {"database": "up", "migrated": is_migrated, "oldest_message_waits_s": waits}
    return JsonResponse(body, status=200 if is_migrated else 503)

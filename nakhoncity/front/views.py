"""Pages that span rooms: the two homes, the privacy notice and the last pages."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db import Error as DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_GET, require_POST
from django.views.defaults import page_not_found

from complaints.figures import town_figures
from complaints.models import draft as drafts
from nakhoncity.city.models import CityProfile
from nakhoncity.history.services import ACCESS_KEPT
from nakhoncity.kit.language import OWN_CHOICE, keep_choice
from nakhoncity.kit.refusals import is_api, refusal
from nakhoncity.kit.registry import home_cards, home_tiles
from nakhoncity.line import retention
from nakhoncity.residents import sessions
from nakhoncity.residents.decorators import is_inside_line, resident_page
from nakhoncity.residents.middleware import ResidentRequest
from nakhoncity.residents.models import Resident
from nakhoncity.residents.services import speak

# Three queries over all cases: asked once in five minutes, however many come.
FIGURES, FIGURES_KEPT_S = "front:town-figures", 300


@login_not_required
@gzip_page
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The public home: the services, a way to one's case, and how the town did in 30 days, whoever comes."""
    figures = cache.get_or_set(FIGURES, lambda: town_figures(now=timezone.now()), FIGURES_KEPT_S)
    return render(request, "front/public/home.html", {"tiles": home_tiles.all(), "figures": figures})


@resident_page
@require_GET
def liff_home(request: ResidentRequest) -> HttpResponse:
    """The home inside LINE: the services, and what is under way for whoever is signed in."""
    resident, now = request.resident, timezone.now()
    cards = [card for room in home_cards.all() for card in room(resident, now)] if resident else []
    context = {"tiles": home_tiles.all(), "cards": cards, "asks_who": bool(cards) and is_inside_line(request)}
    return render(request, "front/resident/home.html", context)


@resident_page
@require_POST
def choose_language(request: ResidentRequest) -> HttpResponse:
    """Remember in which language this reader wants the pages inside LINE, and our messages; back to where he was."""
    language = request.POST.get("language", "")
    back = request.POST.get("next", "")
    is_ours = back.startswith(OWN_CHOICE) and url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    response = redirect(back if is_ours else "front:liff-home")
    if language in Resident.Language.values:
        keep_choice(response, language)
        if request.resident:
            speak(resident=request.resident, language=language)
    return response


@login_not_required
@gzip_page
@require_GET
def privacy(request: HttpRequest) -> HttpResponse:
    """What is done with personal data, as the law asks (PDPA s. 23); keeping times come from where data is kept."""
    kept = {
        "draft": drafts.KEPT_FOR,
        "session": sessions.LASTS,
        "chat": retention.EVENTS_KEPT,
        "message": retention.WORDS_KEPT,
        "looks": ACCESS_KEPT,
        "backup": timedelta(days=settings.BACKUPS_KEPT),
    }
    days = {name: length.days for name, length in kept.items()}
    return render(request, "front/public/privacy.html", {"days": days})


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A request that nobody can read."""
    if is_api(request):
        return JsonResponse(refusal(status=400), status=400)
    return _last_page("400.html", 400)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Not there, or not for this reader."""
    if is_api(request):
        return JsonResponse(refusal(status=404), status=404)
    return page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """A fault of ours: nothing may be needed to say so."""
    if is_api(request):
        return JsonResponse(refusal(status=500), status=500)
    return _last_page("500.html", 500)


def _last_page(name: str, status: int) -> HttpResponse:
    try:
        phone = CityProfile.current().phone
    except (DatabaseError, CityProfile.DoesNotExist):
        phone = ""
    return HttpResponse(render_to_string(name, {"phone": phone}), status=status)

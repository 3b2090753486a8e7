"""Pages that every public site has: whom to call, how usable it is, and what machines look for."""

from datetime import datetime, time, timedelta

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_GET

from nakhoncity.city.models import CityProfile
from nakhoncity.kit.language import TWIN
from nakhoncity.kit.thai import BANGKOK
from nakhoncity.staff.models import Department

# What search engines may list: the open pages that show the same to everybody.
LISTED = ("front:home", "complaints:find", "front:contact", "front:privacy", "front:accessibility", "front:api-docs")
WITHOUT_ENGLISH_TWIN = {"front:api-docs"}
KEPT_OUT = ("/staff/", "/admin/", "/liff/", "/track/", "/photos/", "/en/liff/", "/en/track/")
DAY_S = 24 * 3600
REPORTS_TAKEN_FOR = timedelta(days=365)


@login_not_required
@gzip_page
@require_GET
def contact(request: HttpRequest) -> HttpResponse:
    """Whom to call: the town's number and hours, its offices, and the numbers that help at once."""
    town = CityProfile.current()
    offices = Department.objects.internal().exclude(level__in=[Department.Level.EXECUTIVE, Department.Level.UNIT])
    context = {"offices": list(offices), "opens": _today_at(town.opens), "closes": _today_at(town.closes)}
    return render(request, "front/public/contact.html", context)


def _today_at(moment: time) -> datetime:
    return datetime.combine(timezone.localdate(), moment, BANGKOK)


@login_not_required
@gzip_page
@require_GET
def accessibility(request: HttpRequest) -> HttpResponse:
    """How usable the portal is for everybody, what is known to be amiss, and whom to tell."""
    return render(request, "front/public/accessibility.html")


@login_not_required
@cache_control(public=True, max_age=DAY_S)
@require_GET
def robots(_request: HttpRequest) -> HttpResponse:
    """What crawlers leave alone: pages of persons and of the staff."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in KEPT_OUT)]
    lines.append(f"Sitemap: {settings.PUBLIC_URL}{reverse('front:sitemap')}")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@login_not_required
@cache_control(public=True, max_age=DAY_S)
@require_GET
def sitemap(request: HttpRequest) -> HttpResponse:
    """The open pages in both languages, for search engines."""
    pages = []
    for name in LISTED:
        thai = reverse(name)
        twins = {} if name in WITHOUT_ENGLISH_TWIN else {"th": thai, "en": f"{TWIN}{thai}"}
        pages += [{"address": address, "twins": twins.items()} for address in twins.values() or [thai]]
    return render(request, "front/sitemap.xml", {"pages": pages}, content_type="application/xml; charset=utf-8")


@login_not_required
@cache_control(public=True, max_age=DAY_S)
@require_GET
def security(_request: HttpRequest) -> HttpResponse:
    """To whom a weakness is reported (RFC 9116)."""
    until = (timezone.now() + REPORTS_TAKEN_FOR).strftime("%Y-%m-%dT00:00:00Z")
    lines = [
        f"Contact: {settings.PUBLIC_URL}{reverse('front:contact')}",
        f"Expires: {until}",
        "Preferred-Languages: th, en",
        f"Canonical: {settings.PUBLIC_URL}{reverse('front:security')}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@login_not_required
@cache_control(public=True, max_age=DAY_S)
@require_GET
def favicon(_request: HttpRequest) -> HttpResponse:
    """The mark, for browsers that look for it where it always was."""
    return redirect(static(CityProfile.current().mark))

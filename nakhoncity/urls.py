"""Which room answers which address."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from nakhoncity.staff.views import directory

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("nakhoncity.front.urls")),
    path("", include("nakhoncity.line.urls")),
    # allauth asks for this one by its own name.
    path("staff/directory/<slug:provider_id>/callback/", directory.callback, name="openid_connect_callback"),
    path("staff/", include("nakhoncity.staff.urls")),
    path("staff/", include("nakhoncity.backoffice.urls")),
    path("", include("nakhoncity.administration.urls")),
    *[path("", include(f"{room}.urls")) for room in settings.ROOMS],
]
handler400 = "nakhoncity.front.views.bad_request"
handler404 = "nakhoncity.front.views.not_found"
handler500 = "nakhoncity.front.views.server_error"

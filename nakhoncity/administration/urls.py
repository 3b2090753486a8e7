"""Addresses of /admin/: the tables that the rooms list in their admin.py, loaded here and in no other process."""

from importlib import import_module

from django.apps import apps
from django.conf import settings
from django.urls import path
from django.utils.module_loading import module_has_submodule

from nakhoncity.administration.site import site

for app in apps.get_app_configs():
    is_ours = app.name.startswith("nakhoncity.") or app.name in settings.ROOMS
    if is_ours and module_has_submodule(app.module, "admin"):
        import_module(f"{app.name}.admin")

urlpatterns = [path("admin/", site.urls)]

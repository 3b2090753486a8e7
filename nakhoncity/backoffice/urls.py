"""Addresses of the backoffice room."""

from django.urls import URLPattern, path  # noqa: F401

app_name = "backoffice"
urlpatterns: list[URLPattern] = []

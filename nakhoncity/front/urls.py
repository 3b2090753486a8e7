"""Addresses of the front room."""

from django.urls import URLPattern, path  # noqa: F401

app_name = "front"
urlpatterns: list[URLPattern] = []

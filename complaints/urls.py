"""Addresses of the complaints room."""

from django.urls import URLPattern, path  # noqa: F401

app_name = "complaints"
urlpatterns: list[URLPattern] = []

"""Addresses of the staff room."""

from django.urls import URLPattern, path  # noqa: F401

app_name = "staff"
urlpatterns: list[URLPattern] = []

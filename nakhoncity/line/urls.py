"""Addresses of the line room."""

from django.urls import URLPattern, path  # noqa: F401

app_name = "line"
urlpatterns: list[URLPattern] = []

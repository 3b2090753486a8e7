"""Addresses of the residents room."""

from django.urls import URLPattern, path  # noqa: F401

app_name = "residents"
urlpatterns: list[URLPattern] = []

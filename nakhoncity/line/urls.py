"""Addresses of the line room."""

from django.urls import path

from nakhoncity.line import views

app_name = "line"
urlpatterns = [
    path("line/webhook/", views.webhook, name="webhook"),
    path("liff/session/", views.start_resident_session, name="session"),
]

"""Staff pages that span rooms."""

from django.urls import path

from nakhoncity.backoffice import keys, views

app_name = "backoffice"
urlpatterns = [
    path("", views.home, name="home"),
    path("dashboard/", views.own_dashboard, name="own-dashboard"),
    path("dashboard/<str:department>/", views.dashboard, name="dashboard"),
    path("settings/", views.settings_home, name="settings"),
    path("settings/keys/", keys.show_keys, name="keys"),
    path("settings/keys/<slug:prefix>/revoke/", keys.revoke, name="key-revoke"),
]

"""Pages that span rooms, for residents and the public."""

from django.urls import path

from nakhoncity.front import health, open_api, standard, views

app_name = "front"
urlpatterns = [
    path("", views.home, name="home"),
    path("liff/", views.liff_home, name="liff-home"),
    path("liff/language/", views.choose_language, name="language"),
    path("privacy/", views.privacy, name="privacy"),
    path("contact/", standard.contact, name="contact"),
    path("accessibility/", standard.accessibility, name="accessibility"),
    path("robots.txt", standard.robots, name="robots"),
    path("sitemap.xml", standard.sitemap, name="sitemap"),
    path(".well-known/security.txt", standard.security, name="security"),
    path("favicon.ico", standard.favicon, name="favicon"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
    path("api/schema/", open_api.schema, name="api-schema"),
    path("api/docs/", open_api.docs, name="api-docs"),
]

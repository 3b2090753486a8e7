"""Addresses of the staff room: signing in and out."""

from django.urls import path

from nakhoncity.staff import views

app_name = "staff"
urlpatterns = [
    path("login/", views.StaffLoginView.as_view(), name="login"),
    path("logout/", views.sign_out, name="logout"),
]

"""The administration room's entry in Django's list of apps."""

from django.apps import AppConfig


class AdministrationConfig(AppConfig):
    """/admin/: small tables of configuration, for administrators. Each room lists its own in admin.py."""

    name = "nakhoncity.administration"
    label = "administration"
    verbose_name = "การตั้งค่าระบบ"

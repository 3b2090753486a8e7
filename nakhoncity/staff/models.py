"""Placeholder until the staff room is written."""

from django.contrib.auth.models import AbstractUser


class StaffMember(AbstractUser):
    pass

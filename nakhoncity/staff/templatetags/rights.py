"""What pages ask about rights; a page that is hidden is still refused by its door."""

from typing import Any

from django import template

from nakhoncity.staff.access import Right, can
from nakhoncity.staff.models import StaffMember

register = template.Library()


@register.filter
def may(member: Any, right: str) -> bool:
    """Whether whoever is signed in has a right: `{% if user|may:"configure" %}`."""
    return isinstance(member, StaffMember) and can(member, Right(right))

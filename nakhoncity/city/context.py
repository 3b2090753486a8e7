"""What every page may say of the town, and what LIFF pages need to start."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from nakhoncity.city.models import CityProfile


def city(request: HttpRequest) -> dict[str, Any]:
    """The town's profile as `city`, LINE's addresses as `liff`."""
    return {
        "city": CityProfile.current(),
        "liff": {"sdk_url": settings.LIFF_SDK_URL, "id": settings.LIFF_ID, "base": settings.LIFF_BASE},
        "public_url": settings.PUBLIC_URL,
        "is_demo": settings.DEMO,
    }

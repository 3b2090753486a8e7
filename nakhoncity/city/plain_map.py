"""A map that needs no tiles from outside: boundary, canals and landmarks as plain data for SVG."""

from typing import Any

from nakhoncity.city.models import CityProfile


def plain_map(profile: CityProfile, *, tile_url: str = "") -> dict[str, Any]:
    """What the map draws, as JSON-ready data; all corners are [lat, lon]."""
    return {
        "centre": [profile.centre_lat, profile.centre_lon],
        "boundary": profile.boundary,
        "isSample": profile.is_sample_boundary,
        "canals": profile.canals,
        "landmarks": profile.landmarks,
        "tiles": tile_url,
    }

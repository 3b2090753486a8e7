"""A map that needs no tiles from outside: boundary, canals and landmarks as plain data for SVG.

`plain_map` is the whole town in degrees, for the map that moves. `draw_map` is one box of it in SVG units, for a map
drawn by the server, which works without a script.
"""

from collections.abc import Sequence
from typing import Any

from nakhoncity.city.models import CityProfile
from nakhoncity.kit.geo import Point, metres_between

# Lengths a scale may have, in metres: the longest that takes at most a third of the width is drawn.
SCALES = (2000, 1000, 500, 200, 100, 50, 20, 10)


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


def draw_map(
    profile: CityProfile,
    *,
    centre: Point | None = None,
    metres_across: float = 6000,
    width: int = 360,
    height: int = 360,
) -> dict[str, Any]:
    """One box of the town as SVG-ready, JSON-ready data: x to the right and y down, in units of `width` × `height`.

    The box lies around `centre` (the town's own when None) and is `metres_across` wide. Lines are texts for a
    `points` attribute; they may leave the box, SVG cuts them off. Landmarks outside the box are left out.
    """
    middle = centre or profile.centre
    metres_per_pixel = metres_across / width

    def place(lat: float, lon: float) -> tuple[float, float]:
        right, up = metres_between(middle, Point(lat, lon))
        return round(width / 2 + right / metres_per_pixel, 1), round(height / 2 - up / metres_per_pixel, 1)

    def line(corners: Sequence[Sequence[float]]) -> str:
        return " ".join(f"{x},{y}" for x, y in (place(lat, lon) for lat, lon in corners))

    spots = [(spot, place(spot["lat"], spot["lon"])) for spot in profile.landmarks]
    return {
        "width": width,
        "height": height,
        "metres_per_pixel": metres_per_pixel,
        "is_sample": profile.is_sample_boundary,
        "boundary": line(profile.boundary),
        "canals": [{**canal, "points": line(canal["points"])} for canal in profile.canals],
        "landmarks": [
            {"name": spot["name"], "kind": spot["kind"], "x": x, "y": y}
            for spot, (x, y) in spots
            if 0 <= x <= width and 0 <= y <= height
        ],
        "pin": {"x": width / 2, "y": height / 2},
        "scale": _scale(width, metres_per_pixel),
    }


def _scale(width: int, metres_per_pixel: float) -> dict[str, float]:
    metres = next((length for length in SCALES if length / metres_per_pixel <= width / 3), SCALES[-1])
    return {"metres": metres, "length": round(metres / metres_per_pixel, 1)}

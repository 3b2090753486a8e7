"""Distances and boxes on a town's scale: the earth is flat enough here (within 50 km no more than 0.7 % off)."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

METRES_PER_DEGREE = 111_320.0


@dataclass(frozen=True, slots=True)
class Point:
    """A place on the map, in degrees (WGS 84). Raises ValueError off the globe."""

    lat: float
    lon: float

    def __post_init__(self) -> None:
        if not (-90 <= self.lat <= 90 and -180 <= self.lon <= 180):
            msg = f"no place on earth: {self.lat}, {self.lon}"
            raise ValueError(msg)


def _metres_per_degree_lon(lat: float) -> float:
    return METRES_PER_DEGREE * math.cos(math.radians(lat))


def distance_m(one: Point, other: Point) -> float:
    """Metres between two places."""
    return math.hypot(*metres_between(one, other))


def metres_between(one: Point, other: Point) -> tuple[float, float]:
    """How far one has to go (east, north) from `one` to `other`, in metres; west and south are negative."""
    east = (other.lon - one.lon) * _metres_per_degree_lon((one.lat + other.lat) / 2)
    return east, (other.lat - one.lat) * METRES_PER_DEGREE


def box_around(point: Point, metres: float) -> tuple[float, float, float, float]:
    """(lat_min, lat_max, lon_min, lon_max) of the square that holds the circle of that radius."""
    dlat = metres / METRES_PER_DEGREE
    dlon = metres / _metres_per_degree_lon(point.lat)
    return point.lat - dlat, point.lat + dlat, point.lon - dlon, point.lon + dlon


def round_to_grid(point: Point, metres: float = 100) -> Point:
    """The crossing of the grid next to the place: what the public may know of it."""
    dlat = metres / METRES_PER_DEGREE
    dlon = metres / METRES_PER_DEGREE
    return Point(round(round(point.lat / dlat) * dlat, 6), round(round(point.lon / dlon) * dlon, 6))


def grid_box(low: Point, high: Point, metres: float = 100) -> tuple[float, float, float, float]:
    """(lat_min, lat_max, lon_min, lon_max) of all places whose crossing lies between two corners, both included.

    Whether a place is found by a box of any size tells no more of it than its crossing does.
    """
    step = metres / METRES_PER_DEGREE
    slack = 1e-6 / step  # crossings are given with six decimals
    south, west = (math.ceil(edge / step - slack) - 0.5 for edge in (low.lat, low.lon))
    north, east = (math.floor(edge / step + slack) + 0.5 for edge in (high.lat, high.lon))
    return south * step, north * step, west * step, east * step


def inside(point: Point, polygon: Sequence[Sequence[float]]) -> bool:
    """Whether a place lies in a polygon of (lat, lon) corners (ray casting); in none without corners."""
    within = False
    for (lat_a, lon_a), (lat_b, lon_b) in zip(polygon, [*polygon[1:], *polygon[:1]], strict=True):
        if (lat_a > point.lat) != (lat_b > point.lat):
            crossing = (lon_b - lon_a) * (point.lat - lat_a) / (lat_b - lat_a) + lon_a
            within ^= point.lon < crossing
    return within


def circle(centre: Point, radius_m: float, corners: int = 48) -> list[list[float]]:
    """The corners (lat, lon) of a regular polygon around a place."""
    dlat, dlon = radius_m / METRES_PER_DEGREE, radius_m / _metres_per_degree_lon(centre.lat)
    angles = (2 * math.pi * step / corners for step in range(corners))
    return [
        [round(centre.lat + dlat * math.sin(angle), 6), round(centre.lon + dlon * math.cos(angle), 6)]
        for angle in angles
    ]

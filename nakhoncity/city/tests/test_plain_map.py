"""A map without tiles."""

import json

import pytest

from nakhoncity.city.models import CityProfile
from nakhoncity.city.plain_map import draw_map, plain_map
from nakhoncity.kit.geo import Point

TOWN = CityProfile(
    centre_lat=0.0,
    centre_lon=100.0,
    boundary=[[0.01, 100.0], [0.0, 100.01], [-0.01, 100.0]],
    is_sample_boundary=True,
    canals=[{"name": "คลองธารทิพย์", "is_sample": True, "points": [[0.0, 99.991], [0.0, 100.01]]}],
    landmarks=[
        {"name": "ตลาด", "kind": "market", "lat": 0.0, "lon": 100.001},
        {"name": "วัดไกล", "kind": "temple", "lat": 0.5, "lon": 100.0},
    ],
)
# At the equator one degree is 111,320 m both ways: 2,226.4 m across 200 units make 0.0001 degrees a unit.
BOX = {"metres_across": 2226.4, "width": 200, "height": 100}


def test_plain_map_is_the_whole_town_in_degrees():
    assert plain_map(TOWN, tile_url="https://tiles.example/{z}/{x}/{y}.png") == {
        "centre": [0.0, 100.0],
        "boundary": TOWN.boundary,
        "isSample": True,
        "canals": TOWN.canals,
        "landmarks": TOWN.landmarks,
        "tiles": "https://tiles.example/{z}/{x}/{y}.png",
    }


def test_draw_map_puts_north_up_and_the_centre_in_the_middle():
    drawn = draw_map(TOWN, **BOX)

    assert drawn["boundary"] == "100.0,-50.0 200.0,50.0 100.0,150.0"
    assert drawn["canals"] == [{"name": "คลองธารทิพย์", "is_sample": True, "points": "10.0,50.0 200.0,50.0"}]
    assert drawn["pin"] == {"x": 100.0, "y": 50.0}


def test_draw_map_leaves_out_landmarks_outside_the_box():
    assert draw_map(TOWN, **BOX)["landmarks"] == [{"name": "ตลาด", "kind": "market", "x": 110.0, "y": 50.0}]


def test_draw_map_moves_to_another_centre():
    drawn = draw_map(TOWN, centre=Point(0.001, 100.001), **BOX)

    assert drawn["landmarks"] == [{"name": "ตลาด", "kind": "market", "x": 100.0, "y": 60.0}]


@pytest.mark.parametrize(
    ("across", "metres", "length"), [(6000, 2000, 120.0), (1000, 200, 72.0), (30, 10, 120.0), (5, 10, 720.0)]
)
def test_the_scale_takes_at_most_a_third(across, metres, length):
    assert draw_map(TOWN, metres_across=across, width=360)["scale"] == {"metres": metres, "length": length}


def test_both_maps_are_json():
    maps = plain_map(TOWN), draw_map(TOWN)

    assert json.loads(json.dumps(maps)) == list(maps)

"""Distances, boxes and areas on a town's scale."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nakhoncity.kit.geo import Point, box_around, circle, distance_m, inside, metres_between, round_to_grid

CENTRE = Point(8.4304, 99.9631)
nearby = st.builds(Point, st.floats(8.38, 8.48), st.floats(99.91, 100.01))


@pytest.mark.parametrize(("lat", "lon"), [(91, 0), (-91, 0), (0, 181), (0, -181), (math.nan, 0), (0, math.inf)])
def test_there_is_no_place_off_the_globe(lat, lon):
    with pytest.raises(ValueError, match="no place on earth"):
        Point(lat, lon)


def test_a_hundredth_of_a_degree_north_is_1113_metres():
    assert round(distance_m(CENTRE, Point(8.4404, 99.9631)), 1) == 1113.2


def test_a_hundredth_of_a_degree_east_is_less():
    assert round(distance_m(CENTRE, Point(8.4304, 99.9731)), 1) == 1101.2


def test_metres_between_knows_the_direction():
    east, north = metres_between(CENTRE, Point(8.4204, 99.9531))

    assert (round(east, 1), round(north, 1)) == (-1101.2, -1113.2)


@given(nearby, nearby)
def test_the_way_back_is_as_long(one, other):
    assert distance_m(one, other) == distance_m(other, one)


@given(nearby, nearby, st.floats(1, 5000))
def test_the_box_holds_all_that_is_near(one, other, metres):
    lat_min, lat_max, lon_min, lon_max = box_around(one, metres)

    if distance_m(one, other) <= metres * 0.999:
        assert lat_min <= other.lat <= lat_max
        assert lon_min <= other.lon <= lon_max


@given(nearby)
def test_a_rounded_place_is_near_and_stays_where_it_is(point):
    rounded = round_to_grid(point)

    assert distance_m(point, rounded) <= 71
    assert round_to_grid(rounded) == rounded


def test_neighbours_share_their_rounded_place():
    assert (
        round_to_grid(Point(8.43041, 99.96311)) == round_to_grid(Point(8.43043, 99.96309)) == Point(8.43065, 99.963169)
    )


SQUARE = [[8.0, 99.0], [8.0, 100.0], [9.0, 100.0], [9.0, 99.0]]


@pytest.mark.parametrize(
    ("point", "answer"),
    [
        (Point(8.5, 99.5), True),
        (Point(8.999, 99.001), True),
        (Point(9.5, 99.5), False),
        (Point(8.5, 100.5), False),
        (Point(8.5, 98.5), False),
    ],
)
def test_inside(point, answer):
    assert inside(point, SQUARE) is answer


def test_nothing_is_inside_an_area_without_corners():
    assert inside(CENTRE, []) is False


def test_inside_respects_a_bay():
    bay = [[0, 0], [0, 10], [10, 10], [10, 6], [2, 6], [2, 4], [10, 4], [10, 0]]

    assert inside(Point(5, 5), bay) is False
    assert inside(Point(5, 8), bay) is True


@given(nearby, st.floats(100, 3000))
def test_a_circle_holds_its_centre_and_ends_at_its_radius(point, radius):
    corners = circle(point, radius)

    assert inside(point, corners) is True
    assert {round(distance_m(point, Point(*corner)) / radius, 2) for corner in corners} == {1.0}

"""Lines and places of the map: what an administrator may not type."""

import pytest
from django.core.exceptions import ValidationError

from nakhoncity.city.models import Area, CityProfile

pytestmark = pytest.mark.django_db
SQUARE = [[8.43, 99.96], [8.44, 99.96], [8.44, 99.97]]
CORNERS = "ต้องเป็นรายการของ [ละติจูด, ลองจิจูด] อย่างน้อย 3 มุม เช่น [[8.43, 99.96], [8.44, 99.97], [8.42, 99.98]]"


@pytest.mark.parametrize("corners", [[], SQUARE])
def test_a_boundary_is_a_closed_line_or_none(corners):
    Area(kind="community", name="ชุมชนใหม่", polygon=corners).full_clean()


@pytest.mark.parametrize(
    "corners",
    [SQUARE[:2], "8.43", {"lat": 8}, [[8.43], *SQUARE], [[8.43, "x"], *SQUARE], [[99.96, 190], *SQUARE], [8, 9, 10]],
)
def test_other_boundaries_are_refused(corners):
    with pytest.raises(ValidationError) as refused:
        Area(kind="community", name="ชุมชนใหม่", polygon=corners).full_clean()

    assert refused.value.message_dict == {"polygon": [CORNERS]}


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("canals", {}, "ต้องเป็นรายการของคลอง ขึ้นต้นด้วย [ ลงท้ายด้วย ] และแต่ละคลองอยู่ใน { }"),
        ("canals", [{"points": SQUARE}], "คลองที่ 1: ต้องมีชื่อ (name)"),
        ("canals", [{"name": "คลอง", "points": SQUARE[:1]}], "คลองที่ 1: points ต้องมี [ละติจูด, ลองจิจูด] อย่างน้อย 2 จุด"),
        ("landmarks", ["วัด"], "ต้องเป็นรายการของสถานที่ ขึ้นต้นด้วย [ ลงท้ายด้วย ] และแต่ละแห่งอยู่ใน { }"),
        ("landmarks", [{"name": "วัด"}], "สถานที่ที่ 1: ต้องมีชื่อ (name) และประเภท (kind)"),
        (
            "landmarks",
            [{"name": "วัด", "kind": "temple", "lat": "x", "lon": 99}],
            "สถานที่ที่ 1: lat และ lon ต้องเป็นพิกัด เช่น 8.43 และ 99.96",
        ),
        ("centre_lat", 99.0, "ต้องอยู่ระหว่าง -90 ถึง 90"),
        ("reference_prefix", "nst", "ใช้อักษรอังกฤษตัวพิมพ์ใหญ่ 2 ถึง 5 ตัว เช่น NST"),
    ],
)
def test_a_profile_that_no_map_could_draw_is_refused(field, value, sentence):
    town = CityProfile.objects.get()
    setattr(town, field, value)

    with pytest.raises(ValidationError) as refused:
        town.full_clean()

    assert refused.value.message_dict == {field: [sentence]}


def test_a_town_that_shuts_before_it_opens_is_refused():
    town = CityProfile.objects.get()
    town.opens, town.closes = town.closes, town.opens

    with pytest.raises(ValidationError, match="เวลาเปิดทำการต้องมาก่อนเวลาปิดทำการ"):
        town.full_clean()

"""The town: its profile, seed, hours, holidays and mode."""

import json
import re
from datetime import date, time, timedelta

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from nakhoncity.city import checks, models
from nakhoncity.city.context import city
from nakhoncity.city.models import Area, CityMode, CityProfile, Holiday
from nakhoncity.city.services import (
    confirm_holidays,
    load_office_hours,
    propose_holidays,
    seed_city,
    set_city_mode,
)
from nakhoncity.kit.geo import Point, distance_m
from nakhoncity.kit.officehours import OfficeHours

pytestmark = pytest.mark.django_db
SEED_FILE = settings.TOWN_FILE
TARNTHIP = SEED_FILE.with_name("tarnthip.json")


# --- the seed ------------------------------------------------------------------------------------


def test_seed_city_makes_the_town_of_the_file():
    town = CityProfile.current()

    assert (town.pk, town.code, town.name_th) == (1, "nakhon", "เทศบาลนครนครศรีธรรมราช")
    assert (town.short_name, town.reference_prefix, town.centre) == ("นครซิตี้", "NST", Point(8.4304, 99.9631))
    assert (town.opens, town.closes, town.digest_at) == (time(8, 30), time(16, 30), time(8, 30))
    assert (town.quiet_from, town.quiet_until) == (time(20), time(7))


def test_the_sample_boundary_is_a_circle_of_the_towns_size_and_says_so():
    town = CityProfile.current()
    corners = [(lat * 111_320, lon * 111_320 * 0.98921) for lat, lon in town.boundary]
    pairs = zip(corners, [*corners[1:], corners[0]], strict=True)
    square_km = abs(sum(y1 * x2 - y2 * x1 for (y1, x1), (y2, x2) in pairs)) / 2 / 1e6

    assert town.is_sample_boundary is True
    assert round(square_km, 1) == 22.5
    assert {round(distance_m(town.centre, Point(*corner)) / 10) for corner in town.boundary} == {268}


@pytest.mark.parametrize("path", [SEED_FILE, TARNTHIP])
def test_invented_lines_are_marked_as_samples(path):
    town = seed_city(path=path, reset=True)

    assert {canal["is_sample"] for canal in town.canals} == {True}
    assert town.phone_note == "หมายเลขตัวอย่าง"


def test_seed_city_twice_changes_nothing():
    before = CityProfile.objects.values().get(), list(Area.objects.values_list("pk", "name"))

    seed_city()

    assert (CityProfile.objects.values().get(), list(Area.objects.values_list("pk", "name"))) == before


def test_the_seed_leaves_an_edited_town_as_it_is():
    CityProfile.objects.update(phone="0 7534 2880", quiet_from=time(21))
    Area.objects.order_by("pk").first().delete()
    before = CityProfile.objects.values().get(), list(Area.objects.values())

    seed_city()
    seed_city(path=TARNTHIP)

    assert (CityProfile.objects.values().get(), list(Area.objects.values())) == before


def test_a_reset_takes_the_words_of_the_file_again():
    CityProfile.objects.update(phone="0 7534 2880")

    seed_city(reset=True)

    assert CityProfile.current().phone == "0 7500 0000"


def test_the_file_of_a_second_town_takes_the_first_ones_place_when_asked_to():
    seed_city(path=TARNTHIP, reset=True)

    assert [town.code for town in CityProfile.objects.all()] == ["tarnthip"]
    assert CityProfile.current().reference_prefix == "TTP"


def test_the_second_towns_file_knows_nothing_of_the_first():
    assert re.findall("นครศรี|Nakhon|NST|นครซิตี้", TARNTHIP.read_text(encoding="utf-8")) == []


def test_a_bad_file_changes_nothing(tmp_path):
    data = json.loads(TARNTHIP.read_text(encoding="utf-8"))
    data["profile"]["reserve_percent"] = 95
    bad = tmp_path / "bad.json"
    bad.write_text(json.dumps(data), encoding="utf-8")

    with pytest.raises((ValidationError, IntegrityError)), transaction.atomic():
        seed_city(path=bad, reset=True)

    CityProfile.forget()
    assert CityProfile.current().code == "nakhon"


def test_there_is_one_profile_only():
    town = CityProfile.objects.get()
    town.pk, town.code = 2, "other"

    with pytest.raises(IntegrityError), transaction.atomic():
        town.save(force_insert=True)


# --- the profile at hand -------------------------------------------------------------------------


def test_the_profile_is_read_once_and_kept(django_assert_num_queries):
    CityProfile.forget()

    with django_assert_num_queries(1):
        assert CityProfile.current() is CityProfile.current()


def test_a_save_is_seen_at_once():
    town = CityProfile.objects.get()
    town.short_name = "ใหม่"
    town.save()

    assert CityProfile.current().short_name == "ใหม่"


def test_another_processes_change_is_seen_after_some_seconds(monkeypatch):
    CityProfile.current()
    CityProfile.objects.update(short_name="ใหม่")
    assert CityProfile.current().short_name == "นครซิตี้"

    monkeypatch.setattr(models, "PROFILE_KEPT_S", -1.0)

    assert CityProfile.current().short_name == "ใหม่"


def test_without_a_seed_the_question_says_what_to_do():
    CityProfile.objects.all().delete()
    CityProfile.forget()

    with pytest.raises(CityProfile.DoesNotExist, match=r"manage\.py seed"):
        CityProfile.current()


def test_every_page_knows_the_town(rf, settings):
    context = city(rf.get("/"))

    assert context["city"] == CityProfile.current()
    assert context["liff"] == {"sdk_url": settings.LIFF_SDK_URL, "id": settings.LIFF_ID, "base": settings.LIFF_BASE}


# --- hours and holidays --------------------------------------------------------------------------


def test_only_confirmed_holidays_shut_the_office(now):
    Holiday.objects.create(day=date(2026, 12, 10), name="วันรัฐธรรมนูญ", is_confirmed=True)
    Holiday.objects.create(day=date(2026, 12, 31), name="วันสิ้นปี")

    hours = load_office_hours(now)

    assert hours == OfficeHours(time(8, 30), time(16, 30), frozenset({date(2026, 12, 10)}))


def test_a_past_holiday_still_counts_for_a_case_received_before_it(now):
    Holiday.objects.create(day=date(2026, 10, 23), name="วันปิยมหาราช", is_confirmed=True)
    Holiday.objects.create(day=date(2024, 10, 23), name="วันปิยมหาราช", is_confirmed=True)

    assert load_office_hours(now).holidays == {date(2026, 10, 23)}


def test_holidays_are_proposed_once_and_confirmed_by_hand(now):
    proposed = propose_holidays(year=2026)

    assert proposed > 10
    assert propose_holidays(year=2026) == 0
    assert load_office_hours(now).holidays == frozenset()
    assert confirm_holidays(year=2026) == proposed
    assert confirm_holidays(year=2026) == 0
    assert date(2026, 12, 10) in load_office_hours(now).holidays


# --- normal day or flood -------------------------------------------------------------------------


def test_a_new_town_is_not_flooded(now):
    assert CityMode.is_flood(now) is False


def test_a_flood_ends_by_itself_at_its_until(now):
    set_city_mode(mode=CityMode.Mode.FLOOD, by="permsec", now=now, until=now + timedelta(hours=6))

    assert CityMode.is_flood(now) is True
    assert CityMode.is_flood(now + timedelta(hours=6) - timedelta(seconds=1)) is True
    assert CityMode.is_flood(now + timedelta(hours=6)) is False


def test_a_flood_is_ended_by_hand(now):
    set_city_mode(mode=CityMode.Mode.FLOOD, by="permsec", now=now)

    row = set_city_mode(mode=CityMode.Mode.NORMAL, by="mayor", now=now + timedelta(hours=1))

    assert CityMode.is_flood(now + timedelta(hours=2)) is False
    assert (row.changed_by, row.since, row.until) == ("mayor", now + timedelta(hours=1), None)
    assert CityMode.objects.count() == 1


# --- the database's letters ----------------------------------------------------------------------


def test_the_check_accepts_this_database():
    assert checks.check_character_type(databases=["default"]) == []


def test_the_check_refuses_a_database_without_utf8(monkeypatch):
    class Cursor:
        def __enter__(self):
            return self

        def __exit__(self, *args):
            return None

        def execute(self, _statement):
            return None

        def fetchone(self):
            return ("C",)

    monkeypatch.setattr(connection, "vendor", "postgresql")
    monkeypatch.setattr(connection, "cursor", Cursor)

    assert [error.id for error in checks.check_character_type(databases=["default"])] == ["city.E001"]
    assert checks.check_character_type(databases=None) == []

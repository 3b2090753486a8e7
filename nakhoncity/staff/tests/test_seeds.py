"""The seeds: offices with their posts, and the demo's people, twice the same."""

import json
from datetime import date

import pytest
from django.core.exceptions import ValidationError

from nakhoncity.staff.models import Department, Position, StaffMember
from nakhoncity.staff.services import PEOPLE_FILE, SEED_DIR, find_holder, posts_above, seed_demo_staff, seed_departments

PROMISED = {"officer-engineering", "head-engineering", "clerk", "supervisor", "permsec", "mayor", "admin"}


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))


def state():
    return (
        list(Department.objects.values().order_by("id")),
        list(Position.objects.values().order_by("id")),
        list(StaffMember.objects.order_by("id").values()),
    )


@pytest.mark.django_db
def test_seeds_change_nothing_the_second_time():
    seed_departments()
    seed_demo_staff()
    before = state()

    seed_departments()
    seed_demo_staff()

    assert state() == before


@pytest.mark.django_db
def test_seeds_leave_what_was_edited():
    seed_departments()
    seed_demo_staff()
    Department.objects.filter(code="ENGINEERING").update(name_th="สำนักช่าง", public_phone="0 7534 0000")
    Position.objects.filter(kind="mayor").update(holder=None, title_th="นายกเทศมนตรีนคร")
    StaffMember.objects.filter(username="clerk").update(role="supervisor", line_user_id=None)
    before = state()

    seed_departments()
    seed_demo_staff()

    assert state() == before


@pytest.mark.django_db
def test_a_reset_takes_the_words_of_the_file_again():
    seed_departments()
    before = state()
    Department.objects.filter(code="ENGINEERING").update(name_th="สำนักช่าง")

    seed_departments(reset=True)

    assert state() == before


@pytest.mark.django_db
def test_seed_departments_gives_each_office_of_the_town_its_heads_post():
    seed_departments()

    without = Department.objects.internal().filter(positions=None)
    assert list(without) == []


@pytest.mark.django_db
def test_seed_departments_says_where_each_fact_comes_from():
    seed_departments()

    assert list(Department.objects.filter(source="")) == []


@pytest.mark.django_db
def test_seed_demo_staff_signs_in_with_the_demo_password(settings):
    seed_departments()
    members = seed_demo_staff()

    assert {member.username for member in members} >= PROMISED
    assert all(member.check_password(settings.DEMO_PASSWORD) for member in StaffMember.objects.all())


@pytest.mark.django_db
def test_seed_demo_staff_puts_back_a_changed_password(settings):
    seed_departments()
    clerk = next(member for member in seed_demo_staff() if member.username == "clerk")
    clerk.set_password("another-2569")
    clerk.save()

    seed_demo_staff()

    assert StaffMember.objects.get(username="clerk").check_password(settings.DEMO_PASSWORD)


@pytest.mark.django_db
@pytest.mark.parametrize("code", ["ENG_LIGHT", "HEALTH_CLEAN", "WATERWORKS", "CITY_LAW", "WELFARE"])
def test_seed_demo_staff_fills_the_posts_of_the_ladder_with_people_on_line(code):
    seed_departments()
    seed_demo_staff()

    posts = posts_above(department=Department.objects.get(code=code))

    for kind in ("office_head", "secretary", "mayor"):
        assert find_holder(position=posts[kind], on=date(2026, 11, 25)).member.line_user_id


def test_demo_people_have_one_name_in_both_files():
    on_line = {person["key"]: person["name"] for person in read(PEOPLE_FILE) if person["kind"] == "staff"}
    names = {row["username"]: row["name"] for row in read(SEED_DIR / "demo_staff.json")}

    assert {key: names[key] for key in on_line} == on_line


def test_demo_people_have_line_ids_of_their_own():
    ids = [person["user_id"] for person in read(PEOPLE_FILE)]

    assert len(set(ids)) == len(ids)
    assert all(len(one) == 33 and one[0] == "U" for one in ids)


@pytest.fixture
def own_town(tmp_path):
    """Write a town's file that says this of its offices."""

    def write(*rows):
        path = tmp_path / "town.json"
        path.write_text(json.dumps({"departments": rows}), encoding="utf-8")
        return path

    return write


@pytest.mark.django_db
def test_a_town_without_words_of_its_own_has_bodies_without_a_place(own_town):
    seed_departments(town=own_town())

    names = " ".join(Department.objects.values_list("name_th", flat=True))
    assert ("นคร" in names, Department.objects.get(code="PEA").name_th) == (False, "การไฟฟ้าส่วนภูมิภาค")


@pytest.mark.django_db
def test_a_towns_file_names_a_body_and_adds_a_neighbour(own_town):
    pea = {"code": "PEA", "name_th": "การไฟฟ้าส่วนภูมิภาคจังหวัดธารทิพย์"}
    near = {"code": "N_DOI", "name_th": "เทศบาลตำบลดอย", "name_en": "Doi", "level": "external"}

    seed_departments(town=own_town(pea, near))

    named = Department.objects.get(code="PEA")
    assert (named.name_th, named.public_phone) == ("การไฟฟ้าส่วนภูมิภาคจังหวัดธารทิพย์", "1129")
    assert Department.objects.get(code="N_DOI").is_external


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"code": "N_DOI", "name_th": "เทศบาลตำบลดอย"}, "departments: N_DOI needs level, name_en."),
        ({"name_th": "เทศบาลตำบลดอย"}, "departments: None needs code, level, name_en."),
        ({"code": "PEA", "phone": "1129"}, "departments: PEA says what no office has: phone."),
    ],
)
def test_a_row_that_says_too_little_or_too_much_is_refused_whole(own_town, row, words):
    with pytest.raises(ValidationError) as refused:
        seed_departments(town=own_town(row))

    assert (refused.value.messages, Department.objects.count()) == ([words], 0)

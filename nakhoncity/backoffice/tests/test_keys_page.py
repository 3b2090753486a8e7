"""The administrators' page of keys: issued with the secret shown once, listed, ended."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from complaints.tests.doors import browser_of
from nakhoncity.city.keys import find_key
from nakhoncity.city.models import ApiKey
from nakhoncity.city.tests.factories import NOW, issue
from nakhoncity.staff.tests.factories import StaffFactory
from nakhoncity.tests.counting import statements

pytestmark = pytest.mark.django_db
SETTINGS, KEYS = reverse("backoffice:settings"), reverse("backoffice:keys")
GIVEN = {"name": "สายด่วน", "scopes": ["cases.write"], "per_minute": "30", "expires_on": "30/9/2570"}


@pytest.fixture(autouse=True)
def _morning(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def admin(db):
    return browser_of(StaffFactory(role="admin", username="the-admin"))


def words(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_key_is_issued_and_its_secret_shown(admin):
    response = admin.post(KEYS, GIVEN)

    (secret,) = re.findall(r"nkc_[a-z0-9]{8}_[\w-]{43}", response.content.decode())
    key = find_key(secret=secret, now=NOW)
    assert (key.name, key.scopes, key.per_minute, key.issued_by) == ("สายด่วน", ["cases.write"], 30, "the-admin")
    assert key.expires_at == datetime(2027, 9, 30, 17, 0, tzinfo=UTC)
    assert (response.status_code, "no-store" in response["Cache-Control"]) == (200, True)


def test_secret_is_not_shown_again(admin):
    admin.post(KEYS, GIVEN)
    page = admin.get(KEYS).content.decode()

    assert (re.findall(r"nkc_[a-z0-9]{8}_(.)", page), ApiKey.objects.get().secret_hash in page) == (["…"], False)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"name": ""}, "กรุณาใส่ชื่อระบบที่จะใช้กุญแจ"),
        ({"scopes": []}, "กรุณาเลือกสิทธิ์อย่างน้อยหนึ่งข้อ"),
        ({"scopes": ["everything"]}, "กรุณาเลือกสิทธิ์อย่างน้อยหนึ่งข้อ"),
        ({"per_minute": "6001"}, "กรุณาใส่จำนวนครั้งต่อนาทีเป็นตัวเลข 1 ถึง 6,000"),
        ({"per_minute": "มาก"}, "กรุณาใส่จำนวนครั้งต่อนาทีเป็นตัวเลข 1 ถึง 6,000"),
        ({"expires_on": "พรุ่งนี้"}, "กรุณาพิมพ์วันที่เป็น วัน/เดือน/ปี พ.ศ. เช่น 5/12/2569"),
        ({"expires_on": "1/1/2569"}, "วันหมดอายุต้องอยู่หลังวันที่ออกกุญแจ"),
        ({"expires_on": "1/1/2590"}, "กุญแจหนึ่งดอกใช้ได้ไม่เกิน 2 ปี กรุณาเลือกวันที่เร็วขึ้น"),
    ],
)
def test_wrong_form_is_told_what_to_mend(admin, change, sentence):
    response = admin.post(KEYS, {**GIVEN, **change})

    assert (response.status_code, words(response).count(sentence), ApiKey.objects.count()) == (422, 2, 0)


def test_key_is_ended(admin):
    issued = issue()

    response = admin.post(reverse("backoffice:key-revoke", args=[issued.key.prefix]))

    assert (response.status_code, response["Location"]) == (302, KEYS)
    assert (find_key(secret=issued.secret, now=NOW), ApiKey.objects.get().revoked_by) == (None, "the-admin")


def test_key_that_is_not_there_is_404(admin):
    assert admin.post(reverse("backoffice:key-revoke", args=["abcdefgh"])).status_code == 404


def test_each_key_says_how_it_stands(admin):
    issue(name="ใช้อยู่")
    issue(name="เก่า", now=NOW - timedelta(days=400), expires_at=NOW - timedelta(days=1))
    ApiKey.objects.filter(pk=issue(name="เลิก").key.pk).update(revoked_at=NOW, revoked_by="the-admin")

    rows = re.findall(r"<tr><td>.*?</tr>", admin.get(KEYS).content.decode(), re.DOTALL)
    assert [re.search("ใช้ได้ถึง|ยกเลิกแล้ว|หมดอายุ", row)[0] for row in rows] == ["ยกเลิกแล้ว", "ใช้ได้ถึง", "หมดอายุ"]
    assert ["ยืนยันการยกเลิก" in row for row in rows] == [False, True, False]


def test_settings_lead_to_the_keys(admin):
    assert f'href="{KEYS}"' in admin.get(SETTINGS).content.decode()


@pytest.mark.parametrize(("role", "is_shown"), [("admin", True), ("supervisor", False)])
def test_settings_are_offered_to_who_may(role, is_shown):
    page = browser_of(StaffFactory(role=role)).get(reverse("complaints:extensions")).content.decode()

    assert (f'href="{SETTINGS}"' in page) == is_shown


@pytest.mark.parametrize("role", ["officer", "head", "clerk", "supervisor", "executive"])
def test_others_are_refused(role):
    member = browser_of(StaffFactory(role=role))
    prefix = issue().key.prefix

    statuses = [
        member.get(SETTINGS).status_code,
        member.get(KEYS).status_code,
        member.post(KEYS, GIVEN).status_code,
        member.post(reverse("backoffice:key-revoke", args=[prefix])).status_code,
    ]
    assert (statuses, ApiKey.objects.filter(revoked_at=None).count()) == ([403] * 4, 1)


@pytest.mark.parametrize("number", [1, 20])
def test_cost_does_not_grow_with_the_keys(admin, number):
    for _ in range(number):
        issue()

    with statements() as seen:
        admin.get(KEYS)

    assert len(seen) == 4

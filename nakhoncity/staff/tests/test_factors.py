"""The second step: codes that open once, secrets that a copy of the database does not tell, changes in the history."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator

from nakhoncity.history.models import Change
from nakhoncity.kit.thai import arabic_digits
from nakhoncity.staff import factors
from nakhoncity.staff.factors import CodeRefused, FactorThere, FactorUnreadable, add_app, new_secret, spend_code
from nakhoncity.staff.tests.factories import StaffFactory
from nakhoncity.staff.tests.second_step import app_code, give_app

pytestmark = pytest.mark.django_db
HALF_MINUTE = timedelta(seconds=30)
THAI_DIGITS = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")


@pytest.fixture
def wichai():
    return StaffFactory(username="wichai")


@pytest.fixture
def secret(wichai, now):
    """Set up a minute ago, so that the codes of now are fresh."""
    return give_app(wichai, now - 4 * HALF_MINUTE)[0]


def history_of(member):
    found = Change.objects.filter(object_pk=str(member.pk), content_type__model="staffmember").order_by("pk")
    return [change.changes for change in found if change.action == Change.Action.UPDATE]


def test_app_keeps_its_secret_sealed(wichai, secret):
    row = Authenticator.objects.get(user=wichai, type="totp")

    assert secret not in str(row.data)


def test_app_is_not_set_up_with_a_wrong_code(wichai, now):
    secret = new_secret()
    wrong = f"{(int(app_code(secret, now)) + 1) % 1_000_000:06}"

    with pytest.raises(CodeRefused):
        add_app(member=wichai, secret=secret, code=wrong, now=now)

    assert not factors.uses_second_step(member=wichai)


def test_app_is_set_up_once(wichai, secret, now):
    other = new_secret()

    with pytest.raises(FactorThere):
        add_app(member=wichai, secret=other, code=app_code(other, now), now=now)


def test_first_app_brings_ten_recovery_codes(wichai, now):
    codes = give_app(wichai, now)[1]

    assert (len(set(codes)), {len(code) for code in codes}) == (10, {8})


def test_code_opens(wichai, secret, now):
    assert spend_code(member=wichai, code=app_code(secret, now), now=now).type == "totp"


def test_code_may_be_typed_with_blanks_and_thai_digits(wichai, secret, now):
    code = app_code(secret, now).translate(THAI_DIGITS)

    row = spend_code(member=wichai, code=f" {code[:3]} {code[3:]} ", now=now)

    assert (row.type, arabic_digits(code)) == ("totp", app_code(secret, now))


def test_code_opens_once(wichai, secret, now):
    spend_code(member=wichai, code=app_code(secret, now), now=now)

    with pytest.raises(CodeRefused):
        spend_code(member=wichai, code=app_code(secret, now), now=now)


def test_code_that_set_up_the_app_does_not_open(wichai, now):
    secret, _codes = give_app(wichai, now)

    with pytest.raises(CodeRefused):
        spend_code(member=wichai, code=app_code(secret, now), now=now)


def test_code_of_before_does_not_open_after_a_newer_one(wichai, secret, now):
    spend_code(member=wichai, code=app_code(secret, now), now=now)

    with pytest.raises(CodeRefused):
        spend_code(member=wichai, code=app_code(secret, now - HALF_MINUTE), now=now)


@pytest.mark.parametrize("drift", [-1, 0, 1])
def test_code_of_a_clock_that_is_half_a_minute_wrong_opens(wichai, secret, now, drift):
    assert spend_code(member=wichai, code=app_code(secret, now + drift * HALF_MINUTE), now=now).type == "totp"


@pytest.mark.parametrize("drift", [-2, 2])
def test_code_of_another_minute_does_not_open(wichai, secret, now, drift):
    with pytest.raises(CodeRefused):
        spend_code(member=wichai, code=app_code(secret, now + drift * HALF_MINUTE), now=now)


@pytest.mark.parametrize("code", ["", "0", "กขค", "１２３４５６", "1" * 500, "-1", "\x00"])
def test_nonsense_does_not_open(wichai, secret, now, code):
    with pytest.raises(CodeRefused):
        spend_code(member=wichai, code=code, now=now)


def test_code_of_somebody_else_does_not_open(wichai, secret, now):
    suda = StaffFactory(username="suda")
    hers, _codes = give_app(suda, now - 4 * HALF_MINUTE)

    with pytest.raises(CodeRefused):
        spend_code(member=wichai, code=app_code(hers, now), now=now)


def test_recovery_code_opens_once_and_stands_in_the_history(wichai, now):
    _secret, codes = give_app(wichai, now)

    row = spend_code(member=wichai, code=f"{codes[3][:4]} {codes[3][4:]}", now=now)

    assert (row.type, factors.codes_left(member=wichai)) == ("recovery_codes", 9)
    assert history_of(wichai)[-1] == {"รหัสสำรอง": ["ตั้งค่าแล้ว", "ใช้ไปหนึ่งรหัส"]}
    with pytest.raises(CodeRefused):
        spend_code(member=wichai, code=codes[3], now=now)


def test_renewed_codes_end_the_old_ones(wichai, now):
    _secret, old = give_app(wichai, now)

    new = factors.renew_codes(member=wichai)

    assert set(old) & set(new) == set()
    with pytest.raises(CodeRefused):
        spend_code(member=wichai, code=old[0], now=now)


def test_a_lost_key_is_told_from_a_wrong_code(wichai, secret, now, settings):
    settings.SECRET_KEY = "another-key-of-some-length-for-this-test-0123456789"

    with pytest.raises(FactorUnreadable):
        spend_code(member=wichai, code=app_code(secret, now), now=now)


def test_removing_the_last_factor_takes_the_recovery_codes_too(wichai, secret):
    app = Authenticator.objects.get(user=wichai, type="totp")

    factors.remove_factor(member=wichai, factor_id=app.pk)

    assert (list(factors.factors_of(wichai)), factors.uses_second_step(member=wichai)) == ([], False)
    assert history_of(wichai)[-1] == {"แอปยืนยันตัวตน": ["ตั้งค่าแล้ว", ""]}


def test_removing_one_of_two_leaves_the_codes(wichai, secret):
    factors.add_passkey(member=wichai, name="โน้ตบุ๊ก", credential={})
    app = Authenticator.objects.get(user=wichai, type="totp")

    factors.remove_factor(member=wichai, factor_id=app.pk)

    assert {row.type for row in factors.factors_of(wichai)} == {"webauthn", "recovery_codes"}


def test_nobody_removes_somebody_elses(wichai, secret):
    suda = StaffFactory(username="suda")
    app = Authenticator.objects.get(user=wichai, type="totp")

    factors.remove_factor(member=suda, factor_id=app.pk)

    assert factors.uses_second_step(member=wichai)


def test_reset_takes_everything_and_says_so(wichai, secret):
    assert factors.reset_factors(member=wichai) == 1

    assert list(factors.factors_of(wichai)) == []
    assert history_of(wichai)[-1] == {"การยืนยันตัวตนสองขั้นตอน": ["ตั้งค่าแล้ว", "ล้างโดยผู้ดูแลระบบ"]}


def test_nobody_is_asked_where_the_town_wants_no_second_step(wichai, secret, settings):
    settings.STAFF_MFA = "off"

    assert not factors.uses_second_step(member=wichai)

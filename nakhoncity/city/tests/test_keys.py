"""Keys of the open API: issued, found, noted, revoked; and each write told from every other."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from nakhoncity.city.keys import OtherBody, attempt_of, find_key, find_write, hash_secret, record_write, revoke_key
from nakhoncity.city.models import ApiKey, ApiWrite
from nakhoncity.city.tests.factories import NOW, issue
from nakhoncity.tests.counting import statements

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


def used_at(prefix):
    return ApiKey.objects.values_list("last_used_at", flat=True).get(prefix=prefix)


def test_secret_is_kept_as_its_hash_alone():
    issued = issue()

    row = ApiKey.objects.filter(pk=issued.key.pk).values_list().get()
    assert issued.secret.startswith(f"nkc_{issued.key.prefix}_")
    assert [column for column in row if issued.secret[13:] in str(column)] == []
    assert issued.key.secret_hash == hash_secret(issued.secret)


def test_two_keys_are_two_secrets():
    assert issue().secret != issue().secret


def test_key_is_found_by_its_secret():
    issued = issue()
    issue(name="ศูนย์ดำรงธรรม")

    assert find_key(secret=issued.secret, now=NOW) == issued.key


@pytest.mark.parametrize("secret", ["", "nkc_", "nkc_aaaaaaaa_x", "\udcff", "ก" * 5000])
def test_secret_of_nobody_finds_nothing(secret):
    issue()

    assert find_key(secret=secret, now=NOW) is None


def test_prefix_and_hash_open_nothing():
    key = issue().key

    assert [find_key(secret=text, now=NOW) for text in (key.prefix, key.secret_hash)] == [None, None]


def test_key_ends_at_its_moment():
    issued = issue(expires_at=NOW + timedelta(days=1))

    ends = NOW + timedelta(days=1)
    assert [find_key(secret=issued.secret, now=at) for at in (ends - SECOND, ends)] == [issued.key, None]


def test_revoked_key_is_dead_at_once_and_says_by_whom():
    issued = issue()

    assert revoke_key(prefix=issued.key.prefix, by="admin", now=NOW)

    issued.key.refresh_from_db()
    assert find_key(secret=issued.secret, now=NOW) is None
    assert (issued.key.revoked_by, issued.key.revoked_at) == ("admin", NOW)


def test_second_revoke_changes_nothing():
    key = issue().key
    revoke_key(prefix=key.prefix, by="admin", now=NOW)

    assert not revoke_key(prefix=key.prefix, by="other", now=NOW + SECOND)

    key.refresh_from_db()
    assert (key.revoked_by, key.revoked_at) == ("admin", NOW)


def test_use_is_noted_once_a_minute():
    issued = issue()

    seen = []
    for seconds in (0, 59, 60):
        find_key(secret=issued.secret, now=NOW + seconds * SECOND)
        seen.append(used_at(issued.key.prefix))

    assert seen == [NOW, NOW, NOW + 60 * SECOND]


def test_use_within_the_minute_costs_one_question():
    issued = issue()
    find_key(secret=issued.secret, now=NOW)

    with statements() as seen:
        find_key(secret=issued.secret, now=NOW + SECOND)

    assert len(seen) == 1


@pytest.mark.parametrize(
    ("fields", "at_fault"),
    [
        ({"scopes": []}, "scopes"),
        ({"scopes": ["cases.write", "everything"]}, "scopes"),
        ({"expires_at": NOW + timedelta(days=733)}, "expires_at"),
        ({"expires_at": NOW}, "__all__"),
        ({"per_minute": 0}, "__all__"),
        ({"per_minute": 6001}, "__all__"),
        ({"name": ""}, "name"),
        ({"name": "ก" * 61}, "name"),
    ],
)
def test_key_that_may_not_be_is_not_issued(fields, at_fault):
    with pytest.raises(ValidationError) as refused:
        issue(**fields)

    assert (set(refused.value.message_dict), ApiKey.objects.count()) == ({at_fault}, 0)


@pytest.mark.parametrize("columns", [{"per_minute": 0}, {"per_minute": 6001}, {"expires_at": NOW - SECOND}])
def test_database_refuses_it_too(columns):
    issue()

    with pytest.raises(IntegrityError), transaction.atomic():
        ApiKey.objects.update(**columns)


# Each write once


def attempt(body, *, name="สายด่วน", idempotency_key="k" * 8):
    return attempt_of(key=ApiKey(name=name), idempotency_key=idempotency_key, body=body)


def test_order_of_names_makes_no_other_body():
    assert attempt({"a": 1, "b": [1, 2]}) == attempt({"b": [1, 2], "a": 1})


@pytest.mark.parametrize("body", [{"a": 2}, {"a": "1"}, {"a": 1, "b": None}, {}, None, [{"a": 1}]])
def test_other_values_make_another_body(body):
    assert attempt(body).fingerprint != attempt({"a": 1}).fingerprint


def test_object_is_the_same_for_each_attempt_and_another_for_every_other():
    one, again, other_key, other_writer = (
        attempt({"a": 1}), attempt({"a": 1}), attempt({"a": 1}, idempotency_key="x" * 8), attempt({"a": 1}, name="อื่น"),
    )  # fmt: skip

    assert one.object_id == again.object_id
    assert len({each.object_id for each in (one, other_key, other_writer)}) == 3


def test_write_is_found_by_its_attempt():
    record_write(attempt=attempt({"a": 1}), reference="NST-69-000001", now=NOW)

    found = find_write(attempt=attempt({"a": 1}))
    assert (found.reference, find_write(attempt=attempt({"a": 1}, name="อื่น"))) == ("NST-69-000001", None)


def test_other_body_under_the_same_key_is_refused():
    record_write(attempt=attempt({"a": 1}), reference="NST-69-000001", now=NOW)

    with pytest.raises(OtherBody):
        find_write(attempt=attempt({"a": 2}))


def test_one_idempotency_key_of_a_writer_stands_once():
    record_write(attempt=attempt({"a": 1}), reference="NST-69-000001", now=NOW)

    with pytest.raises(IntegrityError), transaction.atomic():
        record_write(attempt=attempt({"a": 2}), reference="NST-69-000002", now=NOW)


def test_body_is_not_kept():
    record_write(attempt=attempt({"phone": "0819998877"}), reference="NST-69-000001", now=NOW)

    row = ApiWrite.objects.values_list().get()
    assert [column for column in row if "0819998877" in str(column)] == []

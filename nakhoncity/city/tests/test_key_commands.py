"""Keys made and ended by commands on the server."""

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from nakhoncity.city.keys import find_key
from nakhoncity.city.models import ApiKey
from nakhoncity.city.tests.factories import issue

pytestmark = pytest.mark.django_db


def test_key_is_made_and_its_secret_printed(capsys):
    call_command("issue_key", "สายด่วน", "--scope", "cases.write", "--per-minute", "30")

    key = find_key(secret=capsys.readouterr().out.strip(), now=timezone.now())
    assert (key.name, key.scopes, key.per_minute, key.issued_by) == ("สายด่วน", ["cases.write"], 30, "")


@pytest.mark.parametrize("options", [["--scope", "everything"], ["--scope", "cases.write", "--per-minute", "0"]])
def test_key_that_may_not_be_is_told_in_a_sentence(options):
    with pytest.raises(CommandError):
        call_command("issue_key", "สายด่วน", *options)

    assert not ApiKey.objects.exists()


def test_key_is_ended(capsys):
    issued = issue(now=timezone.now())

    call_command("revoke_key", issued.key.prefix)

    assert find_key(secret=issued.secret, now=timezone.now()) is None


def test_key_that_is_not_there_is_told():
    with pytest.raises(CommandError, match="no living key abcdefgh"):
        call_command("revoke_key", "abcdefgh")

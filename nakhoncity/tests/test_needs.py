"""A test whose need is not met is skipped and says so; with CI=1 it fails."""

import pytest

from nakhoncity.tests.needs import need


def test_need_that_is_met_says_nothing(monkeypatch):
    monkeypatch.setenv("CI", "1")

    assert need("/usr/bin/chromium", "Chromium") is None


def test_need_skips(monkeypatch):
    monkeypatch.delenv("CI", raising=False)

    with pytest.raises(pytest.skip.Exception, match=r"^no Chromium$"):
        need("", "Chromium")


def test_need_fails_where_everything_must_run(monkeypatch):
    monkeypatch.setenv("CI", "1")

    with pytest.raises(pytest.fail.Exception, match=r"^CI=1 and no Chromium: this test must run$"):
        need("", "Chromium")

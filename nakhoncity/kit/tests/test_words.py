"""Template words: a badge is safe, recounts only where a clock runs, and shows nothing for nothing."""

from types import SimpleNamespace

from nakhoncity.kit.templatetags.thai import badge


def state(**changes):
    return SimpleNamespace(**{"css": "is-soon", "icon": "soon", "words": "เหลือ 9 ชม.", "due": "", **changes})


def test_badge_carries_its_deadline_only_while_the_clock_runs():
    due = "2026-11-25T10:00:00+00:00"

    assert (f'data-due="{due}"' in badge(state(due=due)), "data-due" in badge(state())) == (True, False)


def test_badge_escapes_its_words():
    assert "<span>&lt;b&gt;</span>" in badge(state(words="<b>"))


def test_badge_of_nothing_is_nothing():
    assert badge(None) == ""

"""Learning what texts say of the categories, and suggesting one for a text (suggesting.py has the rules).

A new town begins with sentences of ours; from then on every case to which staff gave a category teaches it.
"""

import json
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Max, Q

from complaints.models.case import Complaint
from complaints.models.category import Category
from complaints.models.word import CategoryWord
from complaints.suggesting import Known, Lesson, Suggestion, learn, suggest, worth_saying
from complaints.workflow import Status

SENTENCES_FILE = Path(__file__).resolve().parent.parent / "seed" / "sentences.json"
# The newest cases teach; older ones speak of a town that has changed.
CASES_OF = timedelta(days=730)
MOST_CASES = 2000
LEARN_EVERY = timedelta(hours=20)
# How long a process keeps what it has read: words change once a day.
KEPT_S = 600.0

_kept: dict[str, tuple[float, Known]] = {}


def teaching_sentences() -> list[tuple[str, list[str]]]:
    """The half of our sentences that teaches."""
    return [(text, [code]) for code, texts in _sentences()["teaching"].items() for text in texts]


def measuring_sentences() -> list[tuple[str, list[str]]]:
    """The half that only measures."""
    return [(text, [code]) for code, texts in _sentences()["measuring"].items() for text in texts]


def _sentences() -> dict[str, dict[str, list[str]]]:
    found: dict[str, dict[str, list[str]]] = json.loads(SENTENCES_FILE.read_text(encoding="utf-8"))
    return found


def learn_words(*, now: datetime) -> int:
    """Learn anew from our sentences and the town's cases, in the place of what was known; returns how many runs.

    No text of a confidential case or of a sensitive category teaches: what is learned is read by every process.
    """
    categories = dict(Category.objects.values_list("code", "pk"))
    texts = [*teaching_sentences(), *_texts_of_cases(now)]
    lessons = learn((text, [code for code in codes if code in categories]) for text, codes in texts)
    rows = [
        CategoryWord(category_id=categories[code], run=run, weight=weight, learned_at=now)
        for code, lesson in lessons.items()
        for run, weight in [("", lesson.belief), *lesson.runs.items()]
    ]
    with transaction.atomic():
        CategoryWord.objects.all().delete()
        CategoryWord.objects.bulk_create(rows)
    _kept.clear()
    return len(rows)


def sweep_words(*, now: datetime) -> int:
    """Learn once a day; returns how many runs, 0 where it was done within the last twenty hours."""
    learned_at = CategoryWord.objects.aggregate(newest=Max("learned_at"))["newest"]
    if learned_at and learned_at > now - LEARN_EVERY:
        return 0
    return learn_words(now=now)


def _texts_of_cases(now: datetime) -> Iterator[tuple[str, list[str]]]:
    cases = Complaint.objects.filter(
        received_at__gte=now - CASES_OF,
        needs_category=False,
        is_confidential=False,
        category__is_sensitive=False,
    ).exclude(Q(text="") | Q(status=Status.NEW))
    newest = cases.order_by("-received_at", "-pk").values_list("text", "category__code")[:MOST_CASES]
    return ((text, [code]) for text, code in newest)


def suggest_categories(*, text: str, most: int = 3) -> list[tuple[Category, Suggestion]]:
    """The categories on offer that a text may be about, the likeliest first."""
    if not text.strip():
        return []
    suggestions = worth_saying(suggest(text, known_words(), most=most))
    found = Category.objects.offered().filter(code__in=[one.code for one in suggestions])
    offered = {category.code: category for category in found}
    return [(offered[one.code], one) for one in suggestions if one.code in offered]


def known_words() -> Known:
    """All that speaks for the categories on offer, as this process has read it within ten minutes."""
    kept = _kept.get("known")
    if kept and time.monotonic() - kept[0] < KEPT_S:
        return kept[1]
    known = _read_words()
    _kept["known"] = (time.monotonic(), known)
    return known


def _read_words() -> Known:
    keywords: dict[str, Any] = dict(Category.objects.offered().values_list("code", "keywords_th"))
    runs: dict[str, dict[str, float]] = {}
    for code, run, weight in CategoryWord.objects.values_list("category__code", "run", "weight"):
        runs.setdefault(code, {})[run] = weight
    lessons = {code: Lesson(belief=own.pop("", 0.0), runs=own) for code, own in runs.items()}
    return Known(keywords=keywords, lessons=lessons)


def forget_words() -> None:
    """Read anew what speaks for the categories at the next question."""
    _kept.clear()

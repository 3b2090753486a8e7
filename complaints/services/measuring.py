"""How well categories are suggested: learned on the earlier half of a labelled file, measured on the later.

A text with several labels counts as met by any of them: people name one matter by two, and the form asks for one.
"""

import csv
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from complaints.models.category import Category
from complaints.services.history import load_types
from complaints.services.words import measuring_sentences, teaching_sentences
from complaints.suggesting import Known, fingerprint, learn, suggest
from nakhoncity.kit.thai import normalise

TEXTS, LABELS, TIMES = ("text", "comment"), ("category", "type"), ("received_at", "timestamp")
FIRST = 3
Labelled = tuple[str, list[str]]
Guess = Callable[[str], Sequence[str]]


class NotLabelled(ValueError):
    """The file lacks a column; the sentence says which."""


@dataclass
class Result:
    """What came of some labelled texts: hits in the first place and among three, by category, and what was mistaken."""

    texts: int = 0
    first: int = 0
    three: int = 0
    by_category: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))
    mistaken: Counter[tuple[str, str]] = field(default_factory=Counter)

    @property
    def top_1(self) -> float:
        """Percent of texts whose first suggestion is right."""
        return 100 * self.first / self.texts if self.texts else 0.0

    @property
    def top_3(self) -> float:
        """Percent of texts of which one of three suggestions is right."""
        return 100 * self.three / self.texts if self.texts else 0.0

    @property
    def mean_top_3(self) -> float:
        """The same averaged over categories, so that rare ones count as much."""
        shares = [met / n for met, n in self.by_category.values()]
        return 100 * sum(shares) / len(shares) if shares else 0.0


@dataclass(frozen=True)
class Measured:
    """Results on the later half and on our sentences, with what the lengths of keywords alone would do."""

    learned_on: int
    later: Result
    later_by_keywords: Result
    sentences: Result


def read_halves(lines: Iterable[str]) -> tuple[list[Labelled], list[Labelled]]:
    """The earlier and the later half of a file by time: texts with the codes of their categories, each wording once.

    Columns: text or comment; category (codes) or type (types of Traffy Fondue), several with commas between;
    received_at or timestamp, without which the order of the file is that of time. Raises NotLabelled.
    """
    reader = csv.DictReader(lines)
    names = reader.fieldnames or []
    text, label = _column(names, TEXTS), _column(names, LABELS)
    at = next((name for name in TIMES if name in names), None)
    codes = _codes() if label == "category" else {name: one.code for name, one in load_types().items()}
    rows = [(row[at] if at else "", row[text] or "", row[label] or "") for row in reader]
    rows.sort(key=lambda row: row[0])
    halves: tuple[list[Labelled], list[Labelled]] = ([], [])
    seen = set()
    for n, (_at, words, labels) in enumerate(rows):
        named = [codes[name] for name in (one.strip() for one in labels.strip("{}").split(",")) if name in codes]
        key = fingerprint(words)
        if named and key and key not in seen:
            halves[2 * n >= len(rows)].append((words, list(dict.fromkeys(named))))
        seen.add(key)
    return halves


def _column(names: Sequence[str], wanted: Sequence[str]) -> str:
    for name in wanted:
        if name in names:
            return name
    msg = f"ไฟล์ต้องมีคอลัมน์ {' หรือ '.join(wanted)}"
    raise NotLabelled(msg)


def _codes() -> dict[str, str]:
    return {code: code for code in Category.objects.values_list("code", flat=True)}


def measure(earlier: Sequence[Labelled], later: Sequence[Labelled]) -> Measured:
    """Learn on the earlier texts and our teaching sentences; measure on the later ones and the other sentences."""
    keywords = dict(Category.objects.offered().values_list("code", "keywords_th"))
    known = Known(keywords=keywords, lessons=learn([*teaching_sentences(), *earlier]))

    def learned(text: str) -> list[str]:
        return [one.code for one in suggest(text, known, most=FIRST)]

    def by_keywords(text: str) -> list[str]:
        return _longest_keywords(text, keywords)

    return Measured(
        learned_on=len(earlier),
        later=count(later, learned),
        later_by_keywords=count(later, by_keywords),
        sentences=count(measuring_sentences(), learned),
    )


def _longest_keywords(text: str, keywords: Mapping[str, Sequence[str]]) -> list[str]:
    plain = normalise(text)
    found = {code: sum(len(word) for word in words if normalise(word) in plain) for code, words in keywords.items()}
    return sorted(found, key=lambda code: -found[code])[:FIRST]


def count(rows: Iterable[Labelled], guess: Guess) -> Result:
    """What a way of guessing makes of labelled texts."""
    result = Result()
    for text, labels in rows:
        guessed = guess(text)
        is_met = bool(set(guessed) & set(labels))
        result.texts += 1
        result.three += is_met
        if guessed and guessed[0] in labels:
            result.first += 1
        else:
            result.mistaken[(labels[0], guessed[0] if guessed else "–")] += 1
        for label in labels:
            result.by_category[label][0] += is_met
            result.by_category[label][1] += 1
    return result

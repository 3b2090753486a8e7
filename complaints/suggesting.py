"""Which of the city's matters a text is about, as a suggestion: pure rules over weighted words. Never a decision.

Two kinds of words speak for a category: those that somebody put down for it (keywords), and runs of two to five letters
that texts of this category have more often than others (learned). Thai is written without spaces, so runs of letters
serve where words would. Texts and figures of how well it does: docs/adr/0017.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from nakhoncity.kit.thai import normalise

SHORTEST, LONGEST = 2, 5
# A run that only one text has says nothing about the next one.
FEWEST_TEXTS = 2
SMOOTHING = 0.5
DOUBT = 2
# Runs below this hardly tell a category from the others; of the rest each text counts its strongest ones.
WEAKEST = 0.5
STRONGEST = 10
MOST_RUNS = 300
# What a text is about stands at its beginning.
MOST_LETTERS = 400
# How much a category is believed before a word is read, per log of its share of the texts.
PRIOR = 0.5
KEYWORD_LETTER = 0.75
# A second matter this close to the first may be a matter of its own.
CLOSE = 0.85
# What is not worth saying: scores below the first figure, and below this share of the first suggestion.
WORTH, PALE = 2.0, 0.3
LETTER = re.compile(r"[\u0e00-\u0e7fa-z]|\d")
# Vowels and tone marks above and below: a quotation must not begin with one, nor end before one.
RIDERS = re.compile(r"[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]")


@dataclass(frozen=True)
class Lesson:
    """What was learned of one category: how far it is believed unread, and its runs of letters with their weights."""

    belief: float
    runs: Mapping[str, float]


@dataclass(frozen=True)
class Known:
    """All that speaks for the categories, by code."""

    keywords: Mapping[str, Sequence[str]]
    lessons: Mapping[str, Lesson]

    @cached_property
    def letters(self) -> dict[str, list[str]]:
        """The keywords as they are sought: their letters, once for many texts."""
        return {code: [word for word in map(fingerprint, words) if word] for code, words in self.keywords.items()}


@dataclass(frozen=True)
class Suggestion:
    """A category with its score, and the words of the text, in its normalised form, that speak for it."""

    code: str
    score: float
    because: tuple[str, ...]


def learn(texts: Iterable[tuple[str, Iterable[str]]]) -> dict[str, Lesson]:
    """What texts teach, each with the codes of its categories: log-odds of runs of letters, the strongest kept."""
    read = [(_letters(normalise(text))[0][:MOST_LETTERS], set(codes)) for text, codes in texts]
    holding = Counter(run for letters, _codes in read for run in set(_runs(letters)))
    sizes = Counter(code for _letters, codes in read for code in codes)
    of_category: dict[str, Counter[str]] = defaultdict(Counter)
    for letters, codes in read:
        # Most runs stand in one text only; without them memory stays small.
        runs = {run for run in _runs(letters) if holding[run] >= FEWEST_TEXTS}
        for code in codes:
            of_category[code].update(runs)
    return {
        code: Lesson(
            belief=PRIOR * math.log((size + 1) / (len(read) + len(sizes))),
            runs=_strongest(of_category[code], holding, size, len(read)),
        )
        for code, size in sizes.items()
    }


def _strongest(own: Counter[str], holding: Counter[str], size: int, count: int) -> dict[str, float]:
    weighed = []
    for run, n in own.items():
        here = (n + SMOOTHING) / (size + 2 * SMOOTHING)
        elsewhere = (holding[run] - n + SMOOTHING) / (count - size + 2 * SMOOTHING)
        # One text may have it by chance: its weight counts a third, that of two texts half, and so on.
        weight = math.log(here / elsewhere) * n / (n + DOUBT)
        if weight > WEAKEST:
            # Of two runs that tell as much, the one that more texts have.
            weighed.append((weight * math.sqrt(n), run, round(weight, 2)))
    return {run: weight for _rank, run, weight in sorted(weighed, reverse=True)[:MOST_RUNS]}


def suggest(text: str, known: Known, *, most: int = 3) -> list[Suggestion]:
    """The categories that a text may be about, the likeliest first; none where no word speaks for any."""
    text = normalise(text)
    letters, places = _letters(text)
    runs = set(_runs(letters))
    found = []
    for code, keywords in known.letters.items():
        lesson = known.lessons.get(code)
        words = [word for word in keywords if word in letters]
        learned = _heard(runs, lesson) if lesson else []
        if not words and not learned:
            continue
        score = KEYWORD_LETTER * sum(map(len, words)) + sum(weight for weight, _run in learned) / math.sqrt(STRONGEST)
        spoken = [*words, *(run for _weight, run in learned)]
        found.append((score + (lesson.belief if lesson else 0.0), code, spoken))
    found.sort(key=lambda one: (-one[0], one[1]))
    return [
        Suggestion(code=code, score=score, because=_quoted(text, letters, places, spoken))
        for score, code, spoken in found[:most]
    ]


def worth_saying(suggestions: Sequence[Suggestion]) -> list[Suggestion]:
    """Those that stand on more than a few letters, and do not pale beside the first."""
    least = max(WORTH, PALE * suggestions[0].score) if suggestions else WORTH
    return [one for one in suggestions if one.score >= least]


def fingerprint(text: str) -> str:
    """The letters of a text: the same for texts that differ in blanks, signs and digits only."""
    return _letters(normalise(text))[0]


def _heard(runs: set[str], lesson: Lesson) -> list[tuple[float, str]]:
    return sorted(((lesson.runs[run], run) for run in runs if run in lesson.runs), reverse=True)[:STRONGEST]


def may_be_two(suggestions: Sequence[Suggestion]) -> bool:
    """Whether the second is so close to the first that the text may tell of two matters."""
    return len(suggestions) > 1 and suggestions[0].score > 0 and suggestions[1].score >= CLOSE * suggestions[0].score


def _letters(text: str) -> tuple[str, list[int]]:
    """A normalised text without blanks and signs, every digit a 0; and where in the text each letter stands."""
    kept = [(at, "0" if letter.isdigit() else letter) for at, letter in enumerate(text) if LETTER.match(letter)]
    return "".join(letter for _at, letter in kept), [at for at, _letter in kept]


def _runs(letters: str) -> Iterator[str]:
    for length in range(SHORTEST, LONGEST + 1):
        for at in range(len(letters) - length + 1):
            yield letters[at : at + length]


def _quoted(text: str, letters: str, places: list[int], spoken: Iterable[str]) -> tuple[str, ...]:
    """The two longest stretches of the text that its telling words cover, as they were typed."""
    told = [False] * len(letters)
    for word in spoken:
        at = letters.find(word)
        while at >= 0:
            told[at : at + len(word)] = [True] * len(word)
            at = letters.find(word, at + 1)
    stretches: list[tuple[int, int]] = []
    begin = None
    for at, is_told in enumerate([*told, False]):
        if is_told and begin is None:
            begin = at
        if not is_told and begin is not None:
            stretches.append((begin, at))
            begin = None
    stretches.sort(key=lambda one: (one[0] - one[1], one[0]))
    return tuple(_whole(text, places[begin], places[end - 1] + 1) for begin, end in stretches[:2])


def _whole(text: str, begin: int, end: int) -> str:
    """A stretch of the text with the vowels and marks that sit on its first and last letter."""
    while begin > 0 and RIDERS.match(text[begin]):
        begin -= 1
    while end < len(text) and RIDERS.match(text[end]):
        end += 1
    return text[begin:end].strip()

"""How LINE says no: a status, a message, and the properties at fault."""

import unicodedata
from typing import Any

# Letters that stand with the one before them, beyond those Unicode calls marks.
CLINGING = {"\u0e33", "\u0eb3", "\u200d"}


class Refused(Exception):
    """A request that LINE would not take."""

    def __init__(self, message: str, *, status: int = 400, details: list[dict[str, str]] | None = None) -> None:
        """Keep what the answer will say."""
        super().__init__(message)
        self.message = message
        self.status = status
        self.details = details or []

    @property
    def body(self) -> dict[str, Any]:
        """The answer in LINE's shape."""
        return {"message": self.message, **({"details": self.details} if self.details else {})}


class Problems:
    """Gathers what is wrong with one request."""

    def __init__(self) -> None:
        """Begin with none."""
        self.found: list[dict[str, str]] = []

    def add(self, place: str, message: str) -> None:
        """Note one fault of the property at `place`."""
        self.found.append({"message": message, "property": place})

    def raise_any(self, message: str = "") -> None:
        """Raise Refused if anything was noted."""
        if self.found:
            raise Refused(message or f"The request body has {len(self.found)} error(s)", details=self.found)


def utf16_units(text: str) -> int:
    """The length of a text as LINE counts it."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def graphemes(text: str) -> int:
    """How many letters a reader sees; Thai vowels and tone marks stand with their consonant."""
    return sum(1 for letter in text if unicodedata.category(letter) not in {"Mn", "Me"} and letter not in CLINGING)

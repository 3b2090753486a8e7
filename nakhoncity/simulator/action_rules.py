"""What LINE takes as the action of a button, an area or a quick reply."""

from typing import Any
from urllib.parse import urlsplit

from nakhoncity.simulator.refusals import Problems, graphemes, utf16_units

SCHEMES = {"http", "https", "line", "tel"}
KINDS = {
    "postback": {"label", "data", "displayText", "text", "inputOption", "fillInText"},
    "message": {"label", "text"},
    "uri": {"label", "uri", "altUri"},
    "datetimepicker": {"label", "data", "mode", "initial", "max", "min"},
    "camera": {"label"},
    "cameraRoll": {"label"},
    "location": {"label"},
    "richmenuswitch": {"label", "richMenuAliasId", "data"},
    "clipboard": {"label", "clipboardText"},
}
# (property, most UTF-16 units, must be there)
TEXTS = {
    "postback": (("data", 300, True), ("displayText", 300, False)),
    "message": (("text", 300, True),),
    "uri": (("uri", 1000, True),),
    "datetimepicker": (("data", 300, True),),
    "richmenuswitch": (("data", 300, True), ("richMenuAliasId", 32, True)),
    "clipboard": (("clipboardText", 1000, True),),
}
QUICK_ONLY = {"camera", "cameraRoll", "location"}


def check_action(
    action: Any, *, place: str, problems: Problems, label: int = 20, needs_label: bool = True, is_quick: bool = False
) -> None:
    """Note what is wrong with an action; `label` is the most letters its label may have."""
    if not isinstance(action, dict) or action.get("type") not in KINDS:
        problems.add(f"{place}.type" if isinstance(action, dict) else place, "invalid action type")
        return
    kind = action["type"]
    if kind in QUICK_ONLY and not is_quick:
        problems.add(f"{place}.type", "invalid action type")
    for name in sorted(set(action) - KINDS[kind] - {"type"}):
        problems.add(f"{place}.{name}", "unknown field")
    _check_label(action.get("label"), place=f"{place}.label", problems=problems, most=label, is_needed=needs_label)
    for name, most, is_needed in TEXTS.get(kind, ()):
        check_text(action.get(name), place=f"{place}.{name}", problems=problems, most=most, is_needed=is_needed)
    if kind == "uri" and isinstance(action.get("uri"), str) and scheme_of(action["uri"]) not in SCHEMES:
        problems.add(f"{place}.uri", "invalid uri scheme")


def check_text(value: Any, *, place: str, problems: Problems, most: int, is_needed: bool = True) -> None:
    """Note a text that is missing, empty or too long."""
    if value is None and not is_needed:
        return
    if not isinstance(value, str) or not value.strip():
        problems.add(place, "May not be empty")
    elif utf16_units(value) > most:
        problems.add(place, f"Length must be between 1 and {most}")


def check_picture_url(value: Any, *, place: str, problems: Problems) -> None:
    """Note an address of a picture or film that LINE would not fetch."""
    if not isinstance(value, str) or not value:
        problems.add(place, "May not be empty")
    elif scheme_of(value) != "https" or len(value) > 2000:
        problems.add(
            place, "invalid uri scheme" if scheme_of(value) != "https" else "Length must be between 1 and 2000"
        )


def scheme_of(address: str) -> str:
    """The scheme of an address, in small letters; empty when it is none."""
    try:
        return urlsplit(address).scheme.lower()
    except ValueError:
        return ""


def _check_label(value: Any, *, place: str, problems: Problems, most: int, is_needed: bool) -> None:
    if value is None and not is_needed:
        return
    if not isinstance(value, str) or not value.strip():
        problems.add(place, "May not be empty")
    elif graphemes(value) > most:
        problems.add(place, f"must not be longer than {most} characters")

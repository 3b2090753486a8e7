"""What kind of browser somebody is signed in with, in a word or two that people recognise."""

from django.utils.translation import gettext as _

# The first that is in a browser's own account of itself is right: many also name those they resemble.
PROGRAMS = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Line/", "LINE"),
    ("CriOS", "Chrome"),
    ("FxiOS", "Firefox"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
]
MACHINES = [
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
]


def browser_words(user_agent: str) -> str:
    """Such as “Chrome – Windows”."""
    found = [next((name for mark, name in marks if mark in user_agent), "") for marks in (PROGRAMS, MACHINES)]
    return " – ".join(name for name in found if name) or _("เบราว์เซอร์ที่ไม่รู้จัก")

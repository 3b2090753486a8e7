"""Thai at /…, English at /en/…, and inside LINE what the reader chose; what the public reads is complete in both."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import polib
import pytest
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.template.loader import get_template
from django.test import Client, override_settings
from django.urls import path, reverse
from django.utils.html import strip_tags
from django.utils.translation import gettext, override
from django.utils.translation.template import templatize

from complaints import messages
from complaints.models.case import Complaint
from complaints.models.record import ComplaintEvent
from complaints.models.sign import PlaceSign
from nakhoncity.city.models import Area, CityProfile
from nakhoncity.kit.language import COOKIE, WITHOUT_TWIN
from nakhoncity.kit.thai import ago_words, length_words, thai_datetime, thai_weekday_date
from nakhoncity.residents.models import Resident
from nakhoncity.tests.addresses import PAGE, Address, filled, values
from nakhoncity.tests.tour import MARKS, TOUR
from nakhoncity.tests.town import client_of, full_town, somchai

ROOT = Path(__file__).parents[2]
ENGLISH = ROOT / "nakhoncity" / "locale" / "en" / "LC_MESSAGES" / "django.po"
FOR_THE_STAFF = ("/staff/", "/backoffice/", "rail", "staff.html")
THAI_WORDS = re.compile(r"[\u0e00-\u0e7f][\u0e00-\u0e7f\s\d]*")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")
ITS_NAME = "ไทย"  # what the switch calls it


@login_not_required
def say_required(request: HttpRequest) -> HttpResponse:
    return HttpResponse(gettext("This field is required."))


urlpatterns = [path("required/", say_required)]


@pytest.mark.urls(__name__)
@pytest.mark.parametrize("language", ["th", "en", "en-US,en;q=0.9"])
def test_djangos_own_sentences_are_thai_whatever_the_browser_asks_for(client, language):
    response = client.get("/required/", headers={"accept-language": language})

    assert response.content.decode() == "ฟิลด์นี้จำเป็น"


@pytest.mark.urls(__name__)
def test_djangos_own_sentences_are_english_under_en(client):
    assert client.get("/en/required/").content.decode() == "This field is required."


def test_the_compiled_texts_are_those_of_the_catalogue(settings):
    for catalogue in settings.LOCALE_PATHS[0].glob("*/LC_MESSAGES/*.po"):
        assert catalogue.with_suffix(".mo").read_bytes() == polib.pofile(str(catalogue)).to_binary()


# The catalogue


def words_of_templates() -> set[str]:
    """What the templates of public and resident pages say."""
    found = set()
    for file in (ROOT / "templates").rglob("*.html"):
        if not any(part in str(file) for part in FOR_THE_STAFF):
            source = file.read_text()
            found |= set(re.findall(r'gettext\(u?"((?:[^"\\]|\\.)*)"', templatize(source)))
            found |= set(re.findall(r"gettext\(u?\'((?:[^\'\\]|\\.)*)\'", templatize(source)))
            found |= set(re.findall(r' _\("([^"]+)"\)', source))
    return {one.replace("\\xa0", "\xa0").replace('\\"', '"') for one in found}


def test_every_word_of_a_public_template_has_its_english():
    known = {entry.msgid for entry in polib.pofile(str(ENGLISH)).translated_entries()}

    assert words_of_templates() - known == set(), "give each its English in nakhoncity/locale/en"


def test_no_english_text_is_left_over_or_lacks_a_value():
    code = [*(ROOT / "complaints").rglob("*.py"), *(ROOT / "nakhoncity").rglob("*.py")]
    files = [*(ROOT / "templates").rglob("*.html"), *(file for file in code if "tests" not in file.parts)]
    source = re.sub(r"{{ (\w+) }}", r"%(\1)s", "\n".join(file.read_text() for file in files)).replace("\\u00a0", " ")

    entries = polib.pofile(str(ENGLISH))
    assert [entry.msgid for entry in entries if entry.msgid.replace("\xa0", " ") not in source] == []
    for entry in entries:
        for text in entry.msgstr_plural.values() or [entry.msgstr]:
            assert set(PLACEHOLDER.findall(text)) == set(PLACEHOLDER.findall(entry.msgid)), entry.msgid
            assert not THAI_WORDS.search(text.replace("“ติดตาม”", "")), entry.msgid


def test_scripts_have_an_english_text_for_each_of_theirs():
    scripts = ROOT / "nakhoncity" / "assets" / "js"
    table = set(re.findall(r'^  "([^"]+)": "[^"]+",$', (scripts / "words.js").read_text(), re.MULTILINE))
    said = "\n".join(file.read_text() for file in scripts.glob("*.js") if file.name != "words.js")
    tagged = {re.sub(r"\$\{(?:[^{}]|\{[^}]*\})*\}", "{}", one) for one in re.findall(r"\bt`([^`]*)`", said)}

    assert (tagged - table, table - tagged) == (set(), set())


# Pages


@pytest.fixture(scope="module")
def town(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    media = tmp_path_factory.mktemp("media")
    with django_db_blocker.unblock(), override_settings(MEDIA_ROOT=media), transaction.atomic():
        full_town()
        yield
        transaction.set_rollback(True)


def typed_words() -> list[str]:
    """What people of the town have written, and its names of places and persons; longest first."""
    found = {CityProfile.current().privacy_contact, *MARKS}
    for case in Complaint.objects.select_related("reporter"):
        found |= {case.text, case.address_text, case.contact_name, case.reporter.display_name if case.reporter else ""}
    for event in ComplaintEvent.objects.all():
        found |= {event.public_text, *map(str, event.payload.get("told", []))}
    found |= set(Area.objects.values_list("name", flat=True)) | set(PlaceSign.objects.values_list("title", flat=True))
    lines = {line.strip() for one in found for line in one.splitlines()}
    return sorted({*lines, *found} - {""}, key=len, reverse=True)


def thai_left(html: str) -> list[str]:
    """Thai that nobody has typed, and that does not say in its own language that it is one."""
    text = strip_tags(re.sub(r"<(script|style|title)\b.*?</\1>", "", html, flags=re.DOTALL)).replace(ITS_NAME, "")
    attributes = re.findall(r'(?:aria-label|placeholder|alt|title)="([^"]*)"', html)
    for typed in typed_words():
        text = text.replace(typed, "")
        attributes = [one.replace(typed, "") for one in attributes]
    return [one.strip() for part in [text, *attributes] for one in THAI_WORDS.findall(part)]


def has_english(address: str, entry: Address) -> bool:
    return entry.answers == PAGE and not f"/{address}".startswith(WITHOUT_TWIN)


@pytest.mark.django_db
@pytest.mark.parametrize("address", sorted(address for address, entry in TOUR.items() if has_english(address, entry)))
def test_english_pages_hold_no_thai(town, address):
    entry = TOUR[address]
    for who in [entry.who, *entry.also]:
        client = client_of(who)
        client.cookies[COOKIE] = "en"
        for arguments in entry.arguments():
            spoken = filled(address, arguments)
            spoken = spoken if spoken.startswith("/liff/") else f"/en{spoken}"
            answers = [client.get(spoken), *(client.post(spoken, values(form, arguments)) for form in entry.wrong)]
            for answer in answers:
                html = answer.content.decode()
                assert '<html lang="en"' in html, spoken
                assert thai_left(html) == [], spoken


@pytest.mark.django_db
def test_page_names_its_twin_and_itself(client):
    for address, twin, language in [("/track/?r=1", "/en/track/?r=1", "en"), ("/en/track/?r=1", "/track/?r=1", "th")]:
        html = client.get(address).content.decode()
        assert f'<a href="{twin}" lang="{language}" hreflang="{language}"' in html
        assert f'<link rel="alternate" hreflang="{language}" href="http://localhost:8000{twin}">' in html


@pytest.mark.django_db
def test_english_page_leads_to_english_pages_and_into_line_by_the_cookie(client):
    html = client.get("/en/").content.decode()
    into_line = client.get("/en/liff/report/?new=1")

    assert 'href="/en/track/"' in html
    assert (into_line["Location"], into_line.cookies[COOKIE].value) == ("/liff/report/?new=1", "en")


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/en/staff/login/", "/en/api/v1/categories/", "/en/healthz", "/en/nothing/"])
def test_what_has_no_twin_is_not_there(client, address):
    assert client.get(address).status_code == 404


@pytest.mark.django_db
def test_an_english_page_leaves_the_next_request_thai(client):
    client.get("/en/track/")

    assert reverse("complaints:find") == "/track/"
    assert '<html lang="th"' in client.get("/track/").content.decode()


# What a resident has chosen


@pytest.mark.django_db
def test_choice_is_kept_for_pages_and_messages_and_leads_back(town):
    client = client_of("somchai")

    response = client.post("/liff/language/", {"language": "en", "next": "/liff/my/?page=2"})

    assert (response["Location"], response.cookies[COOKIE].value) == ("/liff/my/?page=2", "en")
    assert somchai().language == "en"


@pytest.mark.django_db
@pytest.mark.parametrize("back", ["https://elsewhere.example/liff/", "//elsewhere.example", "/staff/", "", "/liff/\\x"])
def test_choice_leads_nowhere_else(client, back):
    response = client.post("/liff/language/", {"language": "xx", "next": back})

    assert (response["Location"] in {"/liff/", "/liff/%5Cx"}, COOKIE in response.cookies) == (True, False)


@pytest.mark.django_db
def test_choice_is_not_taken_from_other_sites(town):
    client = Client(enforce_csrf_checks=True)

    assert client.post("/liff/language/", {"language": "en"}).status_code == 403


@pytest.mark.django_db
def test_messages_speak_the_language_of_their_receiver_whoever_makes_them(town):
    case = Complaint.objects.filter(reporter=somchai()).latest("pk")
    cards = {}
    for language in Resident.Language.values:
        case.reporter.language = language
        with override("th"):
            cards[language] = messages.receipt_card(case)

    assert (cards["th"]["altText"], cards["en"]["altText"]) == (
        f"รับเรื่องแล้ว {case.reference}",
        f"Received {case.reference}",
    )
    assert not THAI_WORDS.search(str(cards["en"]))


def test_words_for_times_follow_the_language(now):
    lengths = [timedelta(days=1, hours=4), timedelta(days=2), timedelta(hours=3), timedelta(minutes=40), timedelta(0)]
    with override("en"):
        assert [length_words(one) for one in lengths] == ["1 day 4 h", "2 days", "3 h", "40 min", "less than 1 min"]
        assert [ago_words(one) for one in lengths] == ["1 day ago", "2 days ago", "3 h ago", "40 min ago", "just now"]
        assert (thai_datetime(now), thai_weekday_date(now)) == ("25 Nov 2026 10:00", "Wednesday 25 Nov 2026")


def test_error_page_without_a_request_speaks():
    assert "<h1" in get_template("500.html").render({"city": None})

"""The table of all addresses: who visits each, what it answers, and what can be typed there.

A new address gets its line here; without one nakhoncity/tests/test_tour.py fails and says so. What a person could type
carries a mark (MARKS), so that a test can look for it where it must not be.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from allauth.mfa.models import Authenticator
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from complaints.models.case import Complaint
from complaints.models.extension import Extension
from complaints.models.record import Photo
from complaints.models.sign import PlaceSign
from complaints.tests.doors import picture_file
from complaints.workflow import Status
from nakhoncity.city.models import ApiKey
from nakhoncity.city.tests.factories import issue
from nakhoncity.line.tests.factories import body_of, event, sign
from nakhoncity.tests.addresses import (
    ANYBODY,
    DATA,
    HALF_WAY,
    LEADS_ON,
    POST_ONLY,
    REPORTER,
    SOMCHAI,
    Address,
    Arguments,
    Fields,
)
from nakhoncity.tests.tour_admin import ADMIN_TOUR
from nakhoncity.tests.town import LINE_ID, somchai

NAME, PHONE, WORDS, PASSWORD = "นายเครื่องหมาย", "0819998877", "ถ้อยคำลับเฉพาะ", "a-password-nobody-has"
TOKEN = "a-token-in-a-form"
MARKS = [NAME, PHONE, WORDS, PASSWORD, LINE_ID, TOKEN]
TOO_LONG = WORDS * 100


def cases(*statuses: Status) -> Arguments:
    """The newest case in each of these states."""
    return lambda: _newest(Complaint.objects.all(), statuses)


def own_cases(*statuses: Status) -> Arguments:
    """The same of those that Somchai reported."""
    return lambda: _newest(Complaint.objects.of(somchai()), statuses)


def _newest(found: Any, statuses: Sequence[Status]) -> list[tuple[str]]:
    return [(found.filter(status=status).latest("pk").reference,) for status in statuses]


def tracked() -> list[tuple[str]]:
    """Tracking links: of a case under way and of one that has ended."""
    found = [Complaint.objects.filter(status=status).latest("pk") for status in (Status.IN_PROGRESS, Status.CLOSED)]
    return [(case.tracking_token,) for case in found]


def pictures() -> list[tuple[Any, str]]:
    """A picture of a case, small and large."""
    newest = Photo.objects.exclude(complaint=None).latest("created_at").pk
    return [(newest, "s"), (newest, "l")]


def the_app() -> list[tuple[int]]:
    """The mayor's authenticator app."""
    return [(Authenticator.objects.get(user__username="mayor", type="totp").pk,)]


def signs() -> list[tuple[str]]:
    """The sign of the town."""
    return [(PlaceSign.objects.latest("pk").code,)]


def waited_for() -> list[tuple[str]]:
    """The case for which somebody has asked for more time."""
    return [(Extension.objects.open().latest("pk").complaint.reference,)]


def version_of(reference: str) -> int:
    """The version that the case's page would show now."""
    return Complaint.objects.values_list("version", flat=True).get(reference=reference)


def one_of(**form: Any) -> Fields:
    """A form of the case page with the version that stands there."""
    return {"version": version_of, **form}


def no_picture(*_arguments: Any) -> SimpleUploadedFile:
    """A file that says that it is a picture."""
    return SimpleUploadedFile(f"{NAME}.jpg", WORDS.encode(), "image/jpeg")


def a_picture(*_arguments: Any) -> SimpleUploadedFile:
    """A picture, named after somebody."""
    return picture_file(f"{NAME}.jpg")


# Of the inbox: what waits, what is nobody's, what alarms, what is paused, and all that has ended.
LISTS = ["new", "mine", "overdue", "referred", "any"]
REFERENCE = "<str:reference>"
MY, CASE, REPORT, V1 = f"liff/my/{REFERENCE}/", f"staff/cases/{REFERENCE}/", "liff/report/", "api/v1/"
MINE = own_cases(Status.NEW, Status.IN_PROGRESS, Status.WAITING_RESIDENT, Status.RESOLVED, Status.CLOSED)
DESK = cases(
    Status.NEW, Status.IN_PROGRESS, Status.WAITING_RESIDENT, Status.REFERRED, Status.RESOLVED, Status.CLOSED,
)  # fmt: skip
SAID = event(source={"type": "user", "userId": LINE_ID}, message={"id": "1", "type": "text", "text": WORDS})
SAID_BODY = body_of(SAID)
FILED = json.dumps(
    {
        "category": "STREETLIGHT",
        "channel": "phone",
        "address_text": WORDS,
        "name": NAME,
        "phone": PHONE,
        "answers": {"KIND": "OUT"},
    }
)
PERSON = "staff/settings/people/<str:username>/"
SOMEBODY: dict[str, Any] = {"answers": POST_ONLY, "arguments": lambda: [("mayor",)], "posts": [{"text": WORDS}]}
KEY_FORM: Fields = {"name": NAME, "scopes": "cases.write", "per_minute": "30", "expires_on": "30/9/2570"}
EXTENSION: Fields = {"reason": "parts", "day": WORDS, "note": WORDS}

TOUR: Mapping[str, Address] = {
    # For anybody
    "": Address(),
    "privacy/": Address(),
    "contact/": Address(),
    "accessibility/": Address(),
    "robots.txt": Address(answers=DATA),
    "sitemap.xml": Address(answers=DATA),
    ".well-known/security.txt": Address(answers=DATA),
    "favicon.ico": Address(answers=LEADS_ON),
    "healthz": Address(answers=DATA),
    "readyz": Address(answers=DATA),
    "metrics": Address(answers=DATA),
    "r/<str:code>/": Address(arguments=signs),
    "liff/r/<str:code>/": Address(answers=LEADS_ON, arguments=signs),
    "staff/signs/": Address(
        who="clerk",
        posts=[{"title": WORDS, "category": "STREETLIGHT", "lat": "8.4", "lon": "99.9"}],
        wrong=[{"title": "", "category": WORDS, "lat": PHONE}, {"title": TOO_LONG}],
    ),
    "staff/signs/<str:code>/print/": Address(who="clerk", arguments=signs),
    "staff/signs/<str:code>/retire/": Address(who="clerk", answers=POST_ONLY, arguments=signs, posts=[{"text": WORDS}]),
    "track/": Address(
        posts=[{"reference": WORDS, "phone_end": PHONE}],
        wrong=[{"reference": "", "phone_end": ""}, {"reference": "69-999999", "phone_end": PHONE}],
    ),
    "track/<str:token>/": Address(arguments=tracked),
    "photos/<uuid:photo_id>/<str:size>/": Address(
        who="clerk",
        answers=DATA,
        arguments=lambda: [(Photo.objects.exclude(complaint=None).latest("created_at").pk, "s")],
    ),
    # The report
    REPORT: Address(who=REPORTER, answers=LEADS_ON),
    f"{REPORT}photo/": Address(
        who=REPORTER,
        posts=[{"photos": a_picture}, {"next": "1"}],
        wrong=[{"photos": no_picture}],
    ),
    f"{REPORT}photo/upload/": Address(
        who=REPORTER, answers=POST_ONLY, posts=[{"photos": a_picture}, {"photos": WORDS}]
    ),
    f"{REPORT}photo/<uuid:photo_id>/delete/": Address(
        who=REPORTER,
        answers=POST_ONLY,
        arguments=lambda: [(Photo.objects.filter(complaint=None).latest("created_at").pk,)],
        posts=[{"text": WORDS}],
    ),
    f"{REPORT}what/": Address(who=REPORTER, posts=[{"category": "STREETLIGHT"}], wrong=[{"category": WORDS}]),
    f"{REPORT}suggest/": Address(who=REPORTER, answers=POST_ONLY, posts=[{"text": WORDS}, {"text": TOO_LONG}, {}]),
    f"{REPORT}where/": Address(
        who=REPORTER,
        posts=[{"address_text": WORDS, "lat": "8.4", "lon": "99.9", "accuracy": WORDS}],
        wrong=[{"address_text": ""}, {"lat": WORDS, "lon": PHONE}],
    ),
    f"{REPORT}detail/": Address(
        who=REPORTER,
        posts=[{"text": WORDS, "phone": PHONE, "contact_name": NAME, "q_KIND": "OUT"}],
        wrong=[{"text": WORDS, "phone": PASSWORD, "contact_name": NAME}],
    ),
    f"{REPORT}autosave/": Address(
        who=REPORTER, answers=POST_ONLY, posts=[{"text": WORDS, "phone": PHONE, "contact_name": NAME}]
    ),
    f"{REPORT}join/{REFERENCE}/": Address(
        who=REPORTER, answers=POST_ONLY, arguments=cases(Status.NEW), posts=[{"text": WORDS}]
    ),
    f"{REPORT}done/{REFERENCE}/": Address(who=SOMCHAI, arguments=own_cases(Status.NEW)),
    # Residents
    "liff/": Address(who=SOMCHAI, also=[ANYBODY]),
    "liff/session/": Address(answers=POST_ONLY, posts=[{"id_token": TOKEN}]),
    "liff/language/": Address(answers=POST_ONLY, posts=[{"language": "en", "next": f"/liff/{WORDS}"}]),
    "liff/my/": Address(who=SOMCHAI, also=[ANYBODY]),
    MY: Address(
        who=SOMCHAI,
        arguments=MINE,
        posts=[{"text": WORDS}, {"text": WORDS, "photos": a_picture}],
        wrong=[{"text": ""}, {"text": TOO_LONG}],
    ),
    f"{MY}rate/": Address(
        who=SOMCHAI,
        arguments=own_cases(Status.RESOLVED, Status.CLOSED, Status.NEW),
        posts=[{"verdict": "good", "text": WORDS}, {"stars": "5", "text": WORDS}],
        wrong=[{"verdict": WORDS}, {"verdict": "not_fixed", "text": TOO_LONG}, {"stars": WORDS}],
    ),
    f"{MY}unfollow/": Address(who=SOMCHAI, answers=POST_ONLY, arguments=own_cases(Status.NEW), posts=[{"text": WORDS}]),
    f"{MY}withdraw/": Address(who=SOMCHAI, arguments=own_cases(Status.NEW), posts=[{"text": WORDS}]),
    # The desk
    "staff/login/": Address(
        posts=[{"login": NAME, "password": PASSWORD}],
        wrong=[{"login": "", "password": ""}, {"login": NAME, "password": PASSWORD}],
    ),
    "staff/login/second/": Address(who=HALF_WAY, arguments=lambda: [()], wrong=[{"code": ""}, {"code": PASSWORD}]),
    "staff/login/directory/": Address(answers=POST_ONLY, posts=[{"next": WORDS}]),
    "staff/directory/<slug:provider_id>/callback/": Address(answers=LEADS_ON, arguments=lambda: [("town",)]),
    "staff/account/directory/": Address(who="clerk", wrong=[{"current_password": PASSWORD}]),
    "staff/account/directory/remove/": Address(who="clerk", wrong=[{"current_password": PASSWORD}]),
    "staff/account/": Address(who="clerk", also=["mayor"]),
    "staff/account/password/": Address(who="clerk", wrong=[{"password": PASSWORD, "again": WORDS}, {}]),
    "staff/account/second-factor/": Address(who="clerk"),
    "staff/account/second-factor/app/": Address(who="clerk", wrong=[{"code": WORDS}, {}]),
    "staff/account/second-factor/passkey/": Address(who="clerk", wrong=[{"name": NAME, "credential": WORDS}]),
    "staff/account/second-factor/<int:factor_id>/remove/": Address(
        who="mayor", arguments=the_app, wrong=[{"current_password": PASSWORD}]
    ),
    "staff/account/recovery-codes/": Address(
        who="mayor", arguments=lambda: [()], wrong=[{"current_password": PASSWORD}]
    ),
    "staff/account/sessions/end/": Address(who="clerk", answers=POST_ONLY, posts=[{"text": WORDS}]),
    "staff/account/sessions/<int:session_id>/end/": Address(
        who="clerk", answers=POST_ONLY, arguments=lambda: [(1,)], posts=[{"text": WORDS}]
    ),
    "staff/logout/": Address(who="clerk", answers=POST_ONLY, posts=[{"text": WORDS}]),
    "staff/": Address(who="clerk", answers=LEADS_ON),
    "staff/dashboard/": Address(who="clerk", answers=LEADS_ON),
    "staff/dashboard/<str:department>/": Address(who="supervisor", arguments=lambda: [("MAYOR",), ("ENGINEERING",)]),
    "staff/inbox/<slug:view>/": Address(who="clerk", arguments=lambda: [(view,) for view in LISTS]),
    CASE: Address(who="clerk", arguments=DESK, also=["supervisor"]),
    f"{CASE}update/": Address(
        who="clerk",
        answers=POST_ONLY,
        arguments=cases(Status.NEW),
        posts=[one_of(public_text=WORDS, internal_text=NAME), one_of(move=WORDS, reason=PHONE)],
        wrong=[
            one_of(move="triage", category="", department=""),
            one_of(public_text=TOO_LONG, plan_year=WORDS, expected_date=WORDS, duplicate_of=PHONE),
            {"version": "99", "public_text": WORDS},
        ],
    ),
    f"{CASE}preview/": Address(
        who="clerk",
        answers=POST_ONLY,
        arguments=cases(Status.NEW),
        posts=[{"public_text": WORDS}],
        wrong=[{"public_text": WORDS}, {"move": WORDS}],
    ),
    f"{CASE}undo/": Address(who="clerk", answers=POST_ONLY, arguments=cases(Status.NEW), posts=[{"text": WORDS}]),
    "staff/extensions/": Address(who="head-engineering"),
    f"{CASE}extension/": Address(who="head-engineering", arguments=waited_for),
    f"{CASE}extension/ask/": Address(
        who="head-engineering", answers=POST_ONLY, arguments=waited_for, posts=[EXTENSION], wrong=[EXTENSION, {}]
    ),
    f"{CASE}extension/grant/": Address(
        who="head-engineering", answers=POST_ONLY, arguments=waited_for, posts=[{"note": WORDS}]
    ),
    f"{CASE}extension/refuse/": Address(
        who="head-engineering",
        answers=POST_ONLY,
        arguments=waited_for,
        posts=[{"refusal": WORDS}],
        wrong=[{"refusal": ""}, {"refusal": TOO_LONG}],
    ),
    "staff/settings/": Address(who="admin"),
    "staff/settings/keys/": Address(
        who="admin", posts=[KEY_FORM], wrong=[{**KEY_FORM, "expires_on": WORDS, "scopes": WORDS}, {}]
    ),
    "staff/settings/keys/<slug:prefix>/revoke/": Address(
        who="admin",
        answers=POST_ONLY,
        arguments=lambda: [(ApiKey.objects.filter(revoked_at=None).latest("pk").prefix,)],
        posts=[{"text": WORDS}],
    ),
    "staff/settings/people/": Address(
        who="admin",
        posts=[{"username": "newcomer", "display_name": NAME, "role": "officer", "department": "CLERK"}],
        wrong=[{"username": WORDS, "display_name": NAME, "role": WORDS, "department": WORDS}, {}],
    ),
    PERSON: Address(who="admin", arguments=lambda: [("mayor",), ("clerk",), ("admin",)]),
    f"{PERSON}password/": Address(who="admin", **SOMEBODY),
    f"{PERSON}factors/reset/": Address(who="admin", **SOMEBODY),
    f"{PERSON}sessions/end/": Address(who="admin", **SOMEBODY),
    f"{PERSON}shut/": Address(who="admin", **SOMEBODY),
    f"{PERSON}reopen/": Address(who="admin", **SOMEBODY),
    **ADMIN_TOUR,
    # Programs
    "line/webhook/": Address(answers=POST_ONLY, body=lambda: (SAID_BODY, {"X-Line-Signature": sign(SAID_BODY)})),
    "api/docs/": Address(),
    "api/schema/": Address(answers=DATA),
    f"{V1}categories/": Address(answers=DATA),
    f"{V1}cases/": Address(
        answers=DATA,
        body=lambda: (FILED, {"Authorization": f"Bearer {issue(now=timezone.now()).secret}", "Idempotency-Key": TOKEN}),
    ),
    f"{V1}cases.geojson": Address(answers=DATA),
    f"{V1}cases/filed/{REFERENCE}/": Address(answers=DATA, arguments=cases(Status.NEW)),
    f"{V1}cases/{REFERENCE}/": Address(answers=DATA, arguments=cases(Status.NEW)),
}

"""The addresses of /admin/ for the table in nakhoncity/tests/tour.py."""

from collections.abc import Iterator, Mapping, Sequence

from django.apps import apps

from nakhoncity.tests.addresses import DATA, LEADS_ON, PAGE, Address, Arguments, Fields

ADMIN = "admin"
SENT: Fields = {"text": "ถ้อยคำลับเฉพาะ"}


def newest(label: str) -> Arguments:
    """The newest row of a table."""
    return lambda: [(apps.get_model(label).objects.latest("pk").pk,)]


def table(
    label: str, *, form: Fields | None = None, wrong: Sequence[Fields] = (), is_changed_only: bool = False
) -> Iterator[tuple[str, Address]]:
    """The pages of one table: with a form that adds a row, or with rows that are changed or only read."""
    base = f"admin/{label.lower().replace('.', '/')}/"
    row = f"{base}<path:object_id>/"
    is_town = label == "city.CityProfile"
    yield base, Address(ADMIN, LEADS_ON if is_town else PAGE, posts=[SENT])
    yield row, Address(ADMIN, LEADS_ON, newest(label), posts=[SENT])
    yield f"{row}change/", Address(ADMIN, PAGE, newest(label), posts=[form or SENT], wrong=wrong)
    is_read_only = label.startswith("history.")
    yield f"{row}history/", Address(ADMIN, LEADS_ON if is_read_only else PAGE, newest(label), posts=[SENT])
    if form and not is_changed_only:
        yield f"{base}add/", Address(ADMIN, PAGE, posts=[form], wrong=[*wrong, {}])
        yield f"{row}delete/", Address(ADMIN, PAGE, newest(label), posts=[{"post": "yes"}])


NAME, PHONE, WORDS = "นายเครื่องหมาย", "0819998877", "ถ้อยคำลับเฉพาะ"
TYPED: Fields = dict.fromkeys(("name_th", "name_en", "title_th", "description_th", "group_th", "group_en"), WORDS)
ADMIN_TOUR: Mapping[str, Address] = {
    "admin/": Address(ADMIN, posts=[SENT]),
    "admin/login/": Address(ADMIN, LEADS_ON, posts=[SENT]),
    "admin/jsi18n/": Address(ADMIN, DATA),
    "admin/<slug:app_label>/": Address(
        ADMIN, arguments=lambda: [("city",), ("staff",), ("complaints",), ("history",)], posts=[SENT]
    ),
    **dict(
        pair
        for pairs in (
            table("city.CityProfile", form={**TYPED, "phone": PHONE}, wrong=[{"opens": WORDS}], is_changed_only=True),
            table("city.Area", form={"kind": "community", "name": NAME, "polygon": "[]"}, wrong=[{"polygon": WORDS}]),
            table("city.Holiday", form={"day": "5/12/2569", "name": NAME}, wrong=[{"day": WORDS}, {"day": "31/2/69"}]),
            table("staff.Department", form={**TYPED, "code": "NEW", "level": "unit"}, wrong=[{"code": WORDS}]),
            table("staff.Position", form={**TYPED, "kind": "mayor"}, wrong=[{"kind": WORDS}]),
            table("staff.ActingHolder", form={"kind": "acting", "from_date": "1/12/2569"}, wrong=[{"to_date": WORDS}]),
            table(
                "staff.StaffMember",
                form={"display_name": NAME, "phone": PHONE, "role": "clerk"},
                wrong=[{"display_name": "", "role": WORDS}],
                is_changed_only=True,
            ),
            table(
                "complaints.Category",
                form={**TYPED, "code": "new", "order": "99", "questions": "[]", "routing_rules": "[]"},
                wrong=[{"questions": f"[{WORDS}", "sla_hours": "99"}],
            ),
            table("history.Change"),
            table("history.AccessEntry"),
        )
        for pair in pairs
    ),
}

"""Going through the doors as people do: signed in as somebody, step by step through the report, with a picture."""

import io
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from complaints.models.case import Complaint
from complaints.models.category import Category
from nakhoncity.residents.models import Resident
from nakhoncity.residents.sessions import COOKIE, start_session
from nakhoncity.staff.models import StaffMember


def browser_of(person: Resident | StaffMember | None = None, **options: Any) -> Client:
    """A browser of its own, signed in as this person if there is one."""
    client = Client(**options)
    if isinstance(person, StaffMember):
        client.force_login(person)
    elif person is not None:
        client.cookies[COOKIE] = start_session(resident=person, now=timezone.now(), user_agent="")
    return client


def picture_file(
    name: str = "photo.jpg", *, size: tuple[int, int] = (40, 30), kind: str = "JPEG"
) -> SimpleUploadedFile:
    """A real picture as a form sends it."""
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, "JPEG")
    return SimpleUploadedFile(name, out.getvalue())


def begin_report(client: Client, category: Category) -> None:
    """The first three steps without a picture: what it is, and a place in words."""
    client.get(reverse("complaints:report-start"))
    client.post(reverse("complaints:report-what"), {"category": category.code})
    client.post(reverse("complaints:report-where"), {"address_text": "หน้าตลาด"})


def send_report(client: Client, **detail: Any) -> HttpResponse:
    """The last step: words, answers, phone."""
    return client.post(reverse("complaints:report-detail"), {"text": "ไฟดับ", **detail})


def post_update(client: Client, complaint: Complaint, **fields: Any) -> HttpResponse:
    """The one form of the case page, with the version that the case has now."""
    version = Complaint.objects.values_list("version", flat=True).get(pk=complaint.pk)
    return client.post(reverse("complaints:update", args=[complaint.reference]), {"version": version, **fields})

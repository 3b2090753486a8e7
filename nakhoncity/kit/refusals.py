"""Requests that nobody makes by accident and no page should have to think of, and how programs are refused."""

from collections.abc import Callable, Mapping
from typing import Any

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

NUL = "\x00"
API = "/api/"
REFUSALS: Mapping[int, tuple[str, str | Promise]] = {
    400: ("invalid", _("อ่านคำขอไม่ได้ กรุณาตรวจสอบค่าที่ส่งมา")),
    401: ("no_key", _("ต้องใช้กุญแจที่ยังใช้ได้ในหัวข้อ Authorization: Bearer กรุณาขอกุญแจจากผู้ดูแลระบบของเทศบาล")),
    403: ("forbidden", _("กุญแจนี้ไม่มีสิทธิ์ทำรายการนี้ กรุณาติดต่อผู้ดูแลระบบของเทศบาล")),
    404: ("not_found", _("ไม่พบข้อมูลนี้ หรือข้อมูลนี้ไม่เปิดเผยต่อสาธารณะ")),
    405: ("method_not_allowed", _("ที่อยู่นี้ไม่รับคำสั่งนี้ หัวข้อ Allow บอกคำสั่งที่ใช้ได้")),
    409: ("conflict", _("Idempotency-Key นี้ใช้ส่งข้อมูลอื่นไปแล้ว กรุณาใช้ค่าใหม่สำหรับเรื่องใหม่")),
    413: ("too_large", _("ข้อมูลที่ส่งมีขนาดใหญ่เกินไป")),
    415: ("not_json", _("ส่งข้อมูลได้เฉพาะแบบ application/json")),
    429: ("too_many", _("ขอข้อมูลถี่เกินไป กรุณารอตามเวลาที่ Retry-After บอก แล้วลองใหม่")),
    500: ("error", _("ระบบขัดข้องชั่วคราว กรุณาลองใหม่ภายหลัง")),
}


class RefuseNul:
    """Middleware: an address or a cookie with NUL in it is a bad request; PostgreSQL takes it in no question.

    What people type into forms is cleaned of it instead.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on, or answer 400."""
        query = request.META.get("QUERY_STRING", "")
        if (
            NUL in request.path_info
            or "%00" in query
            or NUL in query
            or any(NUL in v for v in request.COOKIES.values())
        ):
            msg = "NUL in an address or a cookie"
            raise BadRequest(msg)
        return self.get_response(request)


def refusal(*, status: int, parameters: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """What programs read when we refuse: a code, a Thai sentence, and the parameters at fault with theirs."""
    code, sentence = REFUSALS.get(status, REFUSALS[400])
    body = {"code": code, "detail": str(sentence)}
    return {**body, "parameters": parameters} if parameters else body


def is_api(request: HttpRequest) -> bool:
    """Whether a program asks, by the address."""
    return request.path_info.startswith(API)

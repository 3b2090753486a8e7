"""LINE's two doors: the webhook, and signing a resident in."""

import base64
import hashlib
import hmac
import logging

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from nakhoncity.city.models import RateLimit
from nakhoncity.kit.address import client_address
from nakhoncity.kit.language import chosen_language, keep_choice
from nakhoncity.line import inbox
from nakhoncity.line.login import LineAway, TokenRefused, verify_id_token
from nakhoncity.residents.services import meet_resident, speak
from nakhoncity.residents.sessions import set_cookie, start_session

log = logging.getLogger(__name__)
MOST_BYTES = 1024 * 1024
# One address may be a whole town behind a carrier's gateway.
SIGN_INS_PER_MINUTE = 600


@csrf_exempt
@login_not_required
@require_POST
def webhook(request: HttpRequest) -> HttpResponse:
    """Store what LINE sends and answer at once; the sweep works it. LINE signs the raw bytes."""
    body = request.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        return HttpResponse(status=413)
    if not _is_signed(body, request.headers.get("X-Line-Signature", "")):
        return HttpResponse(status=401)
    try:
        inbox.store(body=body, now=timezone.now())
    except inbox.BodyRefused:
        return HttpResponse(status=400)
    return HttpResponse()


def _is_signed(body: bytes, signature: str) -> bool:
    digest = hmac.new(settings.LINE_CHANNEL_SECRET.encode(), body, hashlib.sha256).digest()
    return hmac.compare_digest(base64.b64encode(digest), signature.encode("utf-8", "surrogatepass"))


@login_not_required
@never_cache
@require_POST
def start_resident_session(request: HttpRequest) -> HttpResponse:
    """Sign a resident in by the ID token that LIFF gave his page; nothing else from the browser is believed."""
    now = timezone.now()
    if not RateLimit.take(key=f"sign-in:{client_address(request)}", most=SIGN_INS_PER_MINUTE, seconds=60, now=now):
        return _sorry(_("มีผู้ใช้จำนวนมาก กรุณารอ 1 นาทีแล้วลองใหม่"), 429)
    try:
        identity = verify_id_token(token=request.POST.get("id_token", ""), now=now)
    except TokenRefused as reason:
        log.info("token refused: %s", reason)
        return _sorry(_("LINE ไม่ยืนยันตัวตนของท่าน กรุณาปิดหน้านี้แล้วเปิดใหม่จาก LINE"), 401)
    except LineAway:
        return _sorry(_("ติดต่อ LINE ไม่ได้ในขณะนี้ กรุณาลองใหม่ในอีกสักครู่"), 503)
    resident = meet_resident(line_user_id=identity.user_id, display_name=identity.name, now=now)
    token = start_session(resident=resident, now=now, user_agent=request.headers.get("User-Agent", ""))
    response = HttpResponse(status=204)
    set_cookie(response, token)
    if chosen := chosen_language(request):
        speak(resident=resident, language=chosen)
    else:
        keep_choice(response, resident.language)
    return response


def _sorry(sentence: str, status: int) -> HttpResponse:
    return JsonResponse({"message": sentence}, status=status)

"""LINE's Messaging API: sending, checking, counting, people, pictures."""

from django.http import HttpRequest, HttpResponse, JsonResponse

from nakhoncity.simulator import messaging, store, switches, webhooks
from nakhoncity.simulator.http import answer_json, dropped, platform_door, request_id_of
from nakhoncity.simulator.message_rules import check_messages
from nakhoncity.simulator.refusals import Refused

BUSY = {
    429: "The API rate limit has been exceeded. Try again later.",
    500: "Internal server error",
}


@platform_door("POST")
def send(request: HttpRequest, endpoint: str) -> HttpResponse:
    """Push, multicast, broadcast and reply."""
    sending = messaging.Sending(
        endpoint=endpoint,
        body=request.body,
        retry_key=request.headers.get("X-Line-Retry-Key", ""),
        request_id=request_id_of(request),
    )
    for status, words in BUSY.items():
        if switches.take(f"answer_{status}"):
            return _busy(sending, status, words)
    messaging.take(sending)
    if switches.take("lose"):
        messaging.mark_lost(sending)
        return dropped()
    response = JsonResponse(sending.answer, status=sending.status)
    if sending.accepted_request_id:
        response["x-line-accepted-request-id"] = sending.accepted_request_id
    return response


def _busy(sending: messaging.Sending, status: int, words: str) -> HttpResponse:
    sending.status, sending.reason = status, words
    sending.outcome = "limited" if status == 429 else "failed"
    messaging.keep(sending)
    return JsonResponse({"message": words}, status=status)


@platform_door("POST")
def validate(request: HttpRequest, endpoint: str) -> HttpResponse:
    """Check messages without sending them."""
    check_messages(messaging.read_json(request.body).get("messages"))
    return JsonResponse({})


@platform_door("GET")
def quota(request: HttpRequest) -> HttpResponse:
    """How many messages a month may have."""
    with store.reading() as db:
        limit = switches.read_all(db)["quota"]
    return JsonResponse({"type": "none"} if limit is None else {"type": "limited", "value": limit})


@platform_door("GET")
def consumption(request: HttpRequest) -> HttpResponse:
    """How many went out this month; replies are free."""
    with store.reading() as db:
        return JsonResponse({"totalUsage": messaging.used_this_month(db)})


@platform_door("GET")
def profile(request: HttpRequest, user_id: str) -> HttpResponse:
    """Who somebody is; not for those who have blocked the account."""
    with store.reading() as db:
        person = store.find_person(db, user_id) if messaging.USER_ID.match(user_id) else None
    if person is None or not person["is_friend"]:
        raise Refused("Not found", status=404)
    return answer_json({"userId": person["user_id"], "displayName": person["name"], "language": "th"})


@platform_door("GET")
def bot_info(request: HttpRequest) -> HttpResponse:
    """The account itself."""
    return answer_json(
        {
            "userId": webhooks.BOT_ID,
            "basicId": "@simulator",
            "displayName": "เทศบาล (ระบบจำลอง)",
            "chatMode": "bot",
            "markAsReadMode": "auto",
        }
    )


@platform_door("GET")
def content(request: HttpRequest, message_id: str) -> HttpResponse:
    """A picture that somebody sent."""
    with store.reading() as db:
        row = db.execute("SELECT * FROM contents WHERE message_id=?", (message_id,)).fetchone()
    if row is None:
        raise Refused("Not found", status=404)
    return HttpResponse(row["data"], content_type=row["content_type"])

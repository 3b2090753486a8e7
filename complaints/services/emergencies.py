"""What can't wait for a digest: an emergency is told the moment it is filed, also at night."""

from datetime import datetime

from django.utils.translation import gettext as _

from complaints import notices
from complaints.models.case import Complaint
from complaints.services.events import SYSTEM, Note, append_event
from complaints.services.receivers import emergency_receivers
from complaints.workflow import EventKind, Priority
from nakhoncity.kit.thai import bangkok_date


def tell_emergency(*, complaint: Complaint, now: datetime) -> None:
    """Owe the news to those who work on it, if it is an emergency, and note who; in the caller's transaction."""
    if complaint.priority != Priority.EMERGENCY:
        return
    receivers = emergency_receivers(complaint=complaint, on=bangkok_date(now))
    if receivers:
        notices.queue_emergency(members=[each.member for each in receivers], complaint=complaint, now=now)
    titles = ", ".join(dict.fromkeys(each.title_th for each in receivers))
    words = (
        _("แจ้งเหตุฉุกเฉินทาง LINE: %(titles)s") % {"titles": titles}
        if receivers
        else _("ไม่มีผู้รับแจ้งเหตุฉุกเฉินทาง LINE กรุณาโทรแจ้งหน่วยงานที่รับผิดชอบ")
    )
    append_event(complaint=complaint, kind=EventKind.NOTED, actor=SYSTEM, note=Note(internal_text=words), now=now)

"""Who is told of a case inside the house: posts, never names. A vacant post passes one rank up and the case says so."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from complaints.models.case import Complaint, is_kept_from
from nakhoncity.staff.models import Position, StaffMember
from nakhoncity.staff.services import find_holder, posts_above

Kind = Position.Kind
SECRETARY_LEVEL, MAYOR_LEVEL = 3, 4
# The rank that is told at each level, and who gets a copy.
RECEIVERS: Mapping[int, tuple[str, str | None]] = {
    1: (Kind.UNIT_HEAD, None),
    2: (Kind.OFFICE_HEAD, None),
    SECRETARY_LEVEL: (Kind.SECRETARY, Kind.DEPUTY_SECRETARY),
    MAYOR_LEVEL: (Kind.MAYOR, Kind.DEPUTY_MAYOR),
}
RANKS = (Kind.UNIT_HEAD, Kind.OFFICE_HEAD, Kind.SECRETARY, Kind.MAYOR)
# So many people of an office are told at once; a larger office has a head who tells the others.
MOST_WORKERS = 5
Posts = Mapping[str, Position]


@dataclass(frozen=True, kw_only=True)
class Receiver:
    """Somebody who is told: as what, and why it is he where the post that should hear is vacant."""

    member: StaffMember
    title_th: str
    position: Position | None = None
    note_th: str = ""
    is_copy: bool = False


def ladder_receivers(*, complaint: Complaint, level: int, on: date) -> list[Receiver]:
    """Who is told of a level of the ladder on a day, each person once."""
    posts = posts_above(department=complaint.department)
    if complaint.is_confidential:
        return _confidential(complaint, level, posts, on)
    found: list[Receiver] = []
    workers = _workers(complaint) if level <= 1 else []
    if level > 0 or not workers:
        kind, copy_kind = RECEIVERS[max(level, 1)]
        found += _first_held(posts, kind, on)
        found += _copies(posts, copy_kind, on)
    return _once([*found, *workers])


def head_receivers(*, complaint: Complaint, on: date) -> list[Receiver]:
    """The head of the office that has a case, or who stands in; a confidential case has its own receivers."""
    posts = posts_above(department=complaint.department)
    if complaint.is_confidential:
        return _confidential(complaint, 2, posts, on)
    return _first_held(posts, Kind.OFFICE_HEAD, on)


def decider_receivers(*, complaint: Complaint, is_beyond_director: bool, on: date) -> list[Receiver]:
    """Who decides about more time: the director, beyond his days the secretary, or who stands in for them."""
    posts = posts_above(department=complaint.department)
    return _first_held(posts, Kind.SECRETARY if is_beyond_director else Kind.OFFICE_HEAD, on)


def emergency_receivers(*, complaint: Complaint, on: date) -> list[Receiver]:
    """Who is told of an emergency and has LINE: the office's officers and its head by position, else the desk."""
    posts = posts_above(department=complaint.department)
    if complaint.is_confidential:
        return _reachable(_confidential(complaint, 2, posts, on))
    office = _once([*_first_held(posts, Kind.UNIT_HEAD, on), *_officers(complaint)])
    return _reachable(office) or _reachable(_desk())


def _reachable(receivers: Iterable[Receiver]) -> list[Receiver]:
    return [each for each in receivers if each.member.line_user_id]


def _once(receivers: Iterable[Receiver]) -> list[Receiver]:
    """Each person once, as what he was named first."""
    seen: dict[int, Receiver] = {}
    for each in receivers:
        seen.setdefault(each.member.pk, each)
    return list(seen.values())


def _workers(complaint: Complaint) -> list[Receiver]:
    """The one who has the case, else those who work in its office."""
    if complaint.assignee and complaint.assignee.is_active:
        return [Receiver(member=complaint.assignee, title_th=_("ผู้รับผิดชอบ"))]
    return _officers(complaint)


def _officers(complaint: Complaint) -> list[Receiver]:
    members = StaffMember.objects.working().filter(department=complaint.department, role=StaffMember.Role.OFFICER)
    return [Receiver(member=member, title_th=_("เจ้าหน้าที่ของหน่วยงาน")) for member in members[:MOST_WORKERS]]


def _desk() -> list[Receiver]:
    members = StaffMember.objects.working().filter(role=StaffMember.Role.CLERK)
    return [Receiver(member=member, title_th=_("เจ้าหน้าที่รับเรื่อง")) for member in members[:MOST_WORKERS]]


def _first_held(posts: Posts, kind: str, on: date) -> list[Receiver]:
    """The holder of the post of this rank, or of the next rank up that is held."""
    vacant: list[str] = []
    for rank in RANKS[RANKS.index(Kind(kind)) :]:
        post = posts.get(rank)
        holder = find_holder(position=post, on=on) if post else None
        if holder:
            note = _("%(posts)s ว่างอยู่ จึงแจ้ง%(title)s") % {"posts": ", ".join(vacant), "title": holder.title_th}
            found = Receiver(
                member=holder.member,
                title_th=holder.title_th,
                position=holder.position,
                note_th=note if vacant else "",
            )
            return [found]
        # An office without units has no head of a unit: that is no vacancy.
        if post or rank != Kind.UNIT_HEAD:
            vacant.append(post.title_th if post else str(Kind(rank).label))
    return []


def _copies(posts: Posts, kind: str | None, on: date) -> list[Receiver]:
    post = posts.get(kind) if kind else None
    holder = find_holder(position=post, on=on) if post else None
    if holder is None:
        return []
    return [Receiver(member=holder.member, title_th=holder.title_th, position=holder.position, is_copy=True)]


def _confidential(complaint: Complaint, level: int, posts: Posts, on: date) -> list[Receiver]:
    """Those whom the city's order names, never the person or unit complained about; in the secretary's place the mayor.

    At the highest level the mayor hears as well, unless he is the one.
    """
    named = StaffMember.objects.working().filter(handles_confidential=True).select_related("department")
    members = [member for member in named if not is_kept_from(complaint, member)]
    titles = _titles(posts, (Kind.SECRETARY, Kind.MAYOR), on)
    receivers = [
        titles.get(member.pk) or Receiver(member=member, title_th=_("ผู้รับเรื่องลับตามคำสั่งของเทศบาล")) for member in members
    ]
    secretary = posts.get(Kind.SECRETARY)
    secretaries = {pk for pk, each in titles.items() if each.position == secretary}
    secretaries |= {secretary.holder_id} if secretary and secretary.holder_id else set()
    is_secretary_accused = complaint.accused_id in secretaries
    if level >= MAYOR_LEVEL or is_secretary_accused or not receivers:
        mayor = [each for each in titles.values() if each.position == posts.get(Kind.MAYOR)]
        receivers += [each for each in mayor if each.member.pk != complaint.accused_id]
    return _once(receivers)


def _titles(posts: Posts, kinds: Sequence[str], on: date) -> dict[int, Receiver]:
    """Who holds these posts, by person."""
    holders = [find_holder(position=posts[kind], on=on) for kind in kinds if kind in posts]
    return {
        holder.member.pk: Receiver(member=holder.member, title_th=holder.title_th, position=holder.position)
        for holder in holders
        if holder
    }

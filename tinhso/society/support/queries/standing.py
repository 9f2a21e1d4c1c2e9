"""How programmes stand: what was given of how much, where, month by month."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, F, Q, QuerySet, Sum, Value
from django.db.models.functions import TruncMonth
from django.urls import reverse
from django.utils.translation import gettext as _

from tinhso.blocks.indicators.contract import Attention, AttentionRead
from tinhso.blocks.units.models import Unit
from tinhso.kernel.actor import Actor
from tinhso.kernel.clock import VIETNAM
from tinhso.kernel.reads import Read, Row
from tinhso.society.support.contract import TO_DECIDE, State
from tinhso.society.support.models import Application, Complaint, Programme, Quota
from tinhso.society.support.queries import given_map, lookup, paying

MONTHS = 12


@dataclass(frozen=True)
class Whole:
    """A programme in numbers: quota and budget (đồng), what was approved and handed over of it, what waits."""

    programme: Programme
    pieces: int
    money: int
    used_pieces: int
    used_money: int
    waiting: int
    delivered: int
    unpaid: int

    @property
    def left(self) -> int:
        """Pieces that nobody has yet."""
        return self.pieces - self.used_pieces


@dataclass(frozen=True)
class Place:
    """A unit's share: pieces of its own line (None where it draws from one above), approved and handed over there."""

    unit: Unit
    line: Quota | None
    approved: int
    delivered: int
    waiting: int


@dataclass(frozen=True)
class Month:
    """How many were handed over in a month, and the height of its bar in hundredths."""

    first: date
    count: int
    share: int


def wholes(programmes: Sequence[Programme]) -> list[Whole]:
    """Programmes in numbers."""
    return [whole(one) for one in programmes]


def whole(programme: Programme) -> Whole:
    """One programme in numbers."""
    lines = programme.lines.aggregate(
        pieces=Sum("pieces", default=0), money=Sum("money", default=0), used_pieces=Sum("used_pieces", default=0),
        used_money=Sum("used_money", default=0),
    )  # fmt: skip
    counted = programme.applications.aggregate(
        waiting=Count("pk", filter=Q(state__in=TO_DECIDE)), delivered=Count("pk", filter=Q(state=State.DELIVERED)),
    )  # fmt: skip
    return Whole(programme, **lines, **counted, unpaid=paying.unpaid(programme).count())


def places(programme: Programme, by: Actor) -> list[Place]:
    """Units that have a line or applications, of those that ``by`` may see, those with most handed over first."""
    counted = programme.applications.values("origin_unit").annotate(
        approved=Count("pk", filter=Q(state__in=[State.APPROVED, State.DELIVERED])),
        delivered=Count("pk", filter=Q(state=State.DELIVERED)), waiting=Count("pk", filter=Q(state__in=TO_DECIDE)),
    )  # fmt: skip
    by_unit = {one["origin_unit"]: (one["approved"], one["delivered"], one["waiting"]) for one in counted}
    lines, may = {one.unit_id: one for one in programme.lines.all()}, given_map.readable(programme, by)
    found = [
        Place(unit, lines.get(unit.pk), *by_unit.get(unit.pk, (0, 0, 0)))
        for unit in Unit.objects.filter(pk__in={*by_unit, *lines}).order_by("sort_key")
        if may is None or unit.pk in may
    ]
    return sorted(found, key=lambda one: -one.delivered)


def months(programme: Programme) -> list[Month]:
    """The last twelve months in which something was handed over, the earliest first."""
    rows = (
        programme.applications.filter(state=State.DELIVERED).annotate(month=TruncMonth("delivered_at", tzinfo=VIETNAM))
        .values("month").annotate(n=Count("pk")).order_by("-month")[:MONTHS]
    )  # fmt: skip
    found = [(one["month"].date(), int(one["n"])) for one in rows]
    most = max((count for _first, count in found), default=1)
    return [Month(first, count, round(100 * count / most)) for first, count in reversed(found)]


def open_programmes(day: date) -> QuerySet[Programme]:
    """What everybody may see: programmes that take applications, or did and are over."""
    return lookup.programmes().exclude(state=Programme.State.DRAFT)


def attention(keys: frozenset[int], now: datetime, limit: int) -> AttentionRead:
    """What a leader of these units should see: applications and complaints that are late, the most overdue first."""
    here, answerable = (Q(unit__in=keys), Q(application__unit__in=keys)) if keys else (Q(), Q())
    late = Application.objects.filter(here, state__in=TO_DECIDE, due_at__lt=now)
    unanswered = Complaint.objects.filter(answerable, answered_at__isnull=True, due_at__lt=now)
    columns = ("what", "application_ref", "unit_ref", "since")
    of_applications = late.annotate(
        what=Value("application"), application_ref=F("ref"), unit_ref=F("unit__ref"), since=F("due_at")
    )
    of_complaints = unanswered.annotate(
        what=Value("complaint"),
        application_ref=F("application__ref"),
        unit_ref=F("application__unit__ref"),
        since=F("due_at"),
    )
    rows = of_applications.values(*columns).union(of_complaints.values(*columns), all=True)
    return Read(rows.order_by("since", "application_ref")[:limit], lambda rows: [_late_support(row) for row in rows])


def _late_support(row: Row) -> Attention:
    words = {
        "application": _("Hồ sơ hỗ trợ trễ hạn duyệt: %(ref)s"),
        "complaint": _("Khiếu nại về hỗ trợ trễ hạn: %(ref)s"),
    }
    return Attention(
        kind="support",
        title=words[row["what"]] % {"ref": row["application_ref"]},
        href=reverse("support:one", args=[row["application_ref"]]),
        unit=row["unit_ref"],
        since=row["since"],
    )

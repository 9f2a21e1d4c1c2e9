"""How programmes stand: what was given of how much, where, month by month."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from django.db.models import BigIntegerField, Count, DateTimeField, F, Q, QuerySet, Value
from django.db.models.functions import TruncMonth
from django.urls import reverse
from django.utils.translation import gettext as _

from tinhso.blocks.indicators.contract import Attention, AttentionRead
from tinhso.blocks.units import queries as units
from tinhso.blocks.units.models import Level
from tinhso.blocks.units.queries import UnitNode
from tinhso.kernel.actor import Actor
from tinhso.kernel.clock import VIETNAM
from tinhso.kernel.reads import DeferredRead, Row
from tinhso.society.support.contract import TO_DECIDE, ApplicationState
from tinhso.society.support.models import Application, Complaint, Programme, Quota
from tinhso.society.support.queries import given_map, lookup, paying
from tinhso.society.support.queries.given_map import GivenMap

MONTHS = 12
NOWHERE, NEVER = Value(None, output_field=BigIntegerField()), Value(None, output_field=DateTimeField())
NOUGHT = Value(0)


@dataclass(frozen=True)
class ProgrammeTotals:
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
class QuotaUse:
    """What a unit may give of a programme, and how much of that is taken: pieces, đồng."""

    pieces: int
    used_pieces: int
    money: int
    used_money: int


@dataclass(frozen=True)
class UnitShare:
    """A unit's share: its own line (None where it draws from one above), approved and handed over there."""

    unit: UnitNode
    line: QuotaUse | None
    approved: int
    delivered: int
    waiting: int


@dataclass(frozen=True)
class MonthlyDelivery:
    """How many were handed over in a month, and the height of its bar in hundredths."""

    first: date
    count: int
    share: int


@dataclass(frozen=True)
class ProgrammePage:
    """One programme: its numbers, where it was given, month by month, and units that may be given a quota."""

    whole: ProgrammeTotals
    places: Sequence[UnitShare]
    months: Sequence[MonthlyDelivery]
    map: GivenMap | None
    units: Sequence[UnitNode]


def programme_page(programme: Programme, by: Actor, today: date, show: str) -> ProgrammePage:
    """What the page of a programme shows."""
    tallies, nodes = _programme_tallies([programme.pk]), {unit_node.pk: unit_node for unit_node in units.all_nodes()}
    counted = {
        support_tally.unit: (support_tally.first, support_tally.second)
        for support_tally in tallies
        if support_tally.kind == "unit" and support_tally.unit is not None
    }
    living = (
        unit_node
        for unit_node in nodes.values()
        if unit_node.valid(today) and unit_node.level in (Level.PROVINCE, Level.COMMUNE)
    )
    return ProgrammePage(
        whole=_programme_totals(programme, tallies),
        places=_unit_shares(tallies, nodes, given_map.readable_units(programme, by)),
        months=_monthly_deliveries(tallies),
        map=given_map.delivery_map(programme, by, today, show, counted=counted, nodes=nodes),
        units=[nodes[programme.unit_id], *living],
    )


def programme_totals(programmes: Sequence[Programme]) -> list[ProgrammeTotals]:
    """Programmes in numbers."""
    tallies = _programme_tallies([programme.pk for programme in programmes])
    return [
        _programme_totals(programme, [tally for tally in tallies if tally.programme == programme.pk])
        for programme in programmes
    ]


class SupportTally(NamedTuple):
    """Four numbers of a kind, of a unit or a month."""

    programme: int
    kind: str
    unit: int | None
    month: datetime | None
    first: int
    second: int
    third: int
    fourth: int


def _programme_tallies(programmes: Collection[int]) -> list[SupportTally]:
    """Everything that is counted of programmes, in one statement.

    Of a unit: applications approved, handed over, waiting, and not paid yet. Of a month: handed over. Of a line:
    pieces, taken ones, đồng, taken ones.
    """
    programme_applications = Application.objects.filter(programme__in=programmes).order_by()
    is_given = Q(state=ApplicationState.DELIVERED)
    by_unit = programme_applications.values_list("programme", Value("unit"), "origin_unit", NEVER).annotate(
        first=Count("pk", filter=Q(state__in=[ApplicationState.APPROVED, ApplicationState.DELIVERED])),
        second=Count("pk", filter=is_given),
        third=Count("pk", filter=Q(state__in=TO_DECIDE)),
        fourth=Count("pk", filter=paying.is_unpaid()),
    )
    applications = programme_applications.filter(is_given).annotate(month=TruncMonth("delivered_at", tzinfo=VIETNAM))
    by_month = applications.values_list("programme", Value("month"), NOWHERE, "month").annotate(
        first=Count("pk"), second=NOUGHT, third=NOUGHT, fourth=NOUGHT
    )
    lines = Quota.objects.filter(programme__in=programmes).order_by()
    numbers = ("pieces", "used_pieces", "money", "used_money")
    by_line = lines.values_list("programme", Value("line"), "unit", NEVER, *numbers)
    return [SupportTally(*row) for row in by_unit.union(by_month, by_line, all=True)]


def _programme_totals(programme: Programme, tallies: Sequence[SupportTally]) -> ProgrammeTotals:
    units_of = [support_tally for support_tally in tallies if support_tally.kind == "unit"]
    lines = [support_tally for support_tally in tallies if support_tally.kind == "line"]
    return ProgrammeTotals(
        programme,
        pieces=sum(support_tally.first for support_tally in lines),
        used_pieces=sum(support_tally.second for support_tally in lines),
        money=sum(support_tally.third for support_tally in lines),
        used_money=sum(support_tally.fourth for support_tally in lines),
        delivered=sum(support_tally.second for support_tally in units_of),
        waiting=sum(support_tally.third for support_tally in units_of),
        unpaid=sum(support_tally.fourth for support_tally in units_of),
    )


def _unit_shares(
    tallies: Sequence[SupportTally], nodes: Mapping[int, UnitNode], may: frozenset[int] | None
) -> list[UnitShare]:
    """Units that have a line or applications, of those that one ``may`` see, those with most handed over first."""
    counted = {
        support_tally.unit: (support_tally.first, support_tally.second, support_tally.third)
        for support_tally in tallies
        if support_tally.kind == "unit"
    }
    lines = {
        support_tally.unit: QuotaUse(*support_tally[4:]) for support_tally in tallies if support_tally.kind == "line"
    }
    unit_shares = [
        UnitShare(node, lines.get(pk), *counted.get(pk, (0, 0, 0)))
        for pk, node in nodes.items()
        if (pk in counted or pk in lines) and (may is None or pk in may)
    ]
    return sorted(unit_shares, key=lambda unit_share: -unit_share.delivered)


def _monthly_deliveries(tallies: Sequence[SupportTally]) -> list[MonthlyDelivery]:
    """The last twelve months in which something was handed over, the earliest first."""
    counts_by_month = sorted(
        (support_tally.month.date(), support_tally.first)
        for support_tally in tallies
        if support_tally.month is not None
    )[-MONTHS:]
    most = max((count for _first, count in counts_by_month), default=1)
    return [MonthlyDelivery(first, count, round(100 * count / most)) for first, count in counts_by_month]


def open_programmes(day: date) -> QuerySet[Programme]:
    """What everybody may see: programmes that take applications, or did and are over."""
    return lookup.programmes().exclude(state=Programme.State.DRAFT)


def late_items(keys: frozenset[int], now: datetime, limit: int) -> AttentionRead:
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
    return DeferredRead(
        rows.order_by("since", "application_ref")[:limit], lambda rows: [_late_support(row) for row in rows]
    )


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

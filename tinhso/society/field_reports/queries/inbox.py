"""What waits at my posts, late first, page after page however many there are; and everything that I may see."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time

from django.db.models import Count, Q, QuerySet

from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.reads import DeferredRead
from tinhso.kernel.text import fold
from tinhso.kernel.working_calendar import moment_at
from tinhso.society.field_reports.contract import TO_DO, Status
from tinhso.society.field_reports.models import Report
from tinhso.society.field_reports.queries import lookup
from tinhso.society.field_reports.rights import DECIDE_FIELD_REPORTS, FIX_FIELD_REPORTS, HANDLE_FIELD_REPORTS
from tinhso.ui.round_trips import read_together, totals_read

TODO, CHECK, WAITING, DISPUTED, ALL = "todo", "check", "waiting", "disputed", "all"
TRAYS = (TODO, CHECK, WAITING, DISPUTED, ALL)
WORKING = (HANDLE_FIELD_REPORTS, FIX_FIELD_REPORTS)
A_PAGE = 50
RUNNING = sorted(TO_DO)


@dataclass(frozen=True)
class ReportFilter:
    """How a list is narrowed; ``words`` are looked for in reference, text and place."""

    words: str = ""
    category: str = ""
    priority: str = ""
    status: str = ""
    late: bool = False
    mine: bool = False


@dataclass(frozen=True)
class ReportInboxCounts:
    """How much waits: to do, of that late and due today; mended and to be looked at; with whoever told; disputed."""

    todo: int
    late: int
    today: int
    check: int
    waiting: int
    disputed: int


@dataclass(frozen=True)
class ReportPage:
    """A page of a list, and where the next one begins (empty where there is none)."""

    reports: Sequence[Report]
    after: str


def _within_reach(by: Actor, *rights: str) -> Q:
    if any(right in by.everywhere for right in rights):
        return Q()
    return Q(unit__in=sorted(frozenset[int]().union(*(by.places(right) for right in rights))))


def tray_reports(name: str, by: Actor, now: datetime) -> QuerySet[Report]:
    """The reports of one tray, in its order."""
    if name == CHECK:
        return Report.objects.filter(_within_reach(by, HANDLE_FIELD_REPORTS), status=Status.RESOLVED).order_by(
            "due_at", "pk"
        )
    if name == WAITING:
        return Report.objects.filter(_within_reach(by, HANDLE_FIELD_REPORTS), status=Status.AWAITING).order_by(
            "due_at", "pk"
        )
    if name == DISPUTED:
        doubtful = Q(needs_decision=True) | Q(needs_unit=True)
        return Report.objects.filter(_within_reach(by, DECIDE_FIELD_REPORTS), doubtful).order_by("due_at", "pk")
    if name == ALL:
        return lookup.seen_by(by).order_by("-received_at", "-pk")
    return Report.objects.filter(_within_reach(by, *WORKING), status__in=RUNNING).order_by("due_at", "pk")


def tray_page(
    name: str, by: Actor, report_filter: ReportFilter, now: datetime, *, after: str = "", size: int = A_PAGE
) -> ReportPage:
    """One page of a tray that begins behind the mark ``after``: an index leads there, however deep it is."""
    reports = filter_reports(tray_reports(name, by, now), report_filter, by, now)
    moment, pk = _parse_mark(after)
    if moment is not None and name == ALL:
        reports = reports.filter(Q(received_at__lt=moment) | Q(received_at=moment, pk__lt=pk), received_at__lte=moment)
    elif moment is not None:
        reports = reports.filter(Q(due_at__gt=moment) | Q(due_at=moment, pk__gt=pk), due_at__gte=moment)
    rows = list(reports.select_related("unit", "origin_unit")[: size + 1])
    last = rows[size - 1] if len(rows) > size else None
    return ReportPage(rows[:size], _mark_of(last, name) if last is not None else "")


def _mark_of(report: Report, name: str) -> str:
    moment = report.received_at if name == ALL else report.due_at
    return f"{int(moment.timestamp() * 1_000_000)}.{report.pk}" if moment is not None else ""


def _parse_mark(text: str) -> tuple[datetime | None, int]:
    micro, _dot, pk = text.partition(".")
    if not (micro.isascii() and micro.isdigit() and pk.isascii() and pk.isdigit() and len(micro) < 18 and len(pk) < 18):
        return None, 0
    seconds, rest = divmod(int(micro), 1_000_000)
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=rest), int(pk)


def filter_reports(
    reports: QuerySet[Report], report_filter: ReportFilter, by: Actor, now: datetime
) -> QuerySet[Report]:
    """What is left of a list when it is narrowed."""
    for word in fold(report_filter.words).split():
        reports = reports.filter(search_text__contains=word)
    exact: Mapping[str, str] = {"category": report_filter.category}
    reports = reports.filter(**{name: value for name, value in exact.items() if value})
    for name in ("priority", "status"):
        filter_value = getattr(report_filter, name)
        if filter_value.isascii() and filter_value.isdigit():
            reports = reports.filter(**{name: int(filter_value[:2])})
    if report_filter.late:
        reports = reports.filter(due_at__lt=now, status__in=RUNNING)
    return reports.filter(holder=by.ref) if report_filter.mine else reports


def inbox_counts(by: Actor, now: datetime) -> ReportInboxCounts:
    """The numbers over the inbox."""
    tonight = moment_at(clock.local(now).date(), time.max)
    disputed = tray_reports(DISPUTED, by, now)
    reads: list[DeferredRead[dict[str, int]]] = [
        totals_read(
            tray_reports(TODO, by, now),
            dict,
            todo=Count("pk"),
            late=Count("pk", filter=Q(due_at__lt=now)),
            today=Count("pk", filter=Q(due_at__gte=now, due_at__lte=tonight)),
        ),
        totals_read(tray_reports(CHECK, by, now), dict, check=Count("pk")),
        totals_read(tray_reports(WAITING, by, now), dict, waiting=Count("pk")),
        totals_read(disputed if by.can(DECIDE_FIELD_REPORTS) else disputed.none(), dict, disputed=Count("pk")),
    ]
    numbers = {name: number for row in read_together(reads) for name, number in row.items()}
    return ReportInboxCounts(**numbers)

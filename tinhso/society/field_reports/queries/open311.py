"""Reports as Open311 knows them: what everybody may read, and for a program also what came in under its own key."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet
from django.db.models.functions import Greatest

from tinhso.kernel import province
from tinhso.kernel.actor import Actor
from tinhso.kernel.text import fold
from tinhso.society.field_reports.contract import OPEN, Status
from tinhso.society.field_reports.models import Entry, Report
from tinhso.society.field_reports.queries import lookup, page_parts, places, public
from tinhso.society.field_reports.queries.open311_rules import interface

LONGEST = timedelta(days=90)  # GeoReport v2: a search spans 90 days at most
MOST = 1000  # and gives so many at most
METRES_A_DEGREE = places.METRES_A_DEGREE
CLOSED = (Status.CLOSED, Status.DECLINED)
STILL_OPEN = tuple(sorted(OPEN))
# what may be told of what happened to a report; the rest is of no use to a program elsewhere
TOLD = (
    "received",
    "classified",
    "begun",
    "presented",
    "declined",
    "reconsidered",
    "escalated",
    "handed_over",
    "decided",
    "inherited",
    "merged",
    "confirmed",
    "reopened",
    "closed_silent",
)
MOMENTS = ("received_at", "classified_at", "begun_at", "resolved_at", "closed_at")


@dataclass(frozen=True)
class Open311Query:
    """What a search is for. ``around``: longitude, latitude and metres. Times are those of the receipt."""

    ids: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    first: datetime | None = None
    last: datetime | None = None
    changed_after: datetime | None = None
    changed_before: datetime | None = None
    around: tuple[float, float, float] | None = None
    words: str = ""
    page: int = 1
    size: int = MOST


@dataclass(frozen=True)
class Open311Report:
    """A report for programs: what anybody may see of it, the name it was asked by, and when it last changed."""

    shown: public.Public
    asked: str
    is_open: bool
    changed_at: datetime
    released: bool


def request_of(by: Actor, name: str) -> str:
    """How a telling by a program is called here, so that two programs never meet in one name."""
    return f"{_request_prefix(by)}{name}"[:80]


def _request_prefix(by: Actor) -> str:
    return f"open311:{by.ref}:"


def readable_reports(by: Actor) -> QuerySet[Report]:
    """Released reports; with a key also those that came in under it."""
    condition = Q(is_public=True, status__range=(1, 9))
    if by.kind == "program":
        condition |= Q(request__startswith=_request_prefix(by), status__range=(1, 10), kind=Report.Kind.FIELD)
    return Report.objects.filter(condition).select_related("unit", "origin_unit")


def search_span(first: datetime | None, last: datetime | None, now: datetime) -> tuple[datetime, datetime]:
    """From when to when a search goes that names one end, or none."""
    if first is None:
        last = last or now
        return last - LONGEST, last
    return first, last or first + LONGEST


def matching_reports(open311_query: Open311Query, *, by: Actor, now: datetime) -> list[Open311Report]:
    """The reports that a search finds, the newest first; named ones whatever else was asked."""
    if open311_query.ids:
        return [
            open311_report
            for open311_report in (find_request(ref, by=by) for ref in open311_query.ids[:MOST])
            if open311_report is not None
        ]
    rows = readable_reports(by)
    if (
        (open311_query.changed_after is None and open311_query.changed_before is None)
        or open311_query.first
        or open311_query.last
    ):
        rows = rows.filter(received_at__range=search_span(open311_query.first, open311_query.last, now))
    if open311_query.categories:
        rows = rows.filter(category__in=open311_query.categories)
    if open311_query.statuses:
        statuses = [
            *(STILL_OPEN if "open" in open311_query.statuses else ()),
            *(CLOSED if "closed" in open311_query.statuses else ()),
        ]
        rows = rows.filter(status__in=statuses)
    for word in fold(open311_query.words).split()[:8]:
        rows = rows.filter(search_text__contains=word, is_public=True)
    rows = _filter_by_change(rows, open311_query)
    if open311_query.around is not None:
        rows = _filter_by_place(rows, open311_query.around)
    start = (open311_query.page - 1) * open311_query.size
    return _service_requests(list(rows.order_by("-received_at", "-pk")[start : start + open311_query.size]))


def _filter_by_change(rows: QuerySet[Report], open311_query: Open311Query) -> QuerySet[Report]:
    if open311_query.changed_after is None and open311_query.changed_before is None:
        return rows
    rows = rows.annotate(changed=Greatest(*MOMENTS))  # PostgreSQL leaves out what is unknown
    if open311_query.changed_after is not None:
        rows = rows.filter(changed__gte=open311_query.changed_after)
    return rows.filter(changed__lte=open311_query.changed_before) if open311_query.changed_before is not None else rows


def _filter_by_place(rows: QuerySet[Report], around: tuple[float, float, float]) -> QuerySet[Report]:
    """Within a square; sensitive reports are not found by place, which would tell it."""
    longitude, latitude, metres = around
    high = metres / METRES_A_DEGREE
    box = [longitude - high, latitude - high, longitude + high, latitude + high]
    return rows.filter(sensitive=False, longitude__isnull=False).extra(
        where=["point(longitude, latitude) <@ box(point(%s, %s), point(%s, %s))"], params=box
    )


def find_request(ref: str, *, by: Actor) -> Open311Report | None:
    """One report that may be read, by its own name also after it was merged into another; None where there is none."""
    tidy = ref.strip().upper()[:24]
    report = Report.objects.filter(ref=tidy).select_related("unit", "origin_unit", "merged_into").first()
    if report is None:
        return None
    final = readable_reports(by).filter(pk=lookup.final_report(report).pk).first()
    return _service_requests([final], asked=tidy)[0] if final is not None else None


def _service_requests(reports: Sequence[Report], *, asked: str = "") -> list[Open311Report]:
    return [
        Open311Report(public_view, asked or report.ref, report.status in OPEN, _last_change(report), report.is_public)
        for report, public_view in zip(reports, public.public_views(reports), strict=True)
    ]


def _last_change(report: Report) -> datetime:
    moments = [getattr(report, name) for name in MOMENTS]
    return max((moment for moment in moments if moment is not None), default=report.sent_at)


@dataclass(frozen=True)
class Update:
    """Something that happened to a report, for programs that follow it."""

    ref: str
    report: str
    at: datetime
    is_open: bool
    status: int
    words: str


def request_updates(first: datetime, last: datetime, *, by: Actor, page: int = 1, size: int = MOST) -> list[Update]:
    """What happened in a span to reports that may be read, the oldest first, page by page."""
    rows = Entry.objects.filter(at__range=(first, last), public=True, did__in=TOLD, report__in=readable_reports(by))
    rows = rows.select_related("report").order_by("at", "pk")[(page - 1) * size : page * size]
    return [
        Update(
            f"{entry.report.ref}-{entry.number}",
            entry.report.ref,
            entry.at,
            entry.status in OPEN,
            entry.status,
            entry.note
            if entry.did in ("presented", "declined", "escalated") and entry.note
            else str(page_parts.WORDS.get(entry.did, entry.did)),
        )
        for entry in rows
    ]


def own_report(ref: str, *, by: Actor) -> Report:
    """A report that came in under the program's own key; to others there is none."""
    report = Report.objects.filter(ref=ref.strip().upper()[:24], request__startswith=_request_prefix(by)).first()
    if report is None or by.kind != "program":
        raise lookup.unknown_report(ref)
    return report


def jurisdictions(host: str) -> set[str]:
    """What a client may say where it is asked for a jurisdiction."""
    code = province.province_facts().code
    return {jurisdiction for jurisdiction in (interface().jurisdiction, code, host.partition(":")[0]) if jurisdiction}


def commune_named(address: str, day: date) -> str:
    """The reference of the one commune whose name stands in an address; empty where none does, or several do."""
    text = f" {fold(address)} "
    hits = {unit.ref for unit in places.communes(day) if f" {fold(unit.name)} " in text.replace(",", " ")}
    return hits.pop() if len(hits) == 1 else ""

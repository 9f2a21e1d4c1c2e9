"""The board of data quality: received, on time, believable; who can correct it, reminded with one press."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tinhso.blocks.units.rights import SEE_INDICATORS
from tinhso.ioc.pages.readers import for_readers
from tinhso.ioc.queries.frame import SnapshotFrame, snapshot_frame
from tinhso.ioc.queries.quality import board, problems, tables
from tinhso.ioc.queries.quality.problems import RETURN_KEY, QualityDesk, QualityFilter, QualityProblem
from tinhso.ioc.services import quality as services
from tinhso.kernel import clock, periods
from tinhso.kernel.actor import NOBODY, Actor
from tinhso.kernel.errors import Refused
from tinhso.kernel.periods import PeriodType
from tinhso.ui.downloads import CSV, XLSX, attachment_response
from tinhso.ui.wording import name_in_language

A_PAGE, WORST, MONTHS_SHOWN = 50, 12, 12
LISTS = ("findings", board.MISSING, board.LATE)


def _quality_desk(by: Actor) -> QualityDesk:
    return QualityDesk(snapshot_frame(by), by, clock.now(), problems.data_sets(), problems.newest_run())


def _board_filter(request: HttpRequest, at: SnapshotFrame) -> QualityFilter:
    """What the address narrows the board to: the last twelve months, unless it says otherwise."""
    last = periods.of(clock.today(), PeriodType.MONTH)
    first, until = request.GET.get("first", ""), request.GET.get("last", "")
    until = _month_code(until) or last.code
    first = _month_code(first) or periods.parse(until).shift(1 - MONTHS_SHOWN).code
    unit = request.GET.get("unit", "")
    if unit and unit not in at.places.by_ref:
        raise Refused("unknown_unit", _("Không có đơn vị nào có mã “%(ref)s”."), ref=unit)
    values = {name: request.GET.get(name, "")[:40] for name in ("data_set", "agency", "test")}
    return QualityFilter(min(first, until), until, unit=unit, **values)


def _month_code(text: str) -> str:
    if not text:
        return ""
    period = periods.parse(text)
    return f"{period.end:%Y-%m}"


def _board_context(desk: QualityDesk, quality_filter: QualityFilter, here: str) -> dict[str, object]:
    """What every page of the board has: its filters, its tabs, and when it was judged."""
    narrowed = {name: value for name, value in vars(quality_filter).items() if value}
    link = urlencode(narrowed)
    agencies = sorted({data_set_facts.agency for data_set_facts in desk.sets.values()})
    places = desk.at.places
    names = [(code, node) for code in agencies if (node := problems.agency_of(places, code)) is not None]
    unit = places.by_ref.get(quality_filter.unit)
    return {
        "at": desk.at,
        "wanted": quality_filter,
        "link": link,
        "here": here,
        "run": desk.run,
        "sets": sorted(desk.sets.values(), key=lambda data_set_facts: (data_set_facts.domain, data_set_facts.code)),
        "agencies": [(code, name_in_language(node)) for code, node in names],
        "tests": problems.test_names().items(),
        "offered": places.offered(),
        "unit": unit,
    }


@for_readers
def quality_page(request: HttpRequest, by: Actor) -> HttpResponse:
    """The whole board: received, on time, what looks wrong, who passes the fewest checks."""
    desk = _quality_desk(by)
    quality_filter = _board_filter(request, desk.at)
    counted = board.return_counts(desk, quality_filter)
    finding_counts = board.found_in(desk, quality_filter)
    context = _board_context(desk, quality_filter, "board") | {
        "counted": counted,
        "months": board.months_of(quality_filter),
        "heat": board.heat_rows(desk, quality_filter, counted),
        "lines": board.agency_lines(desk, quality_filter, counted),
        "trend": [
            punctual.timely if (punctual := counted.by_month.get(month)) else None
            for month in board.months_of(quality_filter)
        ],
        "kinds": [(test, name, finding_counts.by_test.get(test, 0)) for test, name in problems.test_names().items()],
        "found": finding_counts.all,
        "rules": [(desk.set_name(code), words, many) for code, words, many in finding_counts.rules],
        "worst": board.quality_scores(desk, counted, "unit", quality_filter)[:WORST],
    }
    return render(request, "ioc/quality.html", context)


@for_readers
def scores_page(request: HttpRequest, by: Actor) -> HttpResponse:
    """How many checks each unit, or each data set, passed."""
    desk = _quality_desk(by)
    quality_filter = _board_filter(request, desk.at)
    grouping = "data_set" if request.GET.get("by") == "data_set" else "unit"
    quality_scores = board.quality_scores(desk, board.return_counts(desk, quality_filter), grouping, quality_filter)
    context = _board_context(desk, quality_filter, "scores") | {
        "by": grouping,
        "page": Paginator(quality_scores, A_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "ioc/quality_scores.html", context)


@for_readers
def problems_page(request: HttpRequest, by: Actor, what: str) -> HttpResponse:
    """Problems one by one: findings, missing returns, late returns."""
    if what not in LISTS:
        raise Refused("unknown_list", _("Không có trang này."))
    desk = _quality_desk(by)
    quality_filter = _board_filter(request, desk.at)
    page = Paginator(_listed_rows(desk, quality_filter, what), A_PAGE).get_page(request.GET.get("page"))
    quality_problems = _in_words(desk, what, page.object_list)
    context = _board_context(desk, quality_filter, what) | {"page": page, "problems": quality_problems}
    return render(request, "ioc/quality_list.html", context)


def _listed_rows(desk: QualityDesk, quality_filter: QualityFilter, what: str) -> Any:
    if what == "findings":
        return problems.newest_findings(desk, quality_filter)
    return board.DueReturns(desk, quality_filter, what)


def _in_words(desk: QualityDesk, what: str, found: Iterable[Any]) -> list[QualityProblem]:
    rows = list(found)
    return problems.problems_of(desk, rows) if what == "findings" else board.due_problems(desk, rows)


@for_readers
def finding_page(request: HttpRequest, by: Actor, key: str) -> HttpResponse:
    """One finding: the series it stands in, the records behind it, and who can correct it."""
    desk = _quality_desk(by)
    problem = problems.problem_by_key(desk, key)
    records_around = tables.records_around(desk, problem) if problem.may_remind else None
    context = {
        "at": desk.at,
        "one": problem,
        "around": records_around,
        "explained": problems.test_explanation(problem.kind),
    }
    return render(request, "ioc/quality_finding.html", context)


@for_readers
def export_problems(request: HttpRequest, by: Actor, what: str, form: str) -> HttpResponse:
    """A list as CSV or XLSX; who took it is written down."""
    if what not in LISTS or form not in ("csv", "xlsx"):
        raise Refused("unknown_file", _("Chỉ có tệp csv và xlsx."))
    desk = _quality_desk(by)
    quality_filter = _board_filter(request, desk.at)
    listed_problems = _listed_rows(desk, quality_filter, what)
    rows = tables.problem_rows(_in_words(desk, what, listed_problems[: tables.MOST_ROWS]))
    services.note_quality_export(what=what, form=form, query=request.GET.urlencode()[:300], rows=len(rows), by=by)
    if form == "xlsx":
        return attachment_response(tables.as_xlsx(rows), name=f"quality-{what}.xlsx", media_type=XLSX)
    return attachment_response(tables.as_csv(rows), name=f"quality-{what}.csv", media_type=CSV)


@require_POST
@login_required
def remind_owners(request: HttpRequest) -> HttpResponse:
    """Ask those responsible to look at one problem."""
    by: Actor = getattr(request, "actor", NOBODY)
    key = request.POST.get("key", "")[:80]
    back = request.POST.get("back", "")
    try:
        by.must_be_able_to(SEE_INDICATORS)
        desk = _quality_desk(by)
        ref = key.removeprefix(RETURN_KEY)
        problem = board.return_problem(desk, ref) if key.startswith(RETURN_KEY) else problems.problem_by_key(desk, key)
        quality_reminder = services.send_reminder(problem=problem, by=by, now=desk.now)
        messages.success(request, _("Đã nhắc %(told)s người.") % {"told": quality_reminder.told})
    except Refused as refusal:
        if refusal.code == "no_right":
            raise
        messages.error(request, refusal.message)
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts=None) and back.startswith("/quality/")
    return redirect(back if safe else "ioc:quality")

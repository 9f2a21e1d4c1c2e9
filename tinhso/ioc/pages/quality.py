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
from tinhso.ioc.queries.frame import Frame, frame
from tinhso.ioc.queries.quality import board, problems, tables
from tinhso.ioc.queries.quality.problems import RETURN_KEY, Desk, Problem, Wanted
from tinhso.ioc.services import quality as services
from tinhso.kernel import clock, periods
from tinhso.kernel.actor import NOBODY, Actor
from tinhso.kernel.errors import Refused
from tinhso.kernel.periods import PeriodType
from tinhso.ui.downloads import CSV, XLSX, attachment
from tinhso.ui.wording import named

A_PAGE, WORST, MONTHS_SHOWN = 50, 12, 12
LISTS = ("findings", board.MISSING, board.LATE)


def _desk(by: Actor) -> Desk:
    return Desk(frame(by), by, clock.now(), problems.data_sets(), problems.newest_run())


def _wanted(request: HttpRequest, at: Frame) -> Wanted:
    """What the address narrows the board to: the last twelve months, unless it says otherwise."""
    last = periods.of(clock.today(), PeriodType.MONTH)
    first, until = request.GET.get("first", ""), request.GET.get("last", "")
    until = _month(until) or last.code
    first = _month(first) or periods.parse(until).shift(1 - MONTHS_SHOWN).code
    unit = request.GET.get("unit", "")
    if unit and unit not in at.places.by_ref:
        raise Refused("unknown_unit", _("Không có đơn vị nào có mã “%(ref)s”."), ref=unit)
    told = {name: request.GET.get(name, "")[:40] for name in ("data_set", "agency", "test")}
    return Wanted(min(first, until), until, unit=unit, **told)


def _month(said: str) -> str:
    if not said:
        return ""
    found = periods.parse(said)
    return f"{found.end:%Y-%m}"


def _common(desk: Desk, wanted: Wanted, here: str) -> dict[str, object]:
    """What every page of the board has: its filters, its tabs, and when it was judged."""
    narrowed = {name: value for name, value in vars(wanted).items() if value}
    link = urlencode(narrowed)
    agencies = sorted({one.agency for one in desk.sets.values()})
    places = desk.at.places
    names = [(code, node) for code in agencies if (node := problems.agency_of(places, code)) is not None]
    unit = places.by_ref.get(wanted.unit)
    return {
        "at": desk.at,
        "wanted": wanted,
        "link": link,
        "here": here,
        "run": desk.run,
        "sets": sorted(desk.sets.values(), key=lambda one: (one.domain, one.code)),
        "agencies": [(code, named(node)) for code, node in names],
        "tests": problems.test_names().items(),
        "offered": places.offered(),
        "unit": unit,
    }


@for_readers
def quality(request: HttpRequest, by: Actor) -> HttpResponse:
    """The whole board: received, on time, what looks wrong, who passes the fewest checks."""
    desk = _desk(by)
    wanted = _wanted(request, desk.at)
    counted = board.counts(desk, wanted)
    found = board.found_in(desk, wanted)
    context = _common(desk, wanted, "board") | {
        "counted": counted,
        "months": board.months_of(wanted),
        "heat": board.heat(desk, wanted, counted),
        "lines": board.agencies(desk, wanted, counted),
        "trend": [one.timely if (one := counted.by_month.get(month)) else None for month in board.months_of(wanted)],
        "kinds": [(test, name, found.by_test.get(test, 0)) for test, name in problems.test_names().items()],
        "found": found.all,
        "rules": [(desk.set_name(code), words, many) for code, words, many in found.rules],
        "worst": board.scores(desk, counted, "unit", wanted)[:WORST],
    }
    return render(request, "ioc/quality.html", context)


@for_readers
def scores(request: HttpRequest, by: Actor) -> HttpResponse:
    """How many checks each unit, or each data set, passed."""
    desk = _desk(by)
    wanted = _wanted(request, desk.at)
    what = "data_set" if request.GET.get("by") == "data_set" else "unit"
    found = board.scores(desk, board.counts(desk, wanted), what, wanted)
    context = _common(desk, wanted, "scores") | {
        "by": what,
        "page": Paginator(found, A_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "ioc/quality_scores.html", context)


@for_readers
def listed(request: HttpRequest, by: Actor, what: str) -> HttpResponse:
    """Problems one by one: findings, missing returns, late returns."""
    if what not in LISTS:
        raise Refused("unknown_list", _("Không có trang này."))
    desk = _desk(by)
    wanted = _wanted(request, desk.at)
    page = Paginator(_all(desk, wanted, what), A_PAGE).get_page(request.GET.get("page"))
    shown = _in_words(desk, what, page.object_list)
    context = _common(desk, wanted, what) | {"page": page, "problems": shown}
    return render(request, "ioc/quality_list.html", context)


def _all(desk: Desk, wanted: Wanted, what: str) -> Any:
    if what == "findings":
        return problems.findings(desk, wanted)
    return board.DueReturns(desk, wanted, what)


def _in_words(desk: Desk, what: str, found: Iterable[Any]) -> list[Problem]:
    rows = list(found)
    return problems.problems(desk, rows) if what == "findings" else board.due_problems(desk, rows)


@for_readers
def finding(request: HttpRequest, by: Actor, key: str) -> HttpResponse:
    """One finding: the series it stands in, the records behind it, and who can correct it."""
    desk = _desk(by)
    problem = problems.finding(desk, key)
    told = tables.around(desk, problem) if problem.may_remind else None
    context = {"at": desk.at, "one": problem, "around": told, "explained": problems.explained(problem.kind)}
    return render(request, "ioc/quality_finding.html", context)


@for_readers
def export(request: HttpRequest, by: Actor, what: str, form: str) -> HttpResponse:
    """A list as CSV or XLSX; who took it is written down."""
    if what not in LISTS or form not in ("csv", "xlsx"):
        raise Refused("unknown_file", _("Chỉ có tệp csv và xlsx."))
    desk = _desk(by)
    wanted = _wanted(request, desk.at)
    found = _all(desk, wanted, what)
    rows = tables.rows(_in_words(desk, what, found[: tables.MOST_ROWS]))
    services.note_quality_export(what=what, form=form, query=request.GET.urlencode()[:300], rows=len(rows), by=by)
    if form == "xlsx":
        return attachment(tables.as_xlsx(rows), name=f"quality-{what}.xlsx", media_type=XLSX)
    return attachment(tables.as_csv(rows), name=f"quality-{what}.csv", media_type=CSV)


@require_POST
@login_required
def remind(request: HttpRequest) -> HttpResponse:
    """Ask those responsible to look at one problem."""
    by: Actor = getattr(request, "actor", NOBODY)
    key = request.POST.get("key", "")[:80]
    back = request.POST.get("back", "")
    try:
        by.must_be_able_to(SEE_INDICATORS)
        desk = _desk(by)
        ref = key.removeprefix(RETURN_KEY)
        problem = board.return_problem(desk, ref) if key.startswith(RETURN_KEY) else problems.finding(desk, key)
        told = services.remind(problem=problem, by=by, now=desk.now)
        messages.success(request, _("Đã nhắc %(told)s người.") % {"told": told.told})
    except Refused as refusal:
        if refusal.code == "no_right":
            raise
        messages.error(request, refusal.message)
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts=None) and back.startswith("/quality/")
    return redirect(back if safe else "ioc:quality")

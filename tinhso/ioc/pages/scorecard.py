"""The scorecard, and what each service, actor and step does; every number leads to its cases."""

from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from tinhso.ioc.pages.readers import RequestedView, for_readers, moment_text, page_context, requested_view
from tinhso.ioc.queries.frame import SnapshotFrame
from tinhso.ioc.queries.scorecard import behind, measures
from tinhso.ioc.queries.scorecard.card import AGENCY, scorecard_of
from tinhso.ioc.queries.scorecard.definition import scorecard_definition
from tinhso.ioc.queries.scorecard.scope import Scope, may_see_names, scope_of
from tinhso.ioc.services import scorecard as services
from tinhso.kernel import clock, periods
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.kernel.periods import Period, PeriodType
from tinhso.ui.request_params import query_param
from tinhso.ui.wording import name_in_language

A_PAGE, MONTHS, QUARTERS, YEARS = 50, 13, 5, 2
FACT = "HS"  # whose agencies are offered: those that decide cases here


@dataclass(frozen=True)
class ScorecardQuery:
    """What the address asks for: unit, agency, period."""

    asking: RequestedView
    agency: str
    period: Period

    @property
    def query(self) -> dict[str, str]:
        """The same as parts of an address."""
        unit_view, at = self.asking.seen, self.asking.at
        parts = {
            "unit": unit_view.unit.ref,
            "basis": unit_view.basis,
            "agency": self.agency,
            "period": self.period.code,
        }
        moment = moment_text(at.known_at) if at.known_at else ""
        return {name: value for name, value in (parts | {"known_at": moment}).items() if value}


def _scorecard_query(request: HttpRequest, by: Actor) -> ScorecardQuery:
    asking = requested_view(request, by)
    text, agency = request.GET.get("period", ""), request.GET.get("agency", "")
    if agency and agency not in _agency_names(asking.at):
        raise Refused("unknown_agency", _("Không có cơ quan nào có mã “%(code)s”."), code=agency)
    period = periods.parse(text) if text else periods.of(asking.at.today, PeriodType.MONTH).shift(-1)
    return ScorecardQuery(asking, agency, period)


def _agency_names(at: SnapshotFrame) -> dict[str, str]:
    fact = at.catalogue.facts.get(FACT)
    dims = [dim for dim in fact.dims if dim.code == AGENCY] if fact else []
    return {member.code: name_in_language(member) for dim in dims for member in dim.members}


def _offered_periods(today: datetime) -> list[str]:
    day = clock.local(today).date()
    spans = ((PeriodType.MONTH, MONTHS), (PeriodType.QUARTER, QUARTERS), (PeriodType.YEAR, YEARS))
    return [periods.of(day, kind).shift(-back).code for kind, many in spans for back in range(many)]


def _scorecard_context(looked: ScorecardQuery, **more: object) -> dict[str, object]:
    offered = _offered_periods(clock.now())
    return page_context(looked.asking) | {
        "period": looked.period,
        "periods": offered if looked.period.code in offered else [looked.period.code, *offered],
        "agency": looked.agency,
        "agencies": _agency_names(looked.asking.at),
        "query": urlencode(looked.query),
        **more,
    }


@for_readers
def scorecard_page(request: HttpRequest, by: Actor) -> HttpResponse:
    """Total or range, groups, parts with figure, source, period and status; what is not known says so."""
    looked = _scorecard_query(request, by)
    definition = scorecard_definition()
    filled_scorecard = (
        scorecard_of(looked.asking.at, looked.asking.seen, definition, looked.period, looked.agency)
        if definition
        else None
    )
    return render(request, "ioc/scorecard.html", _scorecard_context(looked, card=filled_scorecard, told=definition))


@for_readers
def steps_page(request: HttpRequest, by: Actor) -> HttpResponse:
    """Each service, actor or step of a unit in a period. Names of people are for who leads them; seeing is noted."""
    looked, way = _scorecard_query(request, by), request.GET.get("by", measures.SERVICE)
    names = may_see_names(by, looked.asking.seen)
    rows = measures.measured_rows(_measured_scope(looked), way, names=names)
    if way == measures.ACTOR and names and rows:
        services.note_actors_seen(unit=looked.asking.seen.unit.ref, period=looked.period.code, by=by)
    labels = {measures.SERVICE: _("Theo dịch vụ"), measures.STEP: _("Theo bước"), measures.ACTOR: _("Theo người xử lý")}
    tabs = [
        {"label": label, "href": f"?{urlencode(looked.query | {'by': code})}", "active": code == way}
        for code, label in labels.items()
    ]
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    context = _scorecard_context(looked, by=way, page=page, tabs=tabs, names=names, query_by=urlencode(looked.query))
    return render(request, "ioc/scorecard_steps.html", context)


@for_readers
def counted_cases_page(request: HttpRequest, by: Actor) -> HttpResponse:
    """The cases that a number counted; opening one asks for the right to see cases."""
    looked = _scorecard_query(request, by)
    filter_params = {name: query_param(request, name, 100) for name in ("what", "procedure", "actor", "step")}
    count_filter = behind.CountFilter(**filter_params)
    scope, number = _measured_scope(looked), request.GET.get("page")
    if count_filter.is_of_cases:
        cases = Paginator(behind.counted_cases(scope, count_filter), A_PAGE).get_page(number)
        values: dict[str, object] = {"page": cases, "lines": [(case, None) for case in cases]}
    else:
        done = Paginator(behind.counted_steps(scope, count_filter), A_PAGE).get_page(number)
        values = {"page": done, "lines": [(step.case, step) for step in done]}
    context = _scorecard_context(looked, wanted=count_filter, what=_count_name(count_filter.what), **values)
    return render(request, "ioc/scorecard_dossiers.html", context)


def _measured_scope(looked: ScorecardQuery) -> Scope:
    return scope_of(looked.asking.at, looked.asking.seen, looked.period, clock.now(), looked.agency)


def _count_name(what: str) -> str:
    return {
        "filed": _("Hồ sơ nộp"),
        "online": _("Hồ sơ nộp trực tuyến"),
        "finished": _("Hồ sơ xử lý xong"),
        "promised": _("Hồ sơ xử lý xong có hẹn trả"),
        "on_time": _("Hồ sơ xử lý xong đúng hạn"),
        "done": _("Bước đã làm"),
        "due": _("Bước đã làm có hạn"),
        "late": _("Bước làm trễ hạn"),
        "open": _("Bước đang chờ"),
        "open_late": _("Bước đang chờ đã quá hạn"),
    }.get(what, "")

"""The scorecard, and what each service, actor and step does; every number leads to its dossiers."""

from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from tinhso.ioc.pages.readers import Asking, ask, common, for_readers, moment_text
from tinhso.ioc.queries.frame import Frame
from tinhso.ioc.queries.scorecard import behind, measures
from tinhso.ioc.queries.scorecard.card import AGENCY, card
from tinhso.ioc.queries.scorecard.definition import definition
from tinhso.ioc.queries.scorecard.scope import Scope, may_see_names, scope_of
from tinhso.ioc.services import scorecard as services
from tinhso.kernel import clock, periods
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.kernel.periods import Period, PeriodType
from tinhso.ui.request_params import param
from tinhso.ui.wording import named

A_PAGE, MONTHS, QUARTERS, YEARS = 50, 13, 5, 2
FACT = "HS"  # whose agencies are offered: those that decide dossiers here


@dataclass(frozen=True)
class Looked:
    """What the address asks for: unit, agency, period."""

    asking: Asking
    agency: str
    period: Period

    @property
    def query(self) -> dict[str, str]:
        """The same as parts of an address."""
        seen, at = self.asking.seen, self.asking.at
        parts = {"unit": seen.unit.ref, "basis": seen.basis, "agency": self.agency, "period": self.period.code}
        moment = moment_text(at.known_at) if at.known_at else ""
        return {name: value for name, value in (parts | {"known_at": moment}).items() if value}


def _looked(request: HttpRequest, by: Actor) -> Looked:
    asking = ask(request, by)
    asked, agency = request.GET.get("period", ""), request.GET.get("agency", "")
    if agency and agency not in _agencies(asking.at):
        raise Refused("unknown_agency", _("Không có cơ quan nào có mã “%(code)s”."), code=agency)
    period = periods.parse(asked) if asked else periods.of(asking.at.today, PeriodType.MONTH).shift(-1)
    return Looked(asking, agency, period)


def _agencies(at: Frame) -> dict[str, str]:
    fact = at.catalogue.facts.get(FACT)
    dims = [dim for dim in fact.dims if dim.code == AGENCY] if fact else []
    return {member.code: named(member) for dim in dims for member in dim.members}


def _offered(today: datetime) -> list[str]:
    day = clock.local(today).date()
    spans = ((PeriodType.MONTH, MONTHS), (PeriodType.QUARTER, QUARTERS), (PeriodType.YEAR, YEARS))
    return [periods.of(day, kind).shift(-back).code for kind, many in spans for back in range(many)]


def _context(looked: Looked, **more: object) -> dict[str, object]:
    offered = _offered(clock.now())
    return common(looked.asking) | {
        "period": looked.period,
        "periods": offered if looked.period.code in offered else [looked.period.code, *offered],
        "agency": looked.agency,
        "agencies": _agencies(looked.asking.at),
        "query": urlencode(looked.query),
        **more,
    }


@for_readers
def scorecard(request: HttpRequest, by: Actor) -> HttpResponse:
    """Total or range, groups, parts with figure, source, period and status; what is not known says so."""
    looked = _looked(request, by)
    told = definition()
    found = card(looked.asking.at, looked.asking.seen, told, looked.period, looked.agency) if told else None
    return render(request, "ioc/scorecard.html", _context(looked, card=found, told=told))


@for_readers
def steps(request: HttpRequest, by: Actor) -> HttpResponse:
    """Each service, actor or step of a unit in a period. Names of people are for who leads them; seeing is noted."""
    looked, way = _looked(request, by), request.GET.get("by", measures.SERVICE)
    names = may_see_names(by, looked.asking.seen)
    rows = measures.measures(_scope(looked), way, names=names)
    if way == measures.ACTOR and names and rows:
        services.note_actors_seen(unit=looked.asking.seen.unit.ref, period=looked.period.code, by=by)
    labels = {measures.SERVICE: _("Theo dịch vụ"), measures.STEP: _("Theo bước"), measures.ACTOR: _("Theo người xử lý")}
    tabs = [
        {"label": label, "href": f"?{urlencode(looked.query | {'by': code})}", "active": code == way}
        for code, label in labels.items()
    ]
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    context = _context(looked, by=way, page=page, tabs=tabs, names=names, query_by=urlencode(looked.query))
    return render(request, "ioc/scorecard_steps.html", context)


@for_readers
def dossiers(request: HttpRequest, by: Actor) -> HttpResponse:
    """The dossiers that a number counted; opening one asks for the right to see dossiers."""
    looked = _looked(request, by)
    asked = {name: param(request, name, 100) for name in ("what", "procedure", "actor", "step")}
    wanted = behind.Wanted(**asked)
    scope, number = _scope(looked), request.GET.get("page")
    if wanted.is_of_cases:
        cases = Paginator(behind.dossiers(scope, wanted), A_PAGE).get_page(number)
        shown: dict[str, object] = {"page": cases, "lines": [(case, None) for case in cases]}
    else:
        done = Paginator(behind.steps(scope, wanted), A_PAGE).get_page(number)
        shown = {"page": done, "lines": [(step.case, step) for step in done]}
    context = _context(looked, wanted=wanted, what=_said(wanted.what), **shown)
    return render(request, "ioc/scorecard_dossiers.html", context)


def _scope(looked: Looked) -> Scope:
    return scope_of(looked.asking.at, looked.asking.seen, looked.period, clock.now(), looked.agency)


def _said(what: str) -> str:
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

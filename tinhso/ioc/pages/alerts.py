"""Alerts: the list, one alert with what can be done about it, and how one wants to hear of them."""

from collections.abc import Callable
from datetime import date

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_POST

from tinhso.blocks.units.rights import SEE_INDICATORS
from tinhso.ioc.models import Alert
from tinhso.ioc.pages.readers import NothingYet, RequestedView, for_readers, requested_view
from tinhso.ioc.queries.alerting import detail as details
from tinhso.ioc.queries.alerting import listed, people, said, wishes
from tinhso.ioc.queries.alerting.listed import AlertFilter
from tinhso.ioc.queries.alerting.rules import rules
from tinhso.ioc.queries.frame import UnitView, snapshot_frame
from tinhso.ioc.services import alerting
from tinhso.kernel import clock
from tinhso.kernel.actor import NOBODY, Actor
from tinhso.kernel.errors import Refused
from tinhso.ui.tabs import tabs_by

A_PAGE = 30


@for_readers
def alerts_page(request: HttpRequest, by: Actor) -> HttpResponse:
    """Alerts of my units, those that nobody has acknowledged first."""
    asking = _alerts_view(request, by)
    alert_filter = _alert_filter(request, asking)
    page = Paginator(listed.ordered_alerts(by, alert_filter), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "lines": [said.alert_text(asking.at, alert) for alert in page.object_list],
        "tabs": _state_tabs(request, alert_filter, listed.state_counts(by, alert_filter)),
        "wanted": alert_filter,
        "kinds": Alert.Kind.choices,
        "domains": asking.at.catalogue.domains.values(),
        "offered": [node for node in asking.at.places.offered() if by.can(SEE_INDICATORS, at=node)],
        "unit": request.GET.get("unit", ""),
        "now": clock.now(),
    }
    return render(request, "ioc/alerts.html", context)


def _alerts_view(request: HttpRequest, by: Actor) -> RequestedView:
    """The frame and the unit asked for; alerts of late returns come before there are numbers."""
    try:
        return requested_view(request, by)
    except NothingYet:
        at = snapshot_frame(by)
        if at.places.home is None:
            raise
        return RequestedView(at, UnitView(at.places.default_for(by) or at.places.home, ""), "")


def _alert_filter(request: HttpRequest, asking: RequestedView) -> AlertFilter:
    query_params = request.GET
    return AlertFilter(
        state=_one_of(query_params.get("state", ""), listed.STATES, listed.ACTIVE),
        kind=_one_of(query_params.get("kind", ""), Alert.Kind.values, ""),
        domain=_one_of(query_params.get("domain", ""), asking.at.catalogue.domains, ""),
        units=listed.units_of(asking.at, asking.seen) if query_params.get("unit") else None,
        indicator=_one_of(query_params.get("indicator", ""), asking.at.catalogue.indicators, ""),
        severity=_one_of(query_params.get("severity", ""), Alert.Severity.values, ""),
        mine=query_params.get("mine") == "1",
    )


def _one_of(text: str, known: object, otherwise: str) -> str:
    return text if text in known else otherwise  # type: ignore[operator]


def _state_tabs(request: HttpRequest, wanted: AlertFilter, counts: dict[str, int]) -> list[dict[str, object]]:
    labels = {
        listed.ACTIVE: _("Đang có"),
        Alert.State.OPEN: _("Chưa ai nhận"),
        Alert.State.ACKNOWLEDGED: _("Đã nhận"),
        listed.SILENCED: _("Tạm dừng"),
        Alert.State.RESOLVED: _("Đã hết"),
        listed.EVERY: _("Tất cả"),
    }
    return tabs_by("state", labels, wanted.state, counts=counts, query=request.GET)


@for_readers
def alert_page(request: HttpRequest, by: Actor, ref: str) -> HttpResponse:
    """What is the matter, how it was found, what can be done, and what has happened."""
    alert, at = listed.by_ref(ref, by=by), snapshot_frame(by)
    page = details.alert_detail(at, alert, by, rules())
    context = {
        "at": at,
        "page": page,
        "one": alert,
        "colleagues": people.colleagues(alert) if page.may_handle else [],
        "history": said.history_of(alert),
        "domain": at.catalogue.domains.get(alert.domain),
        "today": clock.today(),
    }
    return render(request, "ioc/alert.html", context)


@require_POST
@login_required
def apply_alert_act(request: HttpRequest, ref: str) -> HttpResponse:
    """Acknowledge, assign, silence, speak again or comment, and say what was done or why not."""
    act = ACTS.get(request.POST.get("act", ""))
    by: Actor = getattr(request, "actor", NOBODY)
    if act is None:
        messages.error(request, _("Không rõ phải làm gì với cảnh báo này."))
        return redirect("ioc:alert", ref=ref)
    run, done = act
    try:
        run(request, ref, by)
        messages.success(request, str(done))
    except Refused as refusal:
        if refusal.code == "unknown_alert":
            return render(request, "error.html", {"status": 404, "message": refusal.message}, status=404)
        messages.error(request, refusal.message)
    return redirect("ioc:alert", ref=ref)


def _acknowledge_alert(request: HttpRequest, ref: str, by: Actor) -> object:
    return alerting.acknowledge(ref=ref, by=by, now=clock.now(), words=request.POST.get("words", ""))


def _assign_alert(request: HttpRequest, ref: str, by: Actor) -> object:
    to = request.POST.get("to", "")
    return alerting.assign(ref=ref, to=to, by=by, now=clock.now(), words=request.POST.get("words", ""))


def _silence_alert(request: HttpRequest, ref: str, by: Actor) -> object:
    try:
        until = date.fromisoformat(request.POST.get("until", ""))
    except ValueError as error:
        raise Refused("bad_day", _("Hãy chọn ngày hết tạm dừng.")) from error
    why, covers_indicator = request.POST.get("why", ""), request.POST.get("whole") == "1"
    return alerting.silence(ref=ref, until=until, why=why, whole=covers_indicator, by=by, now=clock.now())


def _end_silence(request: HttpRequest, ref: str, by: Actor) -> object:
    return alerting.end_silence(ref=ref, by=by, now=clock.now())


def _comment_alert(request: HttpRequest, ref: str, by: Actor) -> object:
    return alerting.comment(ref=ref, words=request.POST.get("words", ""), by=by, now=clock.now())


ACTS: dict[str, tuple[Callable[[HttpRequest, str, Actor], object], object]] = {
    "acknowledge": (_acknowledge_alert, _lazy("Đã nhận xử lý cảnh báo.")),
    "assign": (_assign_alert, _lazy("Đã giao người phụ trách.")),
    "silence": (_silence_alert, _lazy("Đã tạm dừng thông báo.")),
    "speak": (_end_silence, _lazy("Đã cho thông báo trở lại.")),
    "comment": (_comment_alert, _lazy("Đã ghi chú.")),
}


@for_readers
def my_wishes(request: HttpRequest, by: Actor) -> HttpResponse:
    """How I hear of each kind of alert."""
    return render(request, "ioc/alert_wishes.html", {"wishes": wishes.wishes_of(by)})


@require_POST
@login_required
def save_wishes(request: HttpRequest) -> HttpResponse:
    """Hear of alerts in other ways from now on."""
    by: Actor = getattr(request, "actor", NOBODY)
    by.must_be_able_to(SEE_INDICATORS)
    for kind in Alert.Kind.values:
        ways = {way: f"{kind}-{way}" in request.POST for way in ("in_app", "mail", "push", "digest")}
        alerting.set_wish(kind=kind, by=by, **ways)
    messages.success(request, _("Đã lưu cách nhận cảnh báo."))
    return redirect("ioc:alert_wishes")

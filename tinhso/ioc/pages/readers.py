"""Who asks, for which unit, on which basis, and how a name that nobody knows is answered."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tinhso.blocks.units.rights import SEE_INDICATORS
from tinhso.ioc.queries import frame as frames
from tinhso.ioc.queries.alerting.listed import open_alerts
from tinhso.ioc.queries.alerting.said import alert_text
from tinhso.ioc.queries.frame import SnapshotFrame, UnitView
from tinhso.ioc.queries.places import PUBLISHED
from tinhso.ioc.queries.shown import basis_words
from tinhso.kernel import clock
from tinhso.kernel.actor import NOBODY, Actor
from tinhso.kernel.errors import Refused

STRIP = 2
P = ParamSpec("P")
Page = Callable[Concatenate[HttpRequest, Actor, P], HttpResponse]


class NothingYet(Exception):
    """There is no snapshot, or there are no units; carries whether there are units."""


@dataclass(frozen=True)
class RequestedView:
    """A frame, what is looked at in it, and the query string that keeps it on the way to the next page."""

    at: SnapshotFrame
    seen: UnitView
    link: str

    @property
    def key(self) -> tuple[str, str, str]:
        """All of it that a drawing depends on."""
        return self.seen.unit.ref, self.seen.basis, self.link


def for_readers(page: "Page[P]") -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """A page for those who may see indicators; an unknown name in its address is a page not found."""

    @require_safe
    @login_required
    @wraps(page)
    def page_for_reader(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        by: Actor = getattr(request, "actor", NOBODY)
        by.must_be_able_to(SEE_INDICATORS)
        try:
            return page(request, by, *args, **kwargs)
        except NothingYet as nothing:
            return render(request, "ioc/nothing_yet.html", {"has_units": nothing.args[0]})
        except Refused as refusal:
            if not refusal.code.startswith(("unknown_", "bad_")):
                raise
            return render(request, "error.html", {"status": 404, "message": refusal.message}, status=404)

    return page_for_reader


def requested_view(request: HttpRequest, by: Actor) -> RequestedView:
    """What the address asks for: its unit and basis, else the reader's own; refuses a unit nobody knows."""
    at = frame_known_at(request, by)
    unit = request.GET.get("unit", "")
    if unit and unit not in at.places.by_ref:
        raise Refused("unknown_unit", _("Không có đơn vị nào có mã “%(ref)s”."), ref=unit)
    unit_view = frames.view_of(at, by, unit=unit, basis=request.GET.get("basis", ""))
    if unit_view is None or not at.number:
        raise NothingYet(unit_view is not None)
    own = at.places.default_for(by)
    query = {} if own is not None and own.pk == unit_view.unit.pk else {"unit": unit_view.unit.ref}
    if unit_view.basis != PUBLISHED:
        query["basis"] = unit_view.basis
    return RequestedView(at, unit_view, link_to(at, **query))


def frame_known_at(request: HttpRequest, by: Actor) -> SnapshotFrame:
    """The centre as it is known now, or as it was known at the moment ``known_at`` of the address."""
    return frames.snapshot_frame(by, known_at=_moment_of(request.GET.get("known_at", "")))


def link_to(at: SnapshotFrame, **query: str) -> str:
    """A query string that keeps the moment whose knowledge is shown."""
    if at.known_at is not None:
        query["known_at"] = moment_text(at.known_at)
    return f"?{urlencode(query)}" if query else ""


def moment_text(moment: datetime) -> str:
    """A moment as addresses write it: on a Vietnamese clock."""
    return clock.local(moment).replace(tzinfo=None).isoformat(timespec="seconds")


def _moment_of(text: str) -> datetime | None:
    """The moment of an address: ``2026-11-24`` (the end of that day), ``2026-11-24T07:30`` or with seconds."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise Refused("bad_moment", _("Thời điểm “%(text)s” không đúng dạng năm-tháng-ngày."), text=text) from error
    if len(text) == len("2026-11-24"):
        moment = datetime.combine(moment, time.max)
    return moment if moment.tzinfo else moment.replace(tzinfo=clock.VIETNAM)


def strip_of(asking: RequestedView, by: Actor, indicator: str = "") -> dict[str, object]:
    """The open alerts of what a page shows, for ``page.html``; none on a page of the past."""
    if asking.at.known_at is not None:
        return {}
    strip = open_alerts(by, asking.at, asking.seen, limit=STRIP, indicator=indicator)
    query = {"unit": asking.seen.unit.ref} | ({"indicator": indicator} if indicator else {})
    lines = [alert_text(asking.at, alert) for alert in strip.first]
    return {"strip": strip, "strip_lines": lines, "strip_link": f"?{urlencode(query)}"}


def basis_tabs(at: SnapshotFrame, unit_view: UnitView, **keep: str) -> list[dict[str, object]]:
    """The bases of this page's unit as tabs; none where there is but one. ``keep``: other parts of the address."""
    offered = at.places.bases(unit_view.unit.ref)
    words = basis_words()
    values = {name: value for name, value in keep.items() if value}
    return [
        {
            "label": words[basis],
            "href": link_to(at, unit=unit_view.unit.ref, basis=basis, **values),
            "active": basis == unit_view.basis,
        }
        for basis in offered
        if len(offered) > 1
    ]


def page_context(asking: RequestedView, **keep: str) -> dict[str, object]:
    """What most pages need: the unit, its basis in words and as tabs, and the way to the former province."""
    at, unit_view = asking.at, asking.seen
    old = at.places.old
    return {
        "at": at,
        "known_at": at.known_at,
        "unit": unit_view.unit,
        "basis": unit_view.basis,
        "basis_name": basis_words()[unit_view.basis],
        "bases": basis_tabs(at, unit_view, **keep),
        "link": asking.link,
        "more": f"{asking.link}&" if asking.link else "?",
        "offered": at.places.offered(),
        "former": old if old is not None and old.pk != unit_view.unit.pk else None,
    }

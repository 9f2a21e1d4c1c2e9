"""The phone: home of my indicators, one indicator on a narrow screen, following, and the page without a network."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe

from tinhso.blocks.signature_requests import queries as requests
from tinhso.blocks.signatures.rights import SIGN_DOCUMENTS
from tinhso.blocks.units.rights import SEE_INDICATORS
from tinhso.ioc import services
from tinhso.ioc.pages.phone_asking import asked_of, page_address
from tinhso.ioc.pages.readers import RequestedView, for_readers, page_context, requested_view
from tinhso.ioc.queries import favourites, phone
from tinhso.ioc.queries.frame import UnitView, snapshot_frame
from tinhso.kernel import clock
from tinhso.kernel.actor import NOBODY, Actor
from tinhso.kernel.errors import Refused
from tinhso.ui.navigation import page_of

P = ParamSpec("P")


def _reader_form(page: Callable[Concatenate[HttpRequest, Actor, P], HttpResponse]) -> Callable[..., HttpResponse]:
    """A form of those who may see indicators."""

    @require_POST
    @login_required
    @wraps(page)
    def sent(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        by: Actor = getattr(request, "actor", NOBODY)
        by.must_be_able_to(SEE_INDICATORS)
        return page(request, by, *args, **kwargs)

    return sent


@for_readers
def phone_page(request: HttpRequest, by: Actor) -> HttpResponse:
    """What I follow, else the headlines of my unit; what is late there; a way to search and to another unit."""
    asking = requested_view(request, by)
    mine = favourites.favourites(by)
    elsewhere = bool(request.GET.get("unit"))
    page = phone.phone_home(asking.at, asking.seen, mine, by=by, now=clock.now(), elsewhere=elsewhere)
    context = page_context(asking) | {
        "page": page,
        "tiles": [(tile, page_address(tile.asked, "ioc:phone_indicator")) for tile in page.tiles],
        "elsewhere": elsewhere,
        "to_sign": requests.requests_to_sign(by).count() if by.can(SIGN_DOCUMENTS) else 0,
        "late_url": page_of("late returns"),
    }
    return render(request, "ioc/phone.html", context | {"thumb": "home"})


@for_readers
def phone_indicator_page(request: HttpRequest, by: Actor, code: str) -> HttpResponse:
    """One indicator on a narrow screen: follow it, share it, its last readings, and the way to its full page."""
    asking = requested_view(request, by)
    page = phone.phone_indicator(asking.at, asked_of(request, asking, code))
    restricted = phone.is_restricted(page.asked)
    context = page_context(asking) | {
        "page": page,
        "one": page.shown,
        "indicator": page.asked.indicator,
        "asked": page.asked,
        "favourite": favourites.favourite_for(by, page.asked),
        "full": page_address(page.asked),
        "card": "" if restricted or page.shown.value is None else page_address(page.asked, "ioc:card", "png"),
        "shared": settings.PUBLIC_URL.rstrip("/") + page_address(page.asked),
        "restricted": restricted,
    }
    answer = render(request, "ioc/phone_indicator.html", context)
    if restricted:
        answer["Cache-Control"] = "private, no-store"
    return answer


@for_readers
def arrange_page(request: HttpRequest, by: Actor) -> HttpResponse:
    """What I follow as a list to put in order and to prune."""
    at = snapshot_frame(by)
    mine = favourites.favourites(by)
    lines = [(favourite, phone.asked_of(at, favourite)) for favourite in mine]
    return render(request, "ioc/phone_arrange.html", {"lines": lines})


@_reader_form
def follow_indicator(request: HttpRequest, by: Actor, code: str) -> HttpResponse:
    """Follow an indicator of a unit from now on."""
    indicator_query = asked_of(request, _phone_view(request, by), code)
    services.follow_indicator(asked=indicator_query, by=by, now=clock.now())
    messages.success(request, _("Đã thêm vào trang của tôi trên điện thoại."))
    return redirect(page_address(indicator_query, "ioc:phone_indicator"))


def _phone_view(request: HttpRequest, by: Actor) -> RequestedView:
    at = snapshot_frame(by)
    unit, basis = request.POST.get("unit", ""), request.POST.get("basis", "")
    node = at.places.by_ref.get(unit)
    if node is None or basis not in at.places.bases(unit):
        raise Refused("unknown_unit", _("Không có đơn vị nào có mã “%(ref)s”."), ref=unit)
    return RequestedView(at, UnitView(node, basis), "")


@_reader_form
def unfollow_indicator(request: HttpRequest, by: Actor, pk: int) -> HttpResponse:
    """Follow an indicator no more."""
    services.unfollow_indicator(pk=pk, by=by)
    messages.success(request, _("Đã bỏ khỏi trang của tôi."))
    return redirect("ioc:phone_arrange" if request.POST.get("back") == "arrange" else "ioc:phone")


@_reader_form
def move_favourite(request: HttpRequest, by: Actor, pk: int) -> HttpResponse:
    """Put an indicator one place up or down."""
    services.move_favourite(pk=pk, by=by, up=request.POST.get("to") == "up")
    return redirect("ioc:phone_arrange")


@require_safe
@cache_control(public=True, max_age=300)
def offline_page(request: HttpRequest) -> HttpResponse:
    """What the installed app shows for a page that needs a network; the app fills in what can be read without."""
    return render(request, "ioc/phone_offline.html")

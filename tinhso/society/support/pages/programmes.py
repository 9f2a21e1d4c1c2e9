"""Programmes at the desk: how they stand, and writing them."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tinhso.blocks.units import queries as units
from tinhso.kernel import clock
from tinhso.kernel.errors import Refused
from tinhso.society.support import services
from tinhso.society.support.pages.desk import worker
from tinhso.society.support.pages.forming import Ruling, Writing
from tinhso.society.support.queries import eligibility, given_map, lookup, standing
from tinhso.society.support.rights import MANAGE_SUPPORT, TAKE_SUPPORT
from tinhso.ui.actors import perform
from tinhso.ui.request_params import posted

TONES = {"open": "good", "paused": "warn", "draft": "", "closed": ""}


@require_safe
@login_required
def listed(request: HttpRequest) -> HttpResponse:
    """All programmes with what is left of each."""
    by = worker(request)
    lines = [(one, TONES[one.programme.state]) for one in standing.wholes(list(lookup.programmes()))]
    context = {"lines": lines, "may_manage": by.can(MANAGE_SUPPORT), "may_take": by.can(TAKE_SUPPORT)}
    return render(request, "support/programmes.html", context)


@require_safe
@login_required
def one(request: HttpRequest, code: str) -> HttpResponse:
    """One programme: given, left, where, month by month; its rules; its quotas."""
    by, programme = worker(request), lookup.programme(code)
    versions, today = list(programme.rules.order_by("-valid_from")), clock.today()
    version = next((one for one in versions if one.valid_from <= today), None)
    may = by.can(MANAGE_SUPPORT, at=programme.unit)
    show = given_map.SHARE if request.GET.get("show") == given_map.SHARE else given_map.GIVEN
    shown = standing.programme_page(programme, by, today, show)
    context = {
        "map": shown.map,
        "programme": programme,
        "tone": TONES[programme.state],
        "whole": shown.whole,
        "places": shown.places,
        "months": shown.months,
        "version": version,
        "rules": eligibility.in_words(version.rules) if version is not None else [],
        "versions": versions,
        "may_manage": may,
        "may_take": by.can(TAKE_SUPPORT),
        "turns": sorted(services.programmes.MOVES[programme.state]) if may else [],
        "units": shown.units if may else [],
    }
    return render(request, "support/standing.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new(request: HttpRequest) -> HttpResponse:
    """Begin a programme of the unit where I lead programmes."""
    by = worker(request)
    by.must_be_able_to(MANAGE_SUPPORT)
    form = Writing(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            unit = lookup.home_of(by, clock.today())
            one = services.create(code=form.cleaned_data["code"], unit=unit, values=form.cleaned_data, by=by)
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            return redirect("support:standing", one.code)
    context = {"form": form, "submit": _("Tạo chương trình"), "cancel_url": reverse("support:programmes")}
    return render(request, "support/write.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def edit(request: HttpRequest, code: str) -> HttpResponse:
    """Change a programme."""
    by, programme = worker(request), lookup.programme(code)
    by.must_be_able_to(MANAGE_SUPPORT, at=programme.unit)
    form = Writing(request.POST if request.method == "POST" else None, instance=lookup.programme(code))
    if request.method == "POST" and form.is_valid():
        try:
            services.change(code=code, values=form.cleaned_data, by=by)
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            return redirect("support:standing", code)
    context = {"form": form, "cancel_url": reverse("support:standing", args=[code]), "programme": programme}
    return render(request, "support/write.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def rules(request: HttpRequest, code: str) -> HttpResponse:
    """New rules from a day on."""
    by, programme = worker(request), lookup.programme(code)
    by.must_be_able_to(MANAGE_SUPPORT, at=programme.unit)
    initial = {"valid_from": clock.today()}
    form = Ruling(request.POST if request.method == "POST" else None, initial=initial, label_suffix="")
    if request.method == "POST" and form.is_valid():
        told = {"valid_from": form.cleaned_data["valid_from"], "why": form.cleaned_data["why"]}
        try:
            services.set_rules(code=code, rules=form.rules(), by=by, now=clock.now(), **told)
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            return redirect("support:standing", code)
    context = {
        "form": form,
        "submit": _("Áp dụng"),
        "cancel_url": reverse("support:standing", args=[code]),
        "programme": programme,
        "intro": _("Bộ điều kiện mới thay cả bộ cũ từ ngày này; hồ sơ đã nộp vẫn theo bộ của ngày nộp."),
    }
    return render(request, "support/rules.html", context)


@require_POST
@login_required
def act(request: HttpRequest, code: str) -> HttpResponse:
    """Open, pause or close it; give a unit its quota; make a batch."""
    by, now = worker(request), clock.now()
    wanted = request.POST.get("act", "")
    if wanted == "quota":
        perform(request, lambda: _quota(request, code), _("Đã giao hạn mức."))
    elif wanted == "batch":
        perform(request, lambda: services.make(code=code, by=by, now=now), _("Đã lập đợt thanh toán."))
        return redirect("support:batches")
    else:
        perform(request, lambda: services.turn(code=code, to=wanted, by=by), _("Đã ghi."))
    return redirect("support:standing", code)


def _quota(request: HttpRequest, code: str) -> object:
    numbers = [posted(request, name, 20).replace(".", "").replace(" ", "") for name in ("pieces", "money")]
    if not all(one.isascii() and one.isdigit() and len(one) < 16 for one in numbers) or len(numbers[0]) > 9:
        raise Refused("bad_number", _("Số suất và kinh phí phải là số nguyên."))
    unit = units.by_ref(posted(request, "unit", 40))
    pieces, money = map(int, numbers)
    return services.set_quota(code=code, unit=unit, pieces=pieces, money=money, by=worker(request))

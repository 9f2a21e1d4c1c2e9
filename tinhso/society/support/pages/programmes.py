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
from tinhso.society.support.pages.desk import support_worker
from tinhso.society.support.pages.forming import ProgrammeForm, Ruling
from tinhso.society.support.queries import eligibility, given_map, lookup, standing
from tinhso.society.support.rights import MANAGE_SUPPORT, TAKE_SUPPORT
from tinhso.ui.actors import perform_with_message
from tinhso.ui.request_params import posted_field

TONES = {"open": "good", "paused": "warn", "draft": "", "closed": ""}


@require_safe
@login_required
def programmes_page(request: HttpRequest) -> HttpResponse:
    """All programmes with what is left of each."""
    by = support_worker(request)
    lines = [
        (programme_totals, TONES[programme_totals.programme.state])
        for programme_totals in standing.programme_totals(list(lookup.programmes()))
    ]
    context = {"lines": lines, "may_manage": by.can(MANAGE_SUPPORT), "may_take": by.can(TAKE_SUPPORT)}
    return render(request, "support/programmes.html", context)


@require_safe
@login_required
def standing_page(request: HttpRequest, code: str) -> HttpResponse:
    """One programme: given, left, where, month by month; its rules; its quotas."""
    by, programme = support_worker(request), lookup.programme(code)
    versions, today = list(programme.rules.order_by("-valid_from")), clock.today()
    version = next((rules for rules in versions if rules.valid_from <= today), None)
    may = by.can(MANAGE_SUPPORT, at=programme.unit)
    show = given_map.SHARE if request.GET.get("show") == given_map.SHARE else given_map.GIVEN
    programme_page = standing.programme_page(programme, by, today, show)
    context = {
        "map": programme_page.map,
        "programme": programme,
        "tone": TONES[programme.state],
        "whole": programme_page.whole,
        "places": programme_page.places,
        "months": programme_page.months,
        "version": version,
        "rules": eligibility.in_words(version.rules) if version is not None else [],
        "versions": versions,
        "may_manage": may,
        "may_take": by.can(TAKE_SUPPORT),
        "turns": sorted(services.programmes.MOVES[programme.state]) if may else [],
        "units": programme_page.units if may else [],
    }
    return render(request, "support/standing.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new_programme_page(request: HttpRequest) -> HttpResponse:
    """Begin a programme of the unit where I lead programmes."""
    by = support_worker(request)
    by.must_be_able_to(MANAGE_SUPPORT)
    form = ProgrammeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            unit = lookup.home_of(by, clock.today())
            programme = services.create_programme(
                code=form.cleaned_data["code"], unit=unit, values=form.cleaned_data, by=by
            )
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            return redirect("support:standing", programme.code)
    context = {"form": form, "submit": _("Tạo chương trình"), "cancel_url": reverse("support:programmes")}
    return render(request, "support/write.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def edit_programme_page(request: HttpRequest, code: str) -> HttpResponse:
    """Change a programme."""
    by, programme = support_worker(request), lookup.programme(code)
    by.must_be_able_to(MANAGE_SUPPORT, at=programme.unit)
    form = ProgrammeForm(request.POST if request.method == "POST" else None, instance=lookup.programme(code))
    if request.method == "POST" and form.is_valid():
        try:
            services.change_programme(code=code, values=form.cleaned_data, by=by)
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            return redirect("support:standing", code)
    context = {"form": form, "cancel_url": reverse("support:standing", args=[code]), "programme": programme}
    return render(request, "support/write.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def programme_rules_page(request: HttpRequest, code: str) -> HttpResponse:
    """New rules from a day on."""
    by, programme = support_worker(request), lookup.programme(code)
    by.must_be_able_to(MANAGE_SUPPORT, at=programme.unit)
    initial = {"valid_from": clock.today()}
    form = Ruling(request.POST if request.method == "POST" else None, initial=initial, label_suffix="")
    if request.method == "POST" and form.is_valid():
        values = {"valid_from": form.cleaned_data["valid_from"], "why": form.cleaned_data["why"]}
        try:
            services.set_rules(code=code, rules=form.rules(), by=by, now=clock.now(), **values)
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
def act_on_programme(request: HttpRequest, code: str) -> HttpResponse:
    """Open, pause or close it; give a unit its quota; make a batch."""
    by, now = support_worker(request), clock.now()
    action = request.POST.get("act", "")
    if action == "quota":
        perform_with_message(request, lambda: _set_quota(request, code), _("Đã giao hạn mức."))
    elif action == "batch":
        perform_with_message(
            request, lambda: services.make_batch(code=code, by=by, now=now), _("Đã lập đợt thanh toán.")
        )
        return redirect("support:batches")
    else:
        perform_with_message(
            request, lambda: services.change_programme_state(code=code, to=action, by=by), _("Đã ghi.")
        )
    return redirect("support:standing", code)


def _set_quota(request: HttpRequest, code: str) -> object:
    numbers = [posted_field(request, name, 20).replace(".", "").replace(" ", "") for name in ("pieces", "money")]
    if not all(number.isascii() and number.isdigit() and len(number) < 16 for number in numbers) or len(numbers[0]) > 9:
        raise Refused("bad_number", _("Số suất và kinh phí phải là số nguyên."))
    unit = units.by_ref(posted_field(request, "unit", 40))
    pieces, money = map(int, numbers)
    return services.set_quota(code=code, unit=unit, pieces=pieces, money=money, by=support_worker(request))

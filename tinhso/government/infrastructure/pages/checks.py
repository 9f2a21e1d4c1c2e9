"""Live checks: what runs, since when, and how much of each month."""

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tinhso.government.infrastructure import services
from tinhso.government.infrastructure.models import Check
from tinhso.government.infrastructure.pages.home import infrastructure_actor
from tinhso.government.infrastructure.pages.outages import _may_manage_unit
from tinhso.government.infrastructure.queries import lookup, watching
from tinhso.government.infrastructure.rights import MANAGE_INFRASTRUCTURE
from tinhso.kernel import clock
from tinhso.kernel.errors import Refused
from tinhso.ui.actors import perform_with_message
from tinhso.ui.request_params import query_param

TONES = {"up": "good", "down": "bad", "unknown": ""}
ANSWERS, SPANS = 50, 50


class Declaring(forms.Form):
    """What to ask."""

    thing = forms.ChoiceField(label=gettext_lazy("Kiểm tra thứ gì"))
    kind = forms.ChoiceField(label=gettext_lazy("Cách kiểm tra"), choices=Check.Kind.choices)
    host = forms.CharField(label=gettext_lazy("Tên máy hoặc địa chỉ IP"), max_length=253)
    port = forms.IntegerField(label=gettext_lazy("Cổng"), initial=443, min_value=1, max_value=65535)
    path = forms.CharField(label=gettext_lazy("Đường dẫn (HTTP)"), initial="/", max_length=300, required=False)
    secure = forms.BooleanField(label=gettext_lazy("Dùng HTTPS"), initial=True, required=False)
    answers = forms.CharField(
        label=gettext_lazy("Trả lời mong đợi"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("HTTP: mã trạng thái. DNS: các địa chỉ IP, cách nhau bằng dấu cách."),
    )
    days_left = forms.IntegerField(
        label=gettext_lazy("Báo trước khi chứng thư hết hạn (ngày)"), initial=30, min_value=0, max_value=400
    )
    every_minutes = forms.IntegerField(
        label=gettext_lazy("Kiểm tra mỗi (phút)"), initial=5, min_value=1, max_value=1440
    )


@require_safe
@login_required
def checks_page(request: HttpRequest) -> HttpResponse:
    """All of them, down first."""
    by = infrastructure_actor(request)
    asset_ref = query_param(request, "thing", 40)
    page = Paginator(watching.visible_checks(by, thing=asset_ref), 100).get_page(request.GET.get("page"))
    lines = [(check, TONES[check.state]) for check in page]
    return render(
        request,
        "infrastructure/checks.html",
        {
            "page": page,
            "lines": lines,
            "thing": asset_ref,
            "may_manage": by.can(MANAGE_INFRASTRUCTURE),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new_check_page(request: HttpRequest) -> HttpResponse:
    """Declare one."""
    by = infrastructure_actor(request)
    by.must_be_able_to(MANAGE_INFRASTRUCTURE)
    form = Declaring(request.POST or None, initial={"thing": request.GET.get("thing", "")})
    form.label_suffix = ""
    choices = [
        (infrastructure_thing.ref, infrastructure_thing.name)
        for infrastructure_thing in lookup.assets_by_ref().values()
        if _may_manage_unit(by, infrastructure_thing.unit)
    ]
    form.fields["thing"].choices = sorted(choices, key=lambda one: one[1])  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        try:
            check = services.declare_check(**form.cleaned_data, by=by, now=clock.now())
        except Refused as fault:
            form.add_error(None, fault.message)
        else:
            return redirect("infrastructure:check", check.ref)
    intro = _("Chỉ hỏi những máy trong các mạng mà quản trị hệ thống cho phép.")
    context = {
        "form": form,
        "submit": _("Bắt đầu kiểm tra"),
        "cancel_url": reverse("infrastructure:checks"),
        "intro": intro,
    }
    return render(request, "infrastructure/new_check.html", context)


@require_safe
@login_required
def check_page(request: HttpRequest, ref: str) -> HttpResponse:
    """One check: how it stands, its months, what it found lately."""
    by = infrastructure_actor(request)
    check = watching.visible_check(ref, by)
    context = {
        "one": check,
        "tone": TONES[check.state],
        "months": watching.monthly_availability(check),
        "spans": check.spans.order_by("-since", "-pk")[:SPANS],
        "results": check.results.order_by("-at", "-pk")[:ANSWERS],
        "may_manage": check.active and by.can(MANAGE_INFRASTRUCTURE, at=check.unit),
    }
    return render(request, "infrastructure/check.html", context)


@require_POST
@login_required
def drop_check(request: HttpRequest, ref: str) -> HttpResponse:
    """Ask no more."""
    by = infrastructure_actor(request)
    perform_with_message(
        request,
        lambda: services.drop_check(ref=ref, by=by, now=clock.now()),
        _("Đã thôi kiểm tra; kết quả cũ vẫn còn."),
    )
    return redirect("infrastructure:checks")

"""Planned outages: announced, looked at, closed; and what everybody may know of them."""

from datetime import datetime

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
from tinhso.government.infrastructure.models import Outage
from tinhso.government.infrastructure.pages.home import infrastructure_actor
from tinhso.government.infrastructure.queries import lookup, watching
from tinhso.government.infrastructure.queries.rules import rules
from tinhso.government.infrastructure.rights import MANAGE_INFRASTRUCTURE
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.ui.actors import perform_with_message
from tinhso.ui.inputs import MomentInput
from tinhso.ui.request_params import posted_field

TONES = {"announced": "warn", "cancelled": "", "ended": "good"}


class Announcing(forms.Form):
    """What is said ahead."""

    title = forms.CharField(label=gettext_lazy("Tên"), max_length=200)
    things = forms.MultipleChoiceField(
        label=gettext_lazy("Ngừng những gì"), help_text=gettext_lazy("Những gì phụ thuộc vào chúng được tự thêm.")
    )
    starts_at = forms.DateTimeField(label=gettext_lazy("Ngừng từ"), widget=MomentInput())
    ends_at = forms.DateTimeField(label=gettext_lazy("Dự kiến khôi phục"), widget=MomentInput())
    why = forms.CharField(label=gettext_lazy("Lý do ngừng"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
    fallback = forms.CharField(
        label=gettext_lazy("Trong lúc ngừng, người dân và cán bộ làm thế nào"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    urgent_why = forms.CharField(
        label=gettext_lazy("Nếu gấp: vì sao không thể báo trước đủ ngày"), max_length=500, required=False
    )


@require_safe
@login_required
def outages_page(request: HttpRequest) -> HttpResponse:
    """All of them, the latest first."""
    by = infrastructure_actor(request)
    page = Paginator(watching.visible_outages(by), 50).get_page(request.GET.get("page"))
    lines = [(outage, TONES[outage.state]) for outage in page]
    context = {"page": page, "lines": lines, "may_manage": by.can(MANAGE_INFRASTRUCTURE), "rules": rules().outages}
    return render(request, "infrastructure/outages.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new_outage_page(request: HttpRequest) -> HttpResponse:
    """Announce one."""
    by = infrastructure_actor(request)
    by.must_be_able_to(MANAGE_INFRASTRUCTURE)
    form = Announcing(request.POST or None, initial={"things": request.GET.getlist("thing")})
    form.label_suffix = ""
    choices = [
        (infrastructure_thing.ref, infrastructure_thing.name)
        for infrastructure_thing in lookup.assets_by_ref().values()
        if _may_manage_unit(by, infrastructure_thing.unit)
    ]
    form.fields["things"].choices = sorted(choices, key=lambda one: one[1])  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        try:
            outage = services.announce_outage(**form.cleaned_data, by=by, now=clock.now())
        except Refused as fault:
            form.add_error(None, fault.message)
        else:
            return redirect("infrastructure:outage", outage.ref)
    outages = rules().outages
    intro = _("Báo trước ít nhất %(days)s ngày làm việc.") % {"days": outages.notice_days}
    context = {
        "form": form,
        "submit": _("Thông báo"),
        "cancel_url": reverse("infrastructure:outages"),
        "intro": f"{intro} {outages.basis}".strip(),
    }
    return render(request, "infrastructure/new_outage.html", context)


def _may_manage_unit(by: Actor, unit: int) -> bool:
    return MANAGE_INFRASTRUCTURE in by.everywhere or unit in by.places(MANAGE_INFRASTRUCTURE)


@require_safe
@login_required
def outage_page(request: HttpRequest, ref: str) -> HttpResponse:
    """One outage with everything that stops."""
    by = infrastructure_actor(request)
    outage = watching.outage_by_ref(ref)
    now = clock.now()
    context = {
        "one": outage,
        "tone": TONES[outage.state],
        "touched": outage.touched.order_by("-directly", "name"),
        "may_close": outage.state == Outage.State.ANNOUNCED and by.can(MANAGE_INFRASTRUCTURE, at=outage.unit),
        "has_begun": now >= outage.starts_at,
        "is_late": outage.state == Outage.State.ANNOUNCED and now > outage.ends_at,
    }
    return render(request, "infrastructure/outage.html", context)


@require_POST
@login_required
def end_outage(request: HttpRequest, ref: str) -> HttpResponse:
    """Cancel it, or say that everything runs again."""
    by = infrastructure_actor(request)
    why, now = posted_field(request, "why", 500), clock.now()
    if request.POST.get("act") == "cancel":
        perform_with_message(
            request, lambda: services.cancel_outage(ref=ref, why=why, by=by, now=now), _("Đã hủy lần ngừng.")
        )
    else:
        perform_with_message(
            request, lambda: services.finish_outage(ref=ref, why=why, by=by, now=now), _("Đã ghi khôi phục.")
        )
    return redirect("infrastructure:outage", ref)


@require_safe
def public_outages_page(request: HttpRequest) -> HttpResponse:
    """What will stop of services for the public, for everybody."""
    now: datetime = clock.now()
    return render(request, "infrastructure/public.html", {"lines": watching.announced_to_all(now)})

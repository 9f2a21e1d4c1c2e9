"""Changing the number that a goal must reach: writing the decision down, approving it."""

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from tinhso.blocks.indicators import queries as indicators
from tinhso.government.programme import services
from tinhso.government.programme.pages.assigning import programme_actor
from tinhso.government.programme.queries import goals
from tinhso.government.programme.rights import MANAGE_PROGRAMME
from tinhso.kernel import clock
from tinhso.kernel.errors import Refused
from tinhso.ui.actors import actor_of, perform_with_message
from tinhso.ui.inputs import DayInput, MonthInput
from tinhso.ui.request_params import posted_field


def _decimal_of(text: str) -> Decimal | None:
    """A number as people write it: with a comma or a point for the decimals."""
    field = forms.DecimalField(required=False, max_digits=24, decimal_places=6)
    number: Decimal | None = field.clean(text.strip().replace(",", "."))
    return number


class TargetForm(forms.Form):
    """Another number, by which decision, since when, and why."""

    floor = forms.CharField(label=gettext_lazy("Không dưới"), max_length=30, required=False)
    ceiling = forms.CharField(label=gettext_lazy("Không quá"), max_length=30, required=False)
    since = forms.CharField(
        label=gettext_lazy("Áp dụng từ tháng"),
        max_length=7,
        widget=MonthInput,
        help_text=gettext_lazy("Tháng này hoặc tháng sau: tháng đã qua giữ con số đã dùng để đánh giá."),
    )
    decision = forms.CharField(label=gettext_lazy("Số quyết định"), max_length=60)
    decided_on = forms.DateField(label=gettext_lazy("Ngày quyết định"), widget=DayInput())
    why = forms.CharField(
        label=gettext_lazy("Lý do đổi"), max_length=500, min_length=5, widget=forms.Textarea(attrs={"rows": 2})
    )

    def clean_floor(self) -> Decimal | None:
        """The lower bound."""
        return _decimal_of(self.cleaned_data["floor"])

    def clean_ceiling(self) -> Decimal | None:
        """The upper bound."""
        return _decimal_of(self.cleaned_data["ceiling"])


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def amend_target_page(request: HttpRequest, ref: str) -> HttpResponse:
    """Write a decision on the number down."""
    by, now, today = programme_actor(request), clock.now(), clock.today()
    goal = goals.goal_versions(ref)[0]
    by.must_be_able_to(MANAGE_PROGRAMME, at=goal.plan.unit)
    standing = goals.goal_standing(goal, goals.frame_known_at(indicators.audience_of(by), today))
    form = TargetForm(request.POST or None, initial=_initial_values(standing, f"{today:%Y-%m}"))
    form.label_suffix = ""
    if request.method == "POST" and form.is_valid():
        try:
            services.amend_target(ref=goal.ref, **form.cleaned_data, by=by, now=now)
        except Refused as fault:
            form.add_error(None, fault.message)
        else:
            return redirect(f"{reverse('programme:goal', args=[goal.ref])}#targets")
    context = {
        "form": form,
        "submit": _("Gửi duyệt"),
        "cancel_url": reverse("programme:goal", args=[goal.ref]),
        "one": goal,
        "standing": standing,
    }
    return render(request, "programme/target_form.html", context)


def _initial_values(standing: goals.GoalStanding, month: str) -> dict[str, Any]:
    indicator_target = standing.target
    bounds = {"floor": indicator_target.floor, "ceiling": indicator_target.ceiling} if indicator_target else {}
    return {name: "" if value is None else format(value.normalize(), "f") for name, value in bounds.items()} | {
        "since": month
    }


@require_POST
@login_required
def judge_amendment(request: HttpRequest, ref: str) -> HttpResponse:
    """Approve a change that waits, or refuse it."""
    by, approve = actor_of(request), request.POST.get("act") == "approve"
    perform_with_message(
        request,
        lambda: services.judge_target(
            ref=ref,
            amendment=posted_field(request, "amendment", 24),
            approve=approve,
            answer=posted_field(request, "answer", 500),
            by=by,
            now=clock.now(),
        ),
        _("Đã duyệt con số mới; áp dụng từ lần công bố số liệu kế tiếp.") if approve else _("Đã từ chối lần đổi."),
    )
    return redirect(f"{reverse('programme:goal', args=[ref])}#targets")

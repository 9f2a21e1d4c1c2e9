"""Plans with their goals, as known now or at a past moment, and each goal with its history."""

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tinhso.blocks.indicators import queries as indicators
from tinhso.government.programme import services
from tinhso.government.programme.models import Goal, Plan
from tinhso.government.programme.models.plans import Pillar
from tinhso.government.programme.pages.assigning import accepted_evidence, programme_actor
from tinhso.government.programme.queries import aims, goals, listing, lookup, plans
from tinhso.government.programme.rights import MANAGE_PROGRAMME, SEE_PROGRAMME
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.ui.actors import actor_of, perform_with_message
from tinhso.ui.inputs import DayInput
from tinhso.ui.request_params import moment_in, query_param

MOST_TASKS = 30


class PlanForm(forms.Form):
    """A document that sets aims."""

    kind = forms.ChoiceField(label=gettext_lazy("Loại văn bản"), choices=Plan.Kind.choices)
    number = forms.CharField(label=gettext_lazy("Số, ký hiệu"), max_length=60)
    title = forms.CharField(label=gettext_lazy("Trích yếu"), max_length=300)
    issuer = forms.CharField(label=gettext_lazy("Cơ quan ban hành"), max_length=200)
    issued_on = forms.DateField(label=gettext_lazy("Ngày ban hành"), widget=DayInput())
    first_year = forms.IntegerField(label=gettext_lazy("Từ năm"), min_value=1990, max_value=2100)
    last_year = forms.IntegerField(label=gettext_lazy("Đến năm"), min_value=1990, max_value=2100)
    unit = forms.ChoiceField(label=gettext_lazy("Đơn vị chủ trì"))
    source = forms.CharField(label=gettext_lazy("Nguồn"), max_length=300, required=False)


class GoalForm(forms.Form):
    """An aim of a plan."""

    title = forms.CharField(label=gettext_lazy("Mục tiêu"), max_length=300)
    article = forms.CharField(label=gettext_lazy("Điều, mục"), max_length=120, required=False)
    pillar = forms.ChoiceField(label=gettext_lazy("Trụ cột"), choices=Pillar.choices)
    year = forms.IntegerField(label=gettext_lazy("Năm"), min_value=1990, max_value=2100)
    indicator = forms.CharField(
        label=gettext_lazy("Mã chỉ tiêu đo mục tiêu này"),
        max_length=40,
        required=False,
        help_text=gettext_lazy(
            "Con số phải đạt lấy từ định nghĩa của chỉ tiêu. Để trống nếu là mốc công việc: "
            "đạt khi mọi nhiệm vụ được nghiệm thu."
        ),
    )
    unit = forms.CharField(label=gettext_lazy("Mã đơn vị, nếu không phải toàn tỉnh"), max_length=40, required=False)


class ChangeForm(GoalForm):
    """Another wording, and why."""

    why = forms.CharField(
        label=gettext_lazy("Lý do thay đổi"), max_length=500, min_length=5, widget=forms.Textarea(attrs={"rows": 2})
    )
    dropped = forms.BooleanField(label=gettext_lazy("Bỏ mục tiêu này"), required=False)


@require_safe
@login_required
def plans_page(request: HttpRequest) -> HttpResponse:
    """All plans."""
    by = programme_actor(request)
    by.must_be_able_to(SEE_PROGRAMME)
    return render(request, "programme/plans.html", {"plans": plans.all_plans(), "may_manage": by.can(MANAGE_PROGRAMME)})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new_plan_page(request: HttpRequest) -> HttpResponse:
    """A document enters the programme."""
    by, today = programme_actor(request), clock.today()
    by.must_be_able_to(MANAGE_PROGRAMME)
    form = PlanForm(request.POST or None)
    form.label_suffix = ""
    choices = [(unit.ref, unit.name) for unit in lookup.receiving_units(today) if by.can(MANAGE_PROGRAMME, at=unit)]
    form.fields["unit"].choices = choices  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        try:
            plan = services.add_plan(**form.cleaned_data, by=by, now=clock.now())
        except Refused as fault:
            form.add_error(None, fault.message)
        else:
            return redirect("programme:plan", plan.ref)
    context = {"form": form, "submit": _("Thêm văn bản"), "cancel_url": reverse("programme:plans")}
    return render(request, "programme/new_plan.html", context)


@require_safe
@login_required
def plan_page(request: HttpRequest, ref: str) -> HttpResponse:
    """One plan: its goals with their standing, its tasks, its files; ``known_at`` shows it as known then."""
    by, today = programme_actor(request), clock.today()
    by.must_be_able_to(SEE_PROGRAMME)
    plan, known_at = plans.plan_by_ref(ref), moment_in(query_param(request, "known_at", 30))
    standings = goals.judged_goals(plan, indicators.audience_of(by), today, known_at)
    tasks = listing.tasks_in_tray(by, listing.WorkFilter(tray=listing.ALL, plan=plan.ref), today)
    context = {
        "one": plan,
        "years": _standings_by_year(standings),
        "pillars": goals.by_pillar(standings),
        "known_at": known_at,
        "tasks": listing.work_lines(tasks[:MOST_TASKS], today),
        "tasks_count": tasks.count(),
        "papers": plans.papers_used_in(f"programme:{plan.ref}"),
        "may_manage": by.can(MANAGE_PROGRAMME, at=plan.unit),
    }
    return render(request, "programme/plan.html", context)


def _standings_by_year(standings: list[goals.GoalStanding]) -> list[tuple[int, list[goals.GoalStanding]]]:
    years = sorted({goal_standing.goal.year for goal_standing in standings})
    return [(year, [goal_standing for goal_standing in standings if goal_standing.goal.year == year]) for year in years]


@require_POST
@login_required
def attach_files(request: HttpRequest, ref: str) -> HttpResponse:
    """Files of the document itself."""
    by, plan = actor_of(request), plans.plan_by_ref(ref)

    def keep() -> None:
        by.must_be_able_to(MANAGE_PROGRAMME, at=plan.unit)
        files = accepted_evidence(request, by)
        if not files:
            raise Refused("no_file", _("Hãy chọn tệp."))
        for file in files:
            services.attach_paper(used_in=f"programme:{plan.ref}", evidence=file, by=by, now=clock.now())

    perform_with_message(request, keep, _("Đã đính kèm tệp."))
    return redirect("programme:plan", ref)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new_goal(request: HttpRequest, ref: str) -> HttpResponse:
    """An aim enters a plan."""
    by, plan = programme_actor(request), plans.plan_by_ref(ref)
    by.must_be_able_to(MANAGE_PROGRAMME, at=plan.unit)
    form = GoalForm(request.POST or None, initial={"year": plan.last_year})
    form.label_suffix = ""
    if request.method == "POST" and form.is_valid():
        try:
            goal = services.add_goal(plan=plan, **form.cleaned_data, by=by, now=clock.now())
        except Refused as fault:
            form.add_error(None, fault.message)
        else:
            return redirect("programme:goal", goal.ref)
    return _render_goal_form(
        request, form, _("Thêm mục tiêu"), reverse("programme:plan", args=[plan.ref]), _("Thêm mục tiêu")
    )


@require_safe
@login_required
def goal_page(request: HttpRequest, ref: str) -> HttpResponse:
    """One goal: how it stands and why, its tasks, how it was judged month by month, every wording."""
    by, today = programme_actor(request), clock.today()
    by.must_be_able_to(SEE_PROGRAMME)
    versions = goals.goal_versions(ref)
    newest = versions[0]
    standing = goals.goal_standing(newest, goals.frame_known_at(indicators.audience_of(by), today))
    tasks = lookup.visible_tasks(by).filter(goal=newest.ref).order_by("due_on", "pk")
    may_manage = by.can(MANAGE_PROGRAMME, at=newest.plan.unit)
    context = {
        "one": newest,
        "standing": standing,
        "versions": versions,
        "tasks": listing.work_lines(tasks, today),
        "months": aims.judged_months(newest.ref, standing.indicator),
        "may_manage": may_manage,
        "changes": aims.target_changes(standing, by if may_manage else None),
    }
    return render(request, "programme/goal.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def change_goal(request: HttpRequest, ref: str) -> HttpResponse:
    """Another wording from now on."""
    by, newest = programme_actor(request), goals.goal_versions(ref)[0]
    by.must_be_able_to(MANAGE_PROGRAMME, at=newest.plan.unit)
    form = ChangeForm(request.POST or None, initial=_goal_values(newest))
    form.label_suffix = ""
    if request.method == "POST" and form.is_valid():
        if (refusal := _change_goal(newest, form.cleaned_data, by)) is None:
            return redirect("programme:goal", newest.ref)
        form.add_error(None, refusal.message)
    cancel = reverse("programme:goal", args=[newest.ref])
    return _render_goal_form(request, form, _("Lưu thay đổi"), cancel, _("Thay đổi mục tiêu"))


def _change_goal(newest: Goal, values: dict[str, Any], by: Actor) -> Refused | None:
    try:
        services.change_goal(ref=newest.ref, **values, by=by, now=clock.now())
    except Refused as refusal:
        return refusal
    return None


def _goal_values(goal: Goal) -> dict[str, Any]:
    values = {name: getattr(goal, name) for name in ("title", "article", "pillar", "year", "indicator")}
    return values | {"unit": goal.unit.ref if goal.unit else ""}


def _render_goal_form(request: HttpRequest, form: forms.Form, submit: str, cancel: str, heading: str) -> HttpResponse:
    context = {"form": form, "submit": submit, "cancel_url": cancel, "heading": heading}
    return render(request, "programme/goal_form.html", context)

"""Tasks: the list, giving one, one with its course, and every act on it."""

from collections.abc import Callable
from functools import partial

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tinhso.government.programme import services
from tinhso.government.programme.models import Task
from tinhso.government.programme.models.plans import Pillar
from tinhso.government.programme.pages.assigning import (
    A_PAGE,
    WorkForm,
    accepted_evidence,
    assign_from_form,
    possible_assignees,
    programme_actor,
)
from tinhso.government.programme.pages.tabs import tray_tabs
from tinhso.government.programme.queries import detail, goals, listing, lookup, plans, subjects
from tinhso.government.programme.queries.rules import rules
from tinhso.government.programme.rights import MANAGE_PROGRAMME
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.kernel.working_calendar import working_days
from tinhso.ui.actors import actor_of, perform_with_message
from tinhso.ui.paging import CountedPaginator
from tinhso.ui.request_params import day_in, posted_field, query_param

MOST_TIED = 100


class TaskGiving(WorkForm):
    """A task serves a goal, or stands alone under a pillar."""

    goal = forms.ChoiceField(label=gettext_lazy("Phục vụ mục tiêu"), required=False)
    pillar = forms.ChoiceField(
        label=gettext_lazy("Trụ cột"),
        choices=Pillar.choices,
        initial=Pillar.FOUNDATION,
        help_text=gettext_lazy("Nhiệm vụ phục vụ một mục tiêu thì theo trụ cột của mục tiêu đó."),
    )
    partners = forms.MultipleChoiceField(label=gettext_lazy("Đơn vị phối hợp"), required=False)


@require_safe
@login_required
def tasks_page(request: HttpRequest) -> HttpResponse:
    """What is open, late, waiting for acceptance, over."""
    by, today = programme_actor(request), clock.today()
    work_filter = wanted_of(request)
    counts = listing.task_counts(by, work_filter, today)
    pages = CountedPaginator(listing.tasks_in_tray(by, work_filter, today), A_PAGE, total=counts[work_filter.tray])
    page = pages.get_page(request.GET.get("page"))
    context = {
        "page": page,
        "lines": listing.work_lines(page, today),
        "wanted": work_filter,
        "pillars": Pillar.choices,
        "plans": plans.all_plans(),
        "units": lookup.receiving_units(today),
        "may_give": by.can(MANAGE_PROGRAMME),
        "tabs": tray_tabs(request, work_filter.tray, counts),
    }
    return render(request, "programme/tasks.html", context)


def wanted_of(request: HttpRequest) -> listing.WorkFilter:
    """What the address asks of a list of tasks."""
    tray = query_param(request, "tray", 10)
    return listing.WorkFilter(
        tray=tray if tray in listing.TRAYS else listing.OPEN,
        words=query_param(request, "q"),
        unit=query_param(request, "unit", 40),
        plan=query_param(request, "plan", 24),
        pillar=query_param(request, "pillar", 12),
        mine=query_param(request, "mine") == "1",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new_task_page(request: HttpRequest) -> HttpResponse:
    """Give a task."""
    by, now, today = programme_actor(request), clock.now(), clock.today()
    by.must_be_able_to(MANAGE_PROGRAMME)
    first = {
        "goal": query_param(request, "goal", 24),
        "due_on": working_days().add_working_days(today, rules().days.task),
    }
    form = TaskGiving(request.POST or None, initial=first)
    form.label_suffix = ""
    form.offer("to", possible_assignees(by, MANAGE_PROGRAMME, today))
    aims = [(goal.ref, f"{goal.plan.number}: {goal.title} ({goal.year})") for goal in goals.current_goals()]
    form.offer("goal", [("", _("không, việc riêng")), *aims])
    form.offer("partners", [(unit.ref, unit.name) for unit in lookup.receiving_units(today)])
    task = assign_from_form(request, form, partial(services.give_task, by=by, now=now))
    if task is not None:
        return redirect("programme:task", task.ref)
    context = {"form": form, "submit": _("Giao nhiệm vụ"), "cancel_url": reverse("programme:tasks")}
    return render(request, "programme/new_task.html", context)


@require_safe
@login_required
def task_page(request: HttpRequest, ref: str) -> HttpResponse:
    """One task with its goal, what it waits for, everything that happened, and what can be done now."""
    by, today = programme_actor(request), clock.today()
    task = lookup.visible_task(ref, by)
    context = detail.work_context(task, by, today)
    goal = goals.current_goals().filter(ref=task.goal).first() if task.goal else None
    context |= {
        "goal": goal,
        "partners": [partner.unit for partner in task.partners.select_related("unit").order_by("unit__sort_key")],
        **detail.task_dependencies(task),
        "successors": subjects.possible_successors(task, today) if task.needs_unit else [],
        "reported": task.state == Task.State.REPORTED,
        "others": _possible_predecessors(task, by) if context["may"].tie else [],
    }
    return render(request, "programme/task.html", context)


def _possible_predecessors(task: Task, by: Actor) -> list[Task]:
    """Open tasks beside it that it could wait for."""
    tasks = lookup.visible_tasks(by).filter(state__in=lookup.OPEN_TASKS).exclude(pk=task.pk)
    tasks = tasks.filter(plan=task.plan) if task.plan_id else tasks
    return list(tasks.exclude(needed_by__task=task).order_by("due_on", "pk")[:MOST_TIED])


@require_POST
@login_required
def apply_task_act(request: HttpRequest, ref: str) -> HttpResponse:
    """Report, accept, send back, end, drop, extend, tie, or say who goes on with it."""
    by = actor_of(request)
    act = ACTS.get(request.POST.get("act", ""))
    if act is not None:
        run, words = act
        perform_with_message(request, lambda: run(request, ref, by), str(words))
    return redirect("programme:task", ref)


def _report_progress(request: HttpRequest, ref: str, by: Actor) -> object:
    lookup.must_do(lookup.visible_task(ref, by), by)
    text = posted_field(request, "percent", 4)
    percent = 100 if request.POST.get("finished") else int(text) if text.isdecimal() else -1
    files = accepted_evidence(request, by)
    return services.report_progress(
        ref=ref, percent=percent, words=posted_field(request, "words"), evidence=files, by=by, now=clock.now()
    )


def _accept_task(request: HttpRequest, ref: str, by: Actor) -> object:
    return services.accept(ref=ref, words=posted_field(request, "words"), by=by, now=clock.now())


def _send_back(request: HttpRequest, ref: str, by: Actor) -> object:
    day = day_in(posted_field(request, "due_on", 10))
    return services.send_back(ref=ref, words=posted_field(request, "words"), due_on=day, by=by, now=clock.now())


def _finish_task(request: HttpRequest, ref: str, by: Actor) -> object:
    return services.finish(ref=ref, words=posted_field(request, "words"), by=by, now=clock.now())


def _drop_task(request: HttpRequest, ref: str, by: Actor) -> object:
    return services.drop(ref=ref, words=posted_field(request, "words"), by=by, now=clock.now())


def _extend_task(request: HttpRequest, ref: str, by: Actor) -> object:
    day = day_in(posted_field(request, "due_on", 10))
    if day is None:
        raise Refused("no_day", _("Hãy chọn hạn mới."))
    return services.extend_task(ref=ref, due_on=day, words=posted_field(request, "words"), by=by, now=clock.now())


def _wait_for_task(request: HttpRequest, ref: str, by: Actor) -> object:
    return services.wait_for(ref=ref, on=posted_field(request, "on", 24), by=by, now=clock.now())


def _wait_no_more(request: HttpRequest, ref: str, by: Actor) -> object:
    return services.wait_no_more(ref=ref, on=posted_field(request, "on", 24), by=by, now=clock.now())


def _settle_unit(request: HttpRequest, ref: str, by: Actor) -> object:
    work, to = lookup.visible_task(ref, by), posted_field(request, "to", 40)
    return services.settle_unit(
        work=work, to=to, by=by, now=clock.now(), today=clock.today(), note=posted_field(request, "words")
    )


ACTS: dict[str, tuple[Callable[[HttpRequest, str, Actor], object], object]] = {
    "progress": (_report_progress, gettext_lazy("Đã ghi tiến độ.")),
    "accept": (_accept_task, gettext_lazy("Đã nghiệm thu.")),
    "send_back": (_send_back, gettext_lazy("Đã trả lại.")),
    "finish": (_finish_task, gettext_lazy("Đã kết thúc nhiệm vụ.")),
    "drop": (_drop_task, gettext_lazy("Đã cho thôi làm.")),
    "extend": (_extend_task, gettext_lazy("Đã gia hạn.")),
    "wait": (_wait_for_task, gettext_lazy("Đã ghi việc phải chờ.")),
    "wait_no_more": (_wait_no_more, gettext_lazy("Đã bỏ việc phải chờ.")),
    "settle": (_settle_unit, gettext_lazy("Đã giao cho đơn vị kế thừa.")),
}

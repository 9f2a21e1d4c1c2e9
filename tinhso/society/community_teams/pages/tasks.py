"""Tasks of teams: the list, giving one to many, one, and every act on it."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.society.community_teams import services
from tinhso.society.community_teams.models import Task, Team
from tinhso.society.community_teams.pages.access import A_PAGE, team_tabs, team_worker
from tinhso.society.community_teams.queries import listing, lookup
from tinhso.society.community_teams.rights import MANAGE_TEAMS
from tinhso.ui.actors import perform_with_message
from tinhso.ui.inputs import DayInput
from tinhso.ui.request_params import posted_field, query_param
from tinhso.ui.wording import name_in_language

TONES = {"given": "", "reported": "warn", "done": "good", "dropped": ""}


class TeamTaskForm(forms.Form):
    """What is to be done, by which teams, until when."""

    title = forms.CharField(label=gettext_lazy("Việc cần làm"), max_length=200, min_length=5)
    text = forms.CharField(
        label=gettext_lazy("Nội dung, kết quả cần có"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    due_on = forms.DateField(label=gettext_lazy("Hạn"), widget=DayInput())
    unit = forms.ChoiceField(label=gettext_lazy("Đơn vị giao"))
    tiers = forms.MultipleChoiceField(
        label=gettext_lazy("Giao cho mọi tổ cấp"),
        choices=Team.Tier.choices[1:],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    teams = forms.MultipleChoiceField(
        label=gettext_lazy("Hoặc chọn từng tổ"), required=False, widget=forms.SelectMultiple(attrs={"size": 10})
    )

    def __init__(self, by: Actor, *given: Any, **named_: Any) -> None:
        super().__init__(*given, **named_)
        self.label_suffix = ""
        self.managed = list(lookup.managed_teams(by))
        self.fields["unit"].choices = [  # type: ignore[attr-defined]
            (unit.ref, name_in_language(unit)) for unit in lookup.organising_units(by, clock.today())
        ]
        self.fields["teams"].choices = [  # type: ignore[attr-defined]
            (team.ref, f"{team.name} – {name_in_language(team.unit)}") for team in self.managed
        ]

    def refs(self) -> list[str]:
        """The teams that were chosen, one by one or by level."""
        tiers = set(self.cleaned_data["tiers"])
        return sorted({*self.cleaned_data["teams"], *(team.ref for team in self.managed if team.tier in tiers)})


@require_safe
@login_required
def tasks_page(request: HttpRequest) -> HttpResponse:
    """What is open; late, reported and past ones beside it."""
    by, today = team_worker(request), clock.today()
    team_list_filter = listing.TeamListFilter(
        tray=query_param(request, "tray", 10) or listing.WAITING, unit=query_param(request, "unit", 40)
    )
    page = Paginator(listing.filtered_tasks(by, team_list_filter, today), A_PAGE).get_page(request.GET.get("page"))
    trays = [
        (listing.WAITING, _("chờ làm")),
        (listing.LATE, _("quá hạn")),
        (listing.ANSWERED, _("chờ xác nhận")),
        (listing.ALL, _("tất cả")),
    ]
    context = {
        "page": page,
        "lines": [(task, TONES[task.state], task.state == "given" and task.due_on < today) for task in page],
        "wanted": team_list_filter,
        "trays": trays,
        "units": listing.units_of(by),
        "tabs": team_tabs("tasks", by),
        "may_give": by.can(MANAGE_TEAMS),
    }
    return render(request, "community_teams/tasks.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new_task_page(request: HttpRequest) -> HttpResponse:
    """Ask one team, or many at once."""
    by = team_worker(request)
    by.must_be_able_to(MANAGE_TEAMS)
    form = TeamTaskForm(by, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and _assign_task(request, form, by):
        return redirect("community_teams:tasks")
    context = {
        "form": form,
        "heading": _("Giao việc cho tổ"),
        "submit": _("Giao việc"),
        "cancel_url": reverse("community_teams:tasks"),
    }
    return render(request, "community_teams/form.html", context)


def _assign_task(request: HttpRequest, form: TeamTaskForm, by: Actor) -> bool:
    values = form.cleaned_data
    unit = next(
        organising_unit
        for organising_unit in lookup.organising_units(by, clock.today())
        if organising_unit.ref == values["unit"]
    )
    try:
        tasks = services.give_tasks(
            teams=form.refs(),
            title=values["title"],
            text=values["text"],
            due_on=values["due_on"],
            unit=unit,
            by=by,
            now=clock.now(),
        )
    except Refused as refusal:
        form.add_error(None, refusal.message)
        return False
    words = ngettext("Đã giao cho %(n)s tổ.", "Đã giao cho %(n)s tổ.", len(tasks))
    messages.success(request, words % {"n": len(tasks)})
    return True


@require_safe
@login_required
def task_page(request: HttpRequest, ref: str) -> HttpResponse:
    """One task."""
    by = team_worker(request)
    task = lookup.task(ref, by)
    in_team = lookup.teams_of_member(by).filter(pk=task.team_id).exists()
    manages = by.can(MANAGE_TEAMS, at=task.team.unit)
    context = {
        "one": task,
        "tone": TONES[task.state],
        "late": task.state == "given" and task.due_on < clock.today(),
        "may_report": task.state == Task.State.GIVEN and (in_team or manages),
        "may_confirm": task.state == Task.State.REPORTED and manages and task.reporter != by.ref,
        "may_drop": task.state in (Task.State.GIVEN, Task.State.REPORTED) and manages,
    }
    return render(request, "community_teams/task.html", context)


@require_POST
@login_required
def act_on_task(request: HttpRequest, ref: str) -> HttpResponse:
    """Report, confirm, send back, drop."""
    by, now, words = team_worker(request), clock.now(), posted_field(request, "words")
    acts: dict[str, tuple[Callable[[], object], str]] = {
        "report": (lambda: services.report_task(ref=ref, result=words, by=by, now=now), _("Đã báo xong.")),
        "confirm": (lambda: services.confirm_task(ref=ref, note=words, by=by, now=now), _("Đã xác nhận.")),
        "send_back": (lambda: services.send_back(ref=ref, note=words, by=by, now=now), _("Đã trả lại.")),
        "drop": (lambda: services.drop_task(ref=ref, note=words, by=by, now=now), _("Đã cho thôi làm.")),
    }
    task_act = acts.get(request.POST.get("act", ""))
    if task_act is not None:
        perform_with_message(request, *task_act)
    return redirect("community_teams:task", ref)

"""A member's own page, made for a phone: what to do now, a visit, a difficulty."""

from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from tinhso.blocks.surveys import queries as surveys
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.society.community_teams import services
from tinhso.society.community_teams.models import Team, Visit
from tinhso.society.community_teams.pages.access import team_worker
from tinhso.society.community_teams.queries import coming, detail, lookup
from tinhso.society.community_teams.queries.rules import rules
from tinhso.ui.inputs import DayInput

FEW = 5
VISIT = "community_visit"  # the form that works without a network, where the province has published it


class Logging(forms.Form):
    """A visit; the numbers after the first are for whoever counted them."""

    day = forms.DateField(label=gettext_lazy("Ngày"), widget=DayInput())
    kind = forms.ChoiceField(label=gettext_lazy("Hình thức"), choices=Visit.Kind.choices, widget=forms.RadioSelect)
    people = forms.IntegerField(label=gettext_lazy("Số người được hướng dẫn"), min_value=1, max_value=5000)
    topics = forms.MultipleChoiceField(label=gettext_lazy("Hướng dẫn về"), widget=forms.CheckboxSelectMultiple)
    done_by_self = forms.IntegerField(
        label=gettext_lazy("Bao nhiêu người tự làm được sau hướng dẫn"), min_value=0, required=False
    )
    women = forms.IntegerField(label=gettext_lazy("Trong đó nữ"), min_value=0, required=False)
    old = forms.IntegerField(label=gettext_lazy("Trong đó từ 60 tuổi"), min_value=0, required=False)
    note = forms.CharField(
        label=gettext_lazy("Ghi chú"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Không ghi tên, số giấy tờ của người dân."),
    )

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.label_suffix = ""
        self.fields["once"] = forms.CharField(
            widget=forms.HiddenInput, initial=uuid4().hex, max_length=32, required=False
        )
        self.fields["topics"].choices = [(rule_word.code, rule_word.label) for rule_word in rules().topics]  # type: ignore[attr-defined]


class Telling(forms.Form):
    """A difficulty."""

    kind = forms.ChoiceField(label=gettext_lazy("Khó khăn gì?"), widget=forms.RadioSelect)
    words = forms.CharField(
        label=gettext_lazy("Kể rõ"),
        min_length=5,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Ở đâu, khi nào, làm gì thì vướng. Không ghi tên, số giấy tờ của người dân."),
    )
    people = forms.IntegerField(label=gettext_lazy("Bao nhiêu người gặp"), min_value=1, max_value=5000, initial=1)

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.label_suffix = ""
        self.fields["kind"].choices = [(kind.code, kind.label) for kind in rules().kinds]  # type: ignore[attr-defined]


@require_safe
@login_required
def my_teams_page(request: HttpRequest) -> HttpResponse:
    """My teams, each with what there is to do now."""
    by, today = team_worker(request), clock.today()
    context = {
        "lines": detail.member_duties(by, today),
        "sessions": list(coming.coming_sessions(today)[:FEW]),
        "survey": reverse("surveys:fill", args=[VISIT]) if surveys.current_version(VISIT) is not None else "",
    }
    return render(request, "community_teams/mine.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def log_visit_page(request: HttpRequest, ref: str) -> HttpResponse:
    """Write a visit down."""
    by = team_worker(request)
    team = lookup.my_team(ref, by)
    form = Logging(request.POST if request.method == "POST" else None, initial={"day": clock.today()})
    if request.method == "POST" and form.is_valid():
        once = f"form:{form.cleaned_data.pop('once') or uuid4().hex}"
        try:
            services.log_visit(
                team=team, draft=services.VisitDraft(**form.cleaned_data), by=by, now=clock.now(), submission=once
            )
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("Đã ghi lượt hỗ trợ."))
            return _redirect_back(team, by)
    return _form_page(request, form, team, _("Ghi lượt hỗ trợ"))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def report_difficulty_page(request: HttpRequest, ref: str) -> HttpResponse:
    """Tell of a difficulty."""
    by = team_worker(request)
    team = lookup.my_team(ref, by)
    form = Telling(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            difficulty = services.report_difficulty(
                team=team, kind=values["kind"], text=values["words"], people=values["people"], by=by, now=clock.now()
            )
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("Đã chuyển khó khăn đến nơi trả lời."))
            return redirect("community_teams:difficulty", difficulty.ref)
    return _form_page(request, form, team, _("Ghi khó khăn của người dân"))


def _redirect_back(team: Team, by: Actor) -> HttpResponse:
    if lookup.teams_of_member(by).filter(pk=team.pk).exists():
        return redirect("community_teams:mine")
    return redirect("community_teams:team", team.ref)


def _form_page(request: HttpRequest, form: forms.Form, team: Team, heading: str) -> HttpResponse:
    context = {
        "form": form,
        "heading": heading,
        "team": team,
        "submit": _("Lưu"),
        "cancel_url": reverse("community_teams:team", args=[team.ref]),
    }
    return render(request, "community_teams/form.html", context)

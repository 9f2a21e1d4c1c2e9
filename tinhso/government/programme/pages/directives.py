"""Directives: the list, opening one about something, one with its answers, and every act on it."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tinhso.blocks.indicators.contract import Subject, subject_of
from tinhso.government.programme import services
from tinhso.government.programme.models import Directive
from tinhso.government.programme.pages.assigning import (
    A_PAGE,
    WorkForm,
    accepted_evidence,
    assign_from_form,
    possible_assignees,
    programme_actor,
)
from tinhso.government.programme.pages.directing_many import directing_many_page
from tinhso.government.programme.pages.tabs import tray_tabs
from tinhso.government.programme.queries import detail, listing, lookup, subjects
from tinhso.government.programme.queries.rules import rules
from tinhso.government.programme.rights import GIVE_DIRECTIVES
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.kernel.working_calendar import working_days
from tinhso.ui.actors import actor_of, perform_with_message
from tinhso.ui.paging import CountedPaginator
from tinhso.ui.request_params import day_in, param_list, posted_field, posted_list, query_param

MOST_SUBJECTS = 30  # of one form


class Directing(WorkForm):
    """A directive; what it is about comes from the address."""

    about = forms.CharField(widget=forms.HiddenInput, required=False, max_length=200)


@require_safe
@login_required
def directives_page(request: HttpRequest) -> HttpResponse:
    """What is open, late, answered, over."""
    by, today = programme_actor(request), clock.today()
    work_filter = wanted_of(request)
    counts = listing.directive_counts(by, work_filter, today)
    pages = CountedPaginator(listing.directives_in_tray(by, work_filter, today), A_PAGE, total=counts[work_filter.tray])
    page = pages.get_page(request.GET.get("page"))
    context = {
        "page": page,
        "lines": listing.work_lines(page, today),
        "wanted": work_filter,
        "kinds": subjects.subject_kinds(),
        "tabs": tray_tabs(request, work_filter.tray, counts),
        "may_direct": by.can(GIVE_DIRECTIVES),
        "units": lookup.receiving_units(today),
    }
    return render(request, "programme/directives.html", context)


def wanted_of(request: HttpRequest) -> listing.WorkFilter:
    """What the address asks of a list of directives."""
    tray = query_param(request, "tray", 10)
    return listing.WorkFilter(
        tray=tray if tray in listing.TRAYS else listing.OPEN,
        words=query_param(request, "q"),
        unit=query_param(request, "unit", 40),
        kind=query_param(request, "kind", 20),
        indicator=query_param(request, "indicator", 40),
        mine=query_param(request, "mine") == "1",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new_directive_page(request: HttpRequest) -> HttpResponse:
    """Open one, from an indicator, an alert, a case, a report, a place, or from nothing."""
    by, now, today = programme_actor(request), clock.now(), clock.today()
    by.must_be_able_to(GIVE_DIRECTIVES)
    read_list = posted_list if request.method == "POST" else param_list
    abouts = list(dict.fromkeys(read_list(request, "about", most=MOST_SUBJECTS, longest=200)))
    if len(abouts) > 1:
        return directing_many_page(request, abouts, by)
    about = (
        posted_field(request, "about", 200) if request.method == "POST" else query_param(request, "about", 200)
    ).strip()
    subject = subject_of(about, by) if about else None
    if about and subject is None:
        raise Refused("unknown_subject", _("Không tìm thấy việc được chỉ đạo, hoặc bạn không được xem nó."))
    choices = possible_assignees(by, GIVE_DIRECTIVES, today)
    form = Directing(request.POST or None, initial=_initial_values(subject, about, choices))
    form.label_suffix = ""
    form.offer("to", choices)
    directive = assign_from_form(request, form, partial(services.give_directive, by=by, now=now))
    if directive is not None:
        return redirect("programme:directive", directive.ref)
    context = {
        "form": form,
        "submit": _("Giao chỉ đạo"),
        "subject": subject,
        "cancel_url": subject.href if subject else reverse("programme:directives"),
    }
    return render(request, "programme/new_directive.html", context)


def _initial_values(subject: Subject | None, about: str, choices: list[Any]) -> dict[str, Any]:
    """What the form offers before anybody typed: the unit that answers for the thing, the usual day."""
    day = working_days().add_working_days(clock.today(), rules().days.directive)
    values = {"about": about, "due_on": day}
    if subject is None:
        return values
    unit_choice = f"{subject.recipient}|"
    choice_values = {value for value, part in choices if isinstance(part, str)}
    choice_values |= {value for _name, part in choices if isinstance(part, list) for value, _label in part}
    return values | {
        "title": subjects.suggested_title(subject)[:300],
        "to": unit_choice if unit_choice in choice_values else "",
    }


@require_safe
@login_required
def directive_page(request: HttpRequest, ref: str) -> HttpResponse:
    """One directive with everything that happened, and what can be done now."""
    by, today = programme_actor(request), clock.today()
    directive = lookup.visible_directive(ref, by)
    context = detail.work_context(directive, by, today) | {
        "answered": directive.state == Directive.State.ANSWERED,
        "kind": subjects.subject_kinds().get(directive.about_kind, ""),
        "successors": subjects.possible_successors(directive, today) if directive.needs_unit else [],
        "next_day": working_days().add_working_days(today, rules().days.directive),
    }
    return render(request, "programme/directive.html", context)


@require_POST
@login_required
def apply_directive_act(request: HttpRequest, ref: str) -> HttpResponse:
    """Answer, ask again, extend, close, withdraw, or say who goes on with it."""
    by = actor_of(request)
    act = ACTS.get(request.POST.get("act", ""))
    if act is not None:
        run, words = act
        perform_with_message(request, lambda: run(request, ref, by), str(words))
    return redirect("programme:directive", ref)


def _answer_directive(request: HttpRequest, ref: str, by: Actor) -> object:
    lookup.must_do(lookup.visible_directive(ref, by), by)
    files = accepted_evidence(request, by)
    return services.answer(ref=ref, words=posted_field(request, "words"), evidence=files, by=by, now=clock.now())


def _ask_again(request: HttpRequest, ref: str, by: Actor) -> object:
    day = day_in(posted_field(request, "due_on", 10))
    return services.ask_again(ref=ref, words=posted_field(request, "words"), due_on=day, by=by, now=clock.now())


def _extend_directive(request: HttpRequest, ref: str, by: Actor) -> object:
    day = day_in(posted_field(request, "due_on", 10))
    if day is None:
        raise Refused("no_day", _("Hãy chọn hạn mới."))
    return services.extend_directive(ref=ref, due_on=day, words=posted_field(request, "words"), by=by, now=clock.now())


def _close_directive(request: HttpRequest, ref: str, by: Actor) -> object:
    return services.close(ref=ref, words=posted_field(request, "words"), by=by, now=clock.now())


def _withdraw_directive(request: HttpRequest, ref: str, by: Actor) -> object:
    return services.withdraw(ref=ref, words=posted_field(request, "words"), by=by, now=clock.now())


def _settle_unit(request: HttpRequest, ref: str, by: Actor) -> object:
    work, to = lookup.visible_directive(ref, by), posted_field(request, "to", 40)
    return services.settle_unit(
        work=work, to=to, by=by, now=clock.now(), today=clock.today(), note=posted_field(request, "words")
    )


ACTS: dict[str, tuple[Callable[[HttpRequest, str, Actor], object], object]] = {
    "answer": (_answer_directive, gettext_lazy("Đã gửi trả lời.")),
    "ask_again": (_ask_again, gettext_lazy("Đã hỏi lại.")),
    "extend": (_extend_directive, gettext_lazy("Đã gia hạn.")),
    "close": (_close_directive, gettext_lazy("Đã kết thúc chỉ đạo.")),
    "withdraw": (_withdraw_directive, gettext_lazy("Đã rút chỉ đạo.")),
    "settle": (_settle_unit, gettext_lazy("Đã giao cho đơn vị kế thừa.")),
}

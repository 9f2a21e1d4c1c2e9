"""One form for directives about several things: each is given to the unit that answers for it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tinhso.blocks.indicators.contract import Subject, subject_of
from tinhso.blocks.units.models import Unit
from tinhso.government.programme import services
from tinhso.government.programme.queries import lookup, subjects
from tinhso.government.programme.queries.rules import rules
from tinhso.government.programme.rights import GIVE_DIRECTIVES
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.kernel.working_calendar import working_days
from tinhso.ui.inputs import DayInput


class DirectingMany(forms.Form):
    """What is to be done about each, until when."""

    words = forms.CharField(
        label=gettext_lazy("Nội dung, kết quả cần có"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )
    due_on = forms.DateField(
        label=gettext_lazy("Hạn"),
        widget=DayInput(),
        help_text=gettext_lazy("Rơi vào ngày nghỉ thì tính ngày làm việc kế tiếp."),
    )


@dataclass(frozen=True)
class SubjectRow:
    """A thing, the unit that would get a directive about it (None: nobody can), and one that is open already."""

    about: str
    subject: Subject
    unit: Unit | None
    open_ref: str
    is_ticked: bool


def directing_many_page(request: HttpRequest, abouts: Sequence[str], by: Actor) -> HttpResponse:
    """Show what would be given to whom, and give it; ``by`` may give directives somewhere."""
    form = DirectingMany(request.POST or None, initial={"due_on": _usual_day()})
    form.label_suffix = ""
    ticked = set(request.POST.getlist("chosen")) if request.method == "POST" else None
    rows = _subject_rows(abouts, by, ticked)
    if request.method == "POST" and form.is_valid():
        count = _give_directives(form, [row for row in rows if row.is_ticked], by)
        if count:
            text = ngettext("Đã giao %(n)s chỉ đạo.", "Đã giao %(n)s chỉ đạo.", count) % {"n": count}
            messages.success(request, text)
            return redirect("programme:directives")
    context = {
        "form": form,
        "rows": rows,
        "abouts": abouts,
        "submit": _("Giao các chỉ đạo đã chọn"),
        "cancel_url": reverse("programme:directives"),
    }
    return render(request, "programme/directing_many.html", context)


def _usual_day() -> object:
    return working_days().add_working_days(clock.today(), rules().days.directive)


def _give_directives(form: DirectingMany, rows: Sequence[SubjectRow], by: Actor) -> int:
    """How many were given: all of them, or none with the reason on the form."""
    requests = [
        {"title": subjects.suggested_title(row.subject)[:300], "unit": row.subject.recipient, "about": row.about}
        for row in rows
    ]
    values = form.cleaned_data
    try:
        directives = services.give_directives(
            requests=requests, words=values["words"], due_on=values["due_on"], by=by, now=clock.now()
        )
    except Refused as fault:
        form.add_error(None, fault.message)
        return 0
    return len(directives)


def _subject_rows(abouts: Sequence[str], by: Actor, ticked: set[str] | None) -> list[SubjectRow]:
    """What each thing is; one that is not there, or not for ``by``, is left out. Ticked at first: nothing open yet."""
    subject_pairs = [(about, subject) for about in abouts if (subject := subject_of(about, by)) is not None]
    standing = lookup.open_directives_about([(subject.kind, subject.ref) for _about, subject in subject_pairs], by)
    open_refs = {(directive.about_kind, directive.about_ref): directive.ref for directive in standing}
    receivers = {unit.ref: unit for unit in lookup.receiving_units(clock.today()) if by.can(GIVE_DIRECTIVES, at=unit)}
    rows = []
    for about, subject in subject_pairs:
        unit, open_ref = receivers.get(subject.recipient), open_refs.get((subject.kind, subject.ref), "")
        is_ticked = unit is not None and (about in ticked if ticked is not None else not open_ref)
        rows.append(SubjectRow(about, subject, unit, open_ref, is_ticked))
    return rows

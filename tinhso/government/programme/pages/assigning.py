"""Giving work: who may open pages of the programme, who can be given something, the form for it, files as evidence."""

from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tinhso.blocks.documents import services as documents
from tinhso.government.programme.queries import lookup
from tinhso.government.programme.rights import SEE_PROGRAMME
from tinhso.government.programme.services import Evidence
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.ui.actors import actor_of
from tinhso.ui.inputs import DayInput
from tinhso.ui.wording import name_in_language

A_PAGE, MOST_FILES = 50, 10
Given = TypeVar("Given")


def programme_actor(request: HttpRequest) -> Actor:
    """Who asks, if they have anything to do with the programme."""
    by = actor_of(request)
    by.must_be_able_to_any(SEE_PROGRAMME, *lookup.RIGHTS)
    return by


def accepted_evidence(request: HttpRequest, by: Actor) -> list[Evidence]:
    """The files that came with a form, each looked into and accepted; stand outside any transaction."""
    evidences = []
    for file in request.FILES.getlist("files")[:MOST_FILES]:
        name = documents.clean_name(file.name or "")
        stored_file = documents.accept_upload(upload=file, file_name=name, limits=None, by=by, now=clock.now())
        evidences.append(Evidence(stored_file, name))
    return evidences


def possible_assignees(by: Actor, right: str, today: date) -> list[Any]:
    """Who may be given something by ``by``: each unit as a whole, and the people there who do tasks."""
    people = lookup.doers_by_unit(today)
    anywhere, reached = right in by.everywhere, by.places(right)
    choices: list[Any] = [("", _("chọn đơn vị hoặc người"))]
    alone = []
    for unit in lookup.receiving_units(today):
        if not (anywhere or unit.pk in reached):
            continue
        here = people.get(unit.pk, [])
        unit_choice = (f"{unit.ref}|", name_in_language(unit))
        if here:
            choices.append(
                (name_in_language(unit), [unit_choice, *((f"{unit.ref}|{ref}", name) for ref, name in here)])
            )
        else:
            alone.append(unit_choice)
    return [*choices, (_("Đơn vị chưa có người nhận việc"), alone)] if alone else choices


class WorkForm(forms.Form):
    """What is to be done, by whom, until when."""

    title = forms.CharField(label=gettext_lazy("Việc cần làm"), max_length=300, min_length=5)
    words = forms.CharField(
        label=gettext_lazy("Nội dung, kết quả cần có"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )
    to = forms.ChoiceField(label=gettext_lazy("Giao cho"))
    due_on = forms.DateField(
        label=gettext_lazy("Hạn"),
        widget=DayInput(),
        help_text=gettext_lazy("Rơi vào ngày nghỉ thì tính ngày làm việc kế tiếp."),
    )

    def offer(self, name: str, choices: list[Any]) -> None:
        """Let a field offer these."""
        self.fields[name].choices = choices  # type: ignore[attr-defined]


def assign_from_form(request: HttpRequest, form: WorkForm, give: Callable[..., Given]) -> Given | None:
    """What ``give`` makes of a form that was sent; None where none was, or with a refusal's reason on the form."""
    if request.method != "POST" or not form.is_valid():
        return None
    unit, _bar, owner = form.cleaned_data.pop("to").partition("|")
    try:
        return give(**form.cleaned_data, unit=unit, owner=owner)
    except Refused as fault:
        form.add_error(None, fault.message)
        return None

"""Forms made of a register's columns: what may be written is told by the columns, what is wrong by the services."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.http.request import QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from tinhso.blocks.registers.contract import Register
from tinhso.blocks.registers.queries import registry
from tinhso.blocks.registers.queries.parsing import Invalid
from tinhso.blocks.registers.queries.registry import RegisterColumn
from tinhso.blocks.units import queries as units
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.ui.inputs import DayInput

FEW = 200  # records that a list of choices can hold


def form_of(
    register: Register,
    by: Actor,
    *,
    data: QueryDict | None = None,
    initial: Mapping[str, Any] | None = None,
    only: Iterable[str] | None = None,
    optional: bool = False,
) -> forms.Form:
    """A form of a register's columns (of ``only`` some); ``optional``: nothing must be filled in."""
    form = forms.Form(data, initial=dict(initial or {}))
    form.label_suffix = ""
    for register_column in registry.columns(register):
        if only is None or register_column.name in only:
            form.fields[register_column.name] = _form_field(register, register_column, by, optional)
    return form


def form_values(form: forms.Form, register: Register) -> dict[str, Any]:
    """What was filled in, by column."""
    names = {register_column.name for register_column in registry.columns(register)}
    return {name: value for name, value in form.cleaned_data.items() if name in names}


def add_form_errors(form: forms.Form, fault: Invalid) -> None:
    """Show what is wrong beside the fields."""
    for name, why in fault.faults.items():
        form.add_error(name if name in form.fields else None, why.partition(": ")[2] or why)


def _form_field(register: Register, register_column: RegisterColumn, by: Actor, optional: bool) -> forms.Field:
    needed = register_column.required and not optional
    values: dict[str, Any] = {
        "label": capfirst(register_column.label),
        "required": needed,
        "help_text": register_column.field.help_text,
    }
    if register_column.kind == registry.FLAG:
        if optional:
            return forms.ChoiceField(choices=[("", _("giữ nguyên")), ("1", _("có")), ("0", _("không"))], **values)
        return forms.BooleanField(**values)
    if register_column.kind == registry.DATE:
        return forms.CharField(widget=DayInput(), max_length=10, **values)
    if register_column.kind == registry.LONG:
        return forms.CharField(widget=forms.Textarea(attrs={"rows": 4}), **values)
    choices = _field_choices(register, register_column, by)
    if choices is not None:
        return forms.ChoiceField(choices=[("", "—"), *choices], **values)
    if register_column.kind == registry.RECORD:
        values["help_text"] = _("Ghi mã hoặc tham chiếu của bản ghi.")
    numeric = register_column.kind in (registry.WHOLE, registry.DECIMAL, registry.FLOAT)
    widget = forms.TextInput(attrs={"inputmode": "decimal"} if numeric else {})
    return forms.CharField(widget=widget, max_length=None if numeric else register_column.field.max_length, **values)


def _field_choices(register: Register, register_column: RegisterColumn, by: Actor) -> list[tuple[str, str]] | None:
    if register_column.kind == registry.CHOICE:
        return [(str(value), label) for value, label in register_column.choices]
    if register_column.kind == registry.UNIT:
        rows = units.at(clock.today()).values_list("pk", "ref", "name")
        reached = None if register.change in by.everywhere else by.places(register.change)
        return [(ref, name) for pk, ref, name in rows if reached is None or pk in reached]
    if register_column.kind == registry.RECORD:
        rows = register_column.field.related_model.objects.filter(removed=False, ended_on__isnull=True).order_by(
            "name_key"
        )
        choices = list(rows.values_list("ref", "name")[: FEW + 1])
        return choices if len(choices) <= FEW else None
    return None


def meta_fields(form: forms.Form, *, why: bool = True, day: str = "", needed: bool = False) -> None:
    """Since when it holds, and why."""
    label = day or _("Đúng từ ngày")
    form.fields["valid_from"] = forms.CharField(
        label=label, widget=DayInput(), initial=f"{clock.today()}", max_length=10
    )
    if why:
        form.fields["why"] = forms.CharField(label=_("Lý do, căn cứ"), required=needed, max_length=500)

"""One record: as it is, as it was on a day, as it was known at a moment; writing it."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tinhso.blocks.audit import services as audit
from tinhso.blocks.registers import services
from tinhso.blocks.registers.contract import Register
from tinhso.blocks.registers.models import Version
from tinhso.blocks.registers.pages import forming, params
from tinhso.blocks.registers.queries import finding, history, maps, registry, showing
from tinhso.blocks.registers.queries.parsing import Invalid
from tinhso.kernel import clock
from tinhso.kernel.errors import Refused
from tinhso.ui.actors import actor_of, perform_with_message
from tinhso.ui.inputs import DayInput
from tinhso.ui.request_params import moment_in, posted_field, query_param
from tinhso.ui.wording import date_text

LEAST_REASON = 5  # letters of why somebody looks at personal data in full
EDITS = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@login_required
def record_page(request: HttpRequest, code: str, ref: str) -> HttpResponse:
    """A record; ``on`` a day and ``known`` a moment show it as it was then."""
    return _render_record(request, code, ref, revealed=False)


@require_POST
@login_required
def reveal_record(request: HttpRequest, code: str, ref: str) -> HttpResponse:
    """The same with what is masked; that somebody looked is written down."""
    return _render_record(request, code, ref, revealed=True)


def _render_record(request: HttpRequest, code: str, ref: str, *, revealed: bool) -> HttpResponse:
    register, by = params.register_to_see(request, code)
    entry = finding.by_ref(register, ref, by)
    if entry.merged_into:
        return redirect("registers:one", register.code, entry.merged_into)
    if revealed:
        by.must_be_able_to(register.change, at=entry.unit)
        why = posted_field(request, "why", 300)
        if len(why) < LEAST_REASON:
            raise Refused("no_reason", _("Hãy ghi vì sao cần xem đầy đủ (từ %(least)s chữ cái)."), least=LEAST_REASON)
        audit.record_view(by=by, what=(f"registers.{register.code}", entry.ref), why=why)
    today = clock.today()
    on, moment = params.day_param(query_param(request, "on", 100)), moment_in(query_param(request, "known", 100))
    then, recorded = bool(on or moment), history.versions_with_acts(register, ref)
    known_then = [version for version in recorded if version.at <= moment] if moment else recorded
    version = history.state_of(known_then, on or today) if then else None
    columns = registry.columns(register)
    values = version.data if version else showing.values_of(entry, columns) | {"ended_on": entry.ended_on}
    words = showing.ValueWords(columns, [values, *(written.data for written in recorded)])
    context = {
        "register": register,
        "entry": entry,
        "crumbs": params.register_crumbs(register, {"label": entry.name}),
        "facts": _record_facts(register, values, words, revealed) if version or not then else [],
        "then": then,
        "on": on or today,
        "known": moment,
        "unknown": then and version is None,
        "pieces": _timeline_rows(register, known_then, words),
        "steps": history.steps_of(register, recorded, words),
        "map": maps.map_around_records([entry]),
        "links": register.more(entry, today) if register.more else (),
        "may_change": by.can(register.change, at=entry.unit),
        "may_reveal": not revealed and showing.may_reveal(register, by, entry.unit),
    }
    return render(request, "registers/one.html", context)


def _record_facts(
    register: Register, values: Mapping[str, Any], words: showing.ValueWords, revealed: bool
) -> list[tuple[str, str]]:
    facts = []
    for column in words.columns:
        hidden = showing.is_masked(register, column.name) and not revealed and values.get(column.stored)
        facts.append((column.label, showing.MASK if hidden else words.of(column, values.get(column.stored))))
    ended = values.get("ended_on")
    if ended:
        facts.append((_("Ngừng từ ngày"), date_text(ended)))
    return facts


def _timeline_rows(register: Register, recorded: Sequence[Version], words: showing.ValueWords) -> list[dict[str, Any]]:
    """The life of a record in the world, piece by piece, with what differs from the piece before."""
    columns = registry.columns(register)
    pieces = history.pieces_of(recorded)
    before: dict[str, Any] = {}
    rows = []
    for timeline_piece in pieces:
        data = timeline_piece.version.data
        changes = [
            f"{column.label}: {words.of(column, data.get(column.stored)) or '—'}"
            for column in columns
            if before
            and data.get(column.stored) != before.get(column.stored)
            and not showing.is_masked(register, column.name)
        ]
        if before and data.get("ended_on") and data.get("ended_on") != before.get("ended_on"):
            changes.append(_("ngừng từ %(day)s") % {"day": date_text(date.fromisoformat(data["ended_on"]))})
        rows.append({"piece": timeline_piece, "changes": changes, "first": not before})
        before = data
    return rows[::-1]


@EDITS
@login_required
def new_record_page(request: HttpRequest, code: str) -> HttpResponse:
    """Add a record."""
    register, by = params.register_to_change(request, code)
    form = forming.form_of(register, by, data=request.POST if request.method == "POST" else None)
    forming.meta_fields(form)
    if request.method == "POST" and form.is_valid():
        try:
            entry = services.add_record(
                register=register,
                values=forming.form_values(form, register),
                by=by,
                now=clock.now(),
                valid_from=params.day_param(form.cleaned_data["valid_from"]),
                why=form.cleaned_data["why"],
            )
        except Refused as fault:
            _show_refusal(request, form, fault)
        else:
            messages.success(request, _("Đã thêm “%(name)s”.") % {"name": entry.name})
            return redirect("registers:one", register.code, entry.ref)
    return _record_form_page(
        request, register, form, _("Thêm vào danh mục"), reverse("registers:list", args=[register.code])
    )


@EDITS
@login_required
def edit_record_page(request: HttpRequest, code: str, ref: str) -> HttpResponse:
    """Change a record from a day on."""
    register, by = params.register_to_change(request, code)
    entry = finding.by_ref(register, ref, by)
    by.must_be_able_to(register.change, at=entry.unit)
    values = showing.initial_values(entry, registry.columns(register))
    form = forming.form_of(register, by, data=request.POST if request.method == "POST" else None, initial=values)
    forming.meta_fields(form)
    form.fields["seen"] = forms.IntegerField(widget=forms.HiddenInput(), initial=entry.act_id)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_record(
                register=register,
                ref=ref,
                values=forming.form_values(form, register),
                by=by,
                now=clock.now(),
                valid_from=params.day_param(form.cleaned_data["valid_from"]),
                why=form.cleaned_data["why"],
                seen=form.cleaned_data["seen"],
            )
        except Refused as fault:
            _show_refusal(request, form, fault)
        else:
            messages.success(request, _("Đã lưu."))
            return redirect("registers:one", register.code, ref)
    return _record_form_page(
        request, register, form, _("Sửa “%(name)s”") % {"name": entry.name}, _record_address(register, ref), entry
    )


@EDITS
@login_required
def correct_record_page(request: HttpRequest, code: str, ref: str) -> HttpResponse:
    """Say that something past was otherwise; only what is filled in changes."""
    register, by = params.register_to_change(request, code)
    entry = finding.by_ref(register, ref, by)
    by.must_be_able_to(register.change, at=entry.unit)
    form = forming.form_of(register, by, data=request.POST if request.method == "POST" else None, optional=True)
    forming.meta_fields(form, day=_("Từ ngày"), needed=True)
    form.fields["until"] = forms.CharField(
        label=_("Đến trước ngày"), widget=DayInput(), initial=f"{entry.valid_from}", max_length=10
    )
    if request.method == "POST" and form.is_valid():
        values = {name: value for name, value in forming.form_values(form, register).items() if value not in ("", None)}
        start, until = params.day_param(form.cleaned_data["valid_from"]), params.day_param(form.cleaned_data["until"])
        try:
            services.correct_record(
                register=register,
                ref=ref,
                values=values,
                start=start or clock.today(),
                end=until or clock.today(),
                why=form.cleaned_data["why"],
                by=by,
                now=clock.now(),
            )
        except Refused as fault:
            _show_refusal(request, form, fault)
        else:
            messages.success(request, _("Đã sửa điều đã ghi nhận về quá khứ; bản cũ vẫn còn trong lịch sử."))
            return redirect("registers:one", register.code, ref)
    return _record_form_page(
        request, register, form, _("Sửa quá khứ của “%(name)s”") % {"name": entry.name}, _record_address(register, ref)
    )


@EDITS
@login_required
def end_record_page(request: HttpRequest, code: str, ref: str) -> HttpResponse:
    """The thing is no more; asks once."""
    register, by = params.register_to_change(request, code)
    entry = finding.by_ref(register, ref, by)
    by.must_be_able_to(register.change, at=entry.unit)
    form = forms.Form(request.POST if request.method == "POST" else None)
    form.label_suffix = ""
    forming.meta_fields(form, day=_("Ngừng từ ngày"), needed=True)
    if request.method == "POST" and form.is_valid():
        on = params.day_param(form.cleaned_data["valid_from"]) or clock.today()
        why = form.cleaned_data["why"]
        text = _("Đã ghi ngừng. Bản ghi và lịch sử vẫn xem được.")
        if perform_with_message(
            request,
            lambda: services.end_record(
                register=register, ref=ref, on=on, why=why, by=actor_of(request), now=clock.now()
            ),
            text,
        ):
            return redirect("registers:one", register.code, ref)
    return _record_form_page(
        request, register, form, _("Ngừng “%(name)s”") % {"name": entry.name}, _record_address(register, ref)
    )


def _record_address(register: Register, ref: str) -> str:
    return reverse("registers:one", args=[register.code, ref])


def _show_refusal(request: HttpRequest, form: forms.Form, fault: Refused) -> None:
    if isinstance(fault, Invalid):
        forming.add_form_errors(form, fault)
    else:
        request.refusal = fault  # type: ignore[attr-defined]
        form.add_error(None, fault.message)


def _record_form_page(
    request: HttpRequest, register: Register, form: forms.Form, heading: str, back: str, entry: Any = None
) -> HttpResponse:
    context = {
        "form": form,
        "heading": heading,
        "cancel_url": back,
        "submit": _("Lưu"),
        "crumbs": params.register_crumbs(register, {"label": heading}),
        "entry": entry,
        "register": register,
    }
    return render(request, "registers/form.html", context)

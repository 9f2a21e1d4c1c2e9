"""Many records at once: changing, taking back, finding what is there twice and merging it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from tinhso.blocks.registers import services
from tinhso.blocks.registers.models import Act
from tinhso.blocks.registers.pages import forming, params
from tinhso.blocks.registers.pages.records import _show_refusal
from tinhso.blocks.registers.queries import duplicates as queries
from tinhso.blocks.registers.queries import finding, history, registry, showing
from tinhso.kernel import clock
from tinhso.kernel.errors import Refused
from tinhso.ui.actors import perform_with_message
from tinhso.ui.request_params import posted_field

MOST_ACTS = 100


@require_POST
@login_required
def bulk_change_page(request: HttpRequest, code: str) -> HttpResponse:
    """Ask what the chosen records shall be from today on, then do it."""
    register, by = params.register_to_change(request, code)
    refs = [ref for ref in request.POST.getlist("ref") if ref][:1000]
    back = reverse("registers:list", args=[register.code])
    if not refs:
        messages.error(request, _("Hãy chọn ít nhất một bản ghi."))
        return redirect(back)
    chosen = [object.name for object in register.model.objects.filter(ref__in=refs).order_by("name_key")[:20]]
    sent = request.POST.get("act") == "change"
    names = [
        register_column.name
        for register_column in registry.columns(register)
        if register_column.name not in ("name", *register.keys)
    ]
    form = forming.form_of(register, by, data=request.POST if sent else None, only=names, optional=True)
    forming.meta_fields(form)
    del form.fields["valid_from"]
    if sent and form.is_valid():
        values = {name: value for name, value in forming.form_values(form, register).items() if value not in ("", None)}
        try:
            n = services.change_many(
                register=register, refs=refs, values=values, why=form.cleaned_data["why"], by=by, now=clock.now()
            )
        except Refused as fault:
            _show_refusal(request, form, fault)
        else:
            messages.success(request, ngettext("Đã sửa %(n)s bản ghi.", "Đã sửa %(n)s bản ghi.", n) % {"n": n})
            return redirect(back)
    heading = ngettext("Sửa %(n)s bản ghi", "Sửa %(n)s bản ghi", len(refs)) % {"n": len(refs)}
    context: dict[str, Any] = {
        "form": form,
        "heading": heading,
        "refs": refs,
        "chosen": chosen,
        "more": len(refs) - len(chosen),
        "cancel_url": back,
        "submit": _("Sửa tất cả"),
        "crumbs": params.register_crumbs(register, {"label": heading}),
    }
    return render(request, "registers/bulk.html", context)


@require_safe
@login_required
def acts_page(request: HttpRequest, code: str) -> HttpResponse:
    """What was done to a register, the newest first; what can be taken back."""
    register, by = params.register_to_see(request, code)
    listed = list(history.acts_of_register(register).select_related("undone", "brought_by")[:MOST_ACTS])
    lines = [
        {"one": act, "undoable": history.undoable_acts(register, act) is not None and not hasattr(act, "undone")}
        for act in listed
    ]
    context = {
        "register": register,
        "lines": lines,
        "may_change": by.can(register.change),
        "crumbs": params.register_crumbs(register, {"label": _("Các lần ghi")}),
    }
    return render(request, "registers/acts.html", context)


@require_POST
@login_required
def undo_act(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Take an act back."""
    register, by = params.register_to_change(request, code)
    act = get_object_or_404(Act, pk=number, register=register.code)
    why = posted_field(request, "why", 500)
    perform_with_message(
        request, lambda: services.undo_act(act=act, by=by, now=clock.now(), why=why), _("Đã hoàn tác.")
    )
    return redirect("registers:acts", register.code)


@require_safe
@login_required
def duplicates_page(request: HttpRequest, code: str) -> HttpResponse:
    """Records that may be the same thing."""
    register, by = params.register_to_change(request, code)
    context = {
        "register": register,
        "groups": queries.duplicate_groups(register, by),
        "crumbs": params.register_crumbs(register, {"label": _("Bản ghi trùng")}),
    }
    return render(request, "registers/duplicates.html", context)


@require_POST
@login_required
def merge_page(request: HttpRequest, code: str) -> HttpResponse:
    """Choose for each column which of the records is right, then make them one."""
    register, by = params.register_to_change(request, code)
    refs = sorted({ref for ref in request.POST.getlist("ref") if ref})[: queries.MOST_OF_ONE]
    entries = [finding.by_ref(register, ref, by) for ref in refs]
    entries = [entry for entry in entries if not entry.removed]
    if len(entries) < 2:
        messages.error(request, _("Hãy chọn ít nhất hai bản ghi để gộp."))
        return redirect("registers:duplicates", register.code)
    columns = registry.columns(register)
    if request.POST.get("act") == "merge":
        keep = next((entry for entry in entries if entry.ref == request.POST.get("keep")), entries[0])
        by_ref = {entry.ref: showing.initial_values(entry, columns) for entry in entries}
        values = {
            register_column.name: by_ref[ref][register_column.name]
            for register_column in columns
            if (ref := request.POST.get(register_column.name)) in by_ref
        }
        why = posted_field(request, "why", 500)
        if perform_with_message(
            request,
            lambda: services.merge_records(
                register=register, keep=keep.ref, lose=refs, values=values, why=why, by=by, now=clock.now()
            ),
            _("Đã gộp thành một bản ghi."),
        ):
            return redirect("registers:one", register.code, keep.ref)
    entry_values = [showing.values_of(entry, columns) for entry in entries]
    words = showing.ValueWords(columns, entry_values)
    rows = []
    for column in columns:
        sides = [
            (entry.ref, words.of(column, values[column.stored]))
            for entry, values in zip(entries, entry_values, strict=True)
        ]
        if len({side for _ref, side in sides}) > 1:
            rows.append({"column": column, "sides": sides})
    context = {
        "register": register,
        "entries": entries,
        "rows": rows,
        "refs": refs,
        "crumbs": params.register_crumbs(register, {"label": _("Gộp bản ghi")}),
    }
    return render(request, "registers/merge.html", context)

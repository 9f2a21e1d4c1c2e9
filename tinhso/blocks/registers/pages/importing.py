"""Files into a register: hand in, look at what would happen, confirm, take back."""

import csv

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tinhso.blocks.registers import services
from tinhso.blocks.registers.contract import Register
from tinhso.blocks.registers.models import Import
from tinhso.blocks.registers.pages import params
from tinhso.blocks.registers.queries import registry
from tinhso.blocks.registers.services import importing
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.cells import harmless_row
from tinhso.kernel.errors import Refused
from tinhso.ui.actors import perform_with_message
from tinhso.ui.inputs import DayInput

SHOWN = 200


class ImportUploadForm(forms.Form):
    """A file, and since when its values hold."""

    file = forms.FileField()
    valid_from = forms.CharField(max_length=10, required=False)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def begin_import(request: HttpRequest, code: str) -> HttpResponse:
    """Hand in a file."""
    register, by = params.register_to_change(request, code)
    form = ImportUploadForm(request.POST or None, request.FILES or None)
    form.label_suffix = ""
    form.fields["file"].label = _("Tệp XLSX, CSV hoặc GeoJSON")
    form.fields["file"].help_text = _(
        "Dòng đầu là tên cột. Bản ghi đã có thì sửa, chưa có thì thêm; xem trước rồi mới ghi."
    )
    form.fields["valid_from"].label = _("Đúng từ ngày")
    form.fields["valid_from"].widget = DayInput(attrs={"value": f"{clock.today()}"})
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            register_import = importing.hold_file(
                register=register,
                file=file.file,
                name=file.name,
                size=file.size,
                by=by,
                now=clock.now(),
                valid_from=params.day_param(form.cleaned_data["valid_from"]),
            )
        except Refused as fault:
            form.add_error("file", fault.message)
        else:
            return redirect("registers:import_one", register.code, register_import.ref)
    context = {
        "register": register,
        "form": form,
        "submit": _("Đọc tệp và xem trước"),
        "cancel_url": reverse("registers:list", args=[register.code]),
        "crumbs": params.register_crumbs(register, {"label": _("Nhập từ tệp")}),
        "columns": registry.columns(register),
        "mine": Import.objects.filter(register=register.code, by=by.ref).order_by("-id")[:10],
    }
    return render(request, "registers/import.html", context)


def _own_import(code: str, ref: str, by: Actor) -> tuple[Register, Import]:
    register = registry.find(code)
    by.must_be_able_to(register.change)
    register_import = Import.objects.filter(register=code, ref=ref[:40], by=by.ref).first()
    if register_import is None:
        raise Refused("unknown_import", _("Không có lần nhập tệp “%(ref)s”."), ref=ref[:40])
    return register, register_import


@require_safe
@login_required
def import_page(request: HttpRequest, code: str, ref: str) -> HttpResponse:
    """What taking the file over would do, and what is wrong in it by cell."""
    _register, by = params.register_to_change(request, code)
    register, register_import = _own_import(code, ref, by)
    context = {
        "register": register,
        "held": register_import,
        "faults": register_import.faults.order_by("number", "id")[:SHOWN],
        "kept": register_import.faults.count(),
        "shown": SHOWN,
        "crumbs": params.register_crumbs(register, {"label": register_import.file_name}),
        "undone": register_import.act is not None and hasattr(register_import.act, "undone"),
    }
    return render(request, "registers/import_one.html", context)


@require_POST
@login_required
def decide_import(request: HttpRequest, code: str, ref: str) -> HttpResponse:
    """Take the file over, let it go, or take it back."""
    _register, by = params.register_to_change(request, code)
    register, register_import = _own_import(code, ref, by)
    action = request.POST.get("act", "")
    if action == "take":
        without = request.POST.get("without_faulty") == "1"
        perform_with_message(
            request,
            lambda: importing.take_over_file(ref=ref, by=by, now=clock.now(), without_faulty=without),
            _("Đã nhập tệp."),
        )
    elif action == "undo" and register_import.act is not None:
        act = register_import.act
        perform_with_message(
            request, lambda: services.undo_act(act=act, by=by, now=clock.now()), _("Đã hoàn tác cả tệp.")
        )
    elif action == "drop" and perform_with_message(
        request, lambda: importing.drop_file(ref=ref, by=by), _("Đã bỏ tệp.")
    ):
        return redirect("registers:import", register.code)
    return redirect("registers:import_one", register.code, ref)


@require_safe
@login_required
def import_faults_file(request: HttpRequest, code: str, ref: str) -> HttpResponse:
    """What is wrong, as a file to mend by."""
    _register, by = params.register_to_change(request, code)
    register, register_import = _own_import(code, ref, by)
    answer = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{register.code}-loi.csv"'
    writer = csv.writer(answer)
    writer.writerow([_("Dòng"), _("Ô"), _("Cột"), _("Ghi là"), _("Lý do")])
    for fault in register_import.faults.order_by("number", "id"):
        writer.writerow(harmless_row([fault.number, fault.cell, fault.column, fault.told, fault.why]))
    return answer

"""The cipher agency's answers to a batch as a file: what each line says, and what it would do."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from tinhso.government.certificates.contract import RequestPurpose, RequestStep
from tinhso.government.certificates.models import Batch, Certificate, Request
from tinhso.government.certificates.queries import sheets
from tinhso.government.certificates.queries.sheets import ImportSheet
from tinhso.kernel.text import fold

COLUMNS = {
    "ref": ("Mã đề nghị",),
    "result": ("Kết quả",),
    "serial": ("Số sê-ri mới", "Số sê-ri"),
    "issuer": ("Nơi cấp",),
    "subject": ("Tên trên chứng thư",),
    "first_day": ("Hiệu lực từ",),
    "last_day": ("Hiệu lực đến",),
    "device_serial": ("Số thiết bị",),
    "why": ("Lý do từ chối", "Lý do"),
}
DONE = {"da cap", "dong y", "da xu ly", "da gia han", "da thay doi", "da khoi phuc", "da thu hoi", "xong", "done"}
REFUSED = {"tu choi", "khong cap", "refused"}


@dataclass
class AnswerPlan:
    """What a file of answers would do, or what is wrong with it."""

    sheet: ImportSheet
    lines: list[dict[str, Any]] = field(default_factory=list)
    changes: list[dict[str, Any]] = field(default_factory=list)


def read_answers(batch: Batch, name: str, content: bytes) -> AnswerPlan:
    """Read the answers to a batch; a request that is not waiting in it is a fault of the file."""
    plan = AnswerPlan(sheets.read_sheet(name, content, COLUMNS, needed=("ref", "result")))
    if plan.sheet.problems:
        return plan
    waiting = {
        object.ref: object for object in Request.objects.filter(batch=batch).select_related("certificate", "unit")
    }
    line_by_ref: dict[str, int] = {}
    for number, cells in plan.sheet.lines:
        line = _read_answer(plan, number, cells)
        request = waiting.get(line["ref"])
        if request is None:
            plan.sheet.blame(number, "ref", _("không có đề nghị nào như vậy trong lô này"))
        elif line["ref"] in line_by_ref:
            plan.sheet.blame(number, "ref", _("trùng với dòng %(line)s") % {"line": line_by_ref[line["ref"]]})
        elif request.step != RequestStep.SENT:
            plan.sheet.blame(number, "ref", _("đề nghị này đã có kết quả"))
        else:
            _must_fit(plan, number, line, request)
            plan.changes.append(_change_of_answer(line, request))
        line_by_ref.setdefault(line["ref"], number)
        plan.lines.append(line)
    _mark_duplicates(plan)
    return plan


def _read_answer(plan: AnswerPlan, number: int, cells: Mapping[str, Any]) -> dict[str, Any]:
    line: dict[str, Any] = {key: sheets.text_of(cells.get(key))[:400] for key in COLUMNS}
    line["line"] = number
    text = fold(line["result"])
    line["refused"] = text in REFUSED
    if text not in DONE | REFUSED:
        plan.sheet.blame(number, "result", _("ghi “đã cấp” (hoặc đã xử lý) hay “từ chối”"))
    bare = "".join(line["serial"].upper().removeprefix("0X").replace(":", "").split()).lstrip("0")
    if bare and (len(bare) > 64 or set(bare) - set("0123456789ABCDEF")):
        plan.sheet.blame(number, "serial", _("số sê-ri phải là số hệ 16 (0–9, A–F)"))
    line["serial"] = bare
    for key in ("first_day", "last_day"):
        try:
            day: date | None = sheets.day_of(cells.get(key))
        except ValueError:
            plan.sheet.blame(number, key, _("ngày không đúng, ví dụ đúng: 05/10/2024"))
            day = None
        line[key] = day.isoformat() if day else ""
    if line["first_day"] and line["last_day"] and line["last_day"] < line["first_day"]:
        plan.sheet.blame(number, "last_day", _("ngày hết hạn trước ngày bắt đầu"))
    return line


def _must_fit(plan: AnswerPlan, number: int, line: Mapping[str, Any], request: Request) -> None:
    if line["refused"]:
        if not line["why"]:
            plan.sheet.blame(number, "why", _("từ chối thì phải có lý do"))
        return
    if request.ask == RequestPurpose.ISSUE:
        for key in ("serial", "issuer", "first_day", "last_day"):
            if not line[key]:
                plan.sheet.blame(number, key, _("chứng thư mới phải có ô này"))
    if request.ask == RequestPurpose.RENEW and not line["last_day"]:
        plan.sheet.blame(number, "last_day", _("gia hạn thì phải có ngày hết hạn mới"))
    if line["serial"] and _is_taken(line, request):
        plan.sheet.blame(number, "serial", _("số sê-ri này đã có trong sổ"))


def _is_taken(line: Mapping[str, Any], request: Request) -> bool:
    issuer = (
        fold(line["issuer"])[:300]
        if line["issuer"]
        else (request.certificate.issuer_key if request.certificate else "")
    )
    certificates = Certificate.objects.filter(issuer_key=issuer, serial=line["serial"], versions__known__upper_inf=True)
    return certificates.exclude(pk=request.certificate_id or 0).exists()


def _mark_duplicates(plan: AnswerPlan) -> None:
    line_by_key: dict[tuple[str, str], int] = {}
    for line in plan.lines:
        key = (fold(line["issuer"]), line["serial"])
        if line["serial"] and key in line_by_key:
            words = _("trùng số sê-ri với dòng %(line)s") % {"line": line_by_key[key]}
            plan.sheet.blame(line["line"], "serial", words)
        line_by_key.setdefault(key, line["line"])


def _change_of_answer(line: Mapping[str, Any], request: Request) -> dict[str, Any]:
    return {
        "line": line["line"],
        "ref": request.ref,
        "title": request.title,
        "kind": "refused" if line["refused"] else request.ask,
        "serial": line["serial"],
        "last_day": line["last_day"],
        "why": line["why"],
    }

"""An inventory of certificates as a file: what its lines say, and what they would change in the register."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from tinhso.blocks.units import queries as units
from tinhso.government.certificates.models import Version
from tinhso.government.certificates.queries import sheets
from tinhso.government.certificates.queries.rules import rules
from tinhso.government.certificates.queries.sheets import ImportSheet
from tinhso.kernel.text import fold

NEEDED = ("serial", "issuer", "kind", "unit", "subject", "first_day", "last_day")
KINDS = {
    "to chuc": "organisation",
    "co quan": "organisation",
    "ca nhan": "personal",
    "sim": "sim",
    "sim pki": "sim",
    "dich vu": "service",
    "may chu": "service",
    "ssl": "service",
    "dich vu, may chu": "service",
}
STATES = {
    "": "active",
    "hoat dong": "active",
    "dang hieu luc": "active",
    "hieu luc": "active",
    "het han": "active",
    "tam dung": "suspended",
    "thu hoi": "revoked",
    "da thu hoi": "revoked",
}
DEVICES = {
    "": "none",
    "usb": "usb",
    "usb token": "usb",
    "token": "usb",
    "hsm": "hsm",
    "thiet bi hsm": "hsm",
    "sim": "sim",
}
TEXTS = {
    "issuer": 300,
    "subject": 400,
    "holder": 150,
    "post_title": 150,
    "key_usage": 200,
    "device_serial": 64,
    "decision": 120,
}
NEW, CHANGED, SAME = "new", "changed", "same"


@dataclass
class InventoryPlan:
    """What a file would do: its lines in their normal form and the changes, or what is wrong with it."""

    sheet: ImportSheet
    lines: list[dict[str, Any]] = field(default_factory=list)
    changes: list[dict[str, Any]] = field(default_factory=list)
    warnings: list[sheets.SheetProblem] = field(default_factory=list)


def read_inventory(name: str, content: bytes, *, day: date, mapping: Mapping[str, str] | None = None) -> InventoryPlan:
    """Read an inventory and compare it with the register as it is."""
    columns = dict(rules().columns) or {key: (key,) for key in (*NEEDED, *TEXTS)}
    plan = InventoryPlan(sheets.read_sheet(name, content, columns, needed=NEEDED, mapping=mapping))
    if plan.sheet.problems:
        return plan
    values = _refs_of_unit_names(day)
    line_by_key: dict[tuple[str, str], int] = {}
    for number, cells in plan.sheet.lines:
        line = _read_line(plan, number, cells, values)
        key = (fold(line["issuer"]), line["serial"])
        if key in line_by_key:
            words = _("trùng nơi cấp và số sê-ri với dòng %(line)s") % {"line": line_by_key[key]}
            plan.sheet.blame(number, "serial", words)
        line_by_key[key] = number
        plan.lines.append(line)
    if not plan.sheet.problems:
        plan.changes = planned_changes(plan.lines)
    return plan


def _refs_of_unit_names(day: date) -> dict[str, str]:
    """References of living units by what a file may call them; a name that two of them have is no name."""
    values: dict[str, str] = {}
    twice: set[str] = set()
    for unit in units.at(day):
        for text in {fold(unit.ref), fold(unit.code), fold(unit.name)}:
            if text in values:
                twice.add(text)
            values[text] = unit.ref
    refs = {fold(ref): ref for ref in values.values()}
    return {text: ref for text, ref in values.items() if text not in twice} | refs


def _read_line(plan: InventoryPlan, number: int, cells: Mapping[str, Any], values: Mapping[str, str]) -> dict[str, Any]:
    from_text = {key: sheets.text_of(cells.get(key)) for key in ("serial", "kind", "unit", "state", "device", "reason")}
    line: dict[str, Any] = {key: sheets.text_of(cells.get(key))[:most] for key, most in TEXTS.items()}
    line |= {key: sheets.text_of(cells.get(key)) for key in ("id_number", "phone")}
    line["line"] = number
    line["serial"] = _read_serial(plan, number, from_text["serial"])
    line["kind"] = _read_choice(plan, number, "kind", KINDS, from_text["kind"])
    line["state"] = _read_choice(plan, number, "state", STATES, from_text["state"])
    line["device"] = _read_choice(plan, number, "device", DEVICES, from_text["device"])
    line["unit"] = values.get(fold(from_text["unit"]), "")
    if not line["unit"]:
        words = _("không có đơn vị nào là “%(said)s” (dùng mã nếu tên bị trùng)") % {"said": from_text["unit"][:60]}
        plan.sheet.blame(number, "unit", words)
    line["reason"] = _read_reason(plan, number, line["state"], from_text["reason"])
    _read_days(plan, number, cells, line)
    _check_person(plan, number, line)
    return line


def _read_serial(plan: InventoryPlan, number: int, text: str) -> str:
    bare = "".join(text.upper().removeprefix("0X").replace(":", "").replace("-", "").split()).lstrip("0")
    if not bare or len(bare) > 64 or set(bare) - set("0123456789ABCDEF"):
        plan.sheet.blame(number, "serial", _("số sê-ri phải là số hệ 16 (0–9, A–F)"))
    return bare


def _read_choice(plan: InventoryPlan, number: int, key: str, values: Mapping[str, str], text: str) -> str:
    choice_code = values.get(fold(text)) or (text if text in values.values() else "")
    if not choice_code:
        plan.sheet.blame(number, key, _("không rõ “%(said)s” là gì") % {"said": text[:60]})
    return choice_code


def _read_reason(plan: InventoryPlan, number: int, state: str, text: str) -> str:
    if state != Version.State.REVOKED:
        return ""
    by_name = {fold(name): named.code for named in rules().reasons for name in (named.code, named.name)}
    reason_code = by_name.get(fold(text), "")
    if not reason_code:
        plan.sheet.blame(number, "reason", _("chứng thư đã thu hồi phải có lý do thuộc danh mục"))
    return reason_code


def _read_days(plan: InventoryPlan, number: int, cells: Mapping[str, Any], line: dict[str, Any]) -> None:
    for key in ("first_day", "last_day"):
        line[key] = ""
        try:
            day = sheets.day_of(cells.get(key))
            line[key] = day.isoformat() if day else ""
        except ValueError:
            plan.sheet.blame(number, key, _("ngày không đúng, ví dụ đúng: 05/10/2024"))
            continue
        if not line[key]:
            plan.sheet.blame(number, key, _("thiếu ngày"))
    if line["first_day"] and line["last_day"]:
        if line["last_day"] < line["first_day"]:
            plan.sheet.blame(number, "last_day", _("ngày hết hạn trước ngày bắt đầu"))
        elif int(line["last_day"][:4]) - int(line["first_day"][:4]) > rules().validity.most_years:
            words = _("thời hạn dài hơn %(years)s năm") % {"years": rules().validity.most_years}
            plan.warnings.append(sheets.SheetProblem(f"{plan.sheet.letters['last_day']}{number}", words))


def _check_person(plan: InventoryPlan, number: int, line: Mapping[str, Any]) -> None:
    if line["kind"] != "organisation" and line["kind"] and not line["holder"]:
        plan.sheet.blame(number, "holder", _("thiếu người hoặc dịch vụ giữ chứng thư"))
    if not line["subject"]:
        plan.sheet.blame(number, "subject", _("thiếu tên trên chứng thư"))
    if not line["issuer"]:
        plan.sheet.blame(number, "issuer", _("thiếu nơi cấp"))
    id_number, phone = line["id_number"], line["phone"]
    if id_number and not (id_number.isascii() and id_number.isdigit() and len(id_number) in (9, 12)):
        plan.sheet.blame(number, "id_number", _("số định danh có 9 hoặc 12 chữ số"))
    if phone and not (phone.isascii() and phone.isdigit() and phone[0] == "0" and 9 <= len(phone) <= 15):
        plan.sheet.blame(number, "phone", _("số điện thoại bắt đầu bằng 0, chỉ gồm chữ số"))


def planned_changes(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What each line would do. An empty cell changes nothing that is known already."""
    live = Version.objects.filter(known__upper_inf=True, valid__upper_inf=True).select_related("certificate", "unit")
    versions_by_key = {
        (version.certificate.issuer_key, version.certificate.serial): version
        for version in live.filter(certificate__serial__in=[line["serial"] for line in lines])
    }
    return [_planned_change(line, versions_by_key.get((fold(line["issuer"])[:300], line["serial"]))) for line in lines]


def _planned_change(line: Mapping[str, Any], version: Version | None) -> dict[str, Any]:
    about = {"line": line["line"], "serial": line["serial"], "title": line["holder"] or line["subject"]}
    if version is None:
        return about | {"kind": NEW, "ref": "", "fields": []}
    fields = [
        {
            "name": name,
            "was": "•••" if name in ("id_number", "phone") else was,
            "now": "•••" if name in ("id_number", "phone") else now,
        }
        for name, was, now in changed_fields(line, version)
    ]
    return about | {"kind": CHANGED if fields else SAME, "ref": version.certificate.ref, "fields": fields}


def changed_fields(line: Mapping[str, Any], version: Version) -> list[tuple[str, str, str]]:
    """Name, what is known and what the line says, where they differ."""
    changes = []
    for name in (
        "kind",
        "state",
        "subject",
        "holder",
        "post_title",
        "id_number",
        "phone",
        "key_usage",
        "first_day",
        "last_day",
        "device",
        "device_serial",
        "reason",
        "decision",
    ):
        was, now = str(getattr(version, name) or ""), str(line[name] or "")
        if now and now != was and not (name == "device" and now == "none"):
            changes.append((name, was, now))
    if line["unit"] != version.unit.ref:
        changes.append(("unit", version.unit.ref, line["unit"]))
    return changes

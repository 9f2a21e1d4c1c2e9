"""Lists of a giver: looked through before anything is taken over, taken over row by row, undone as a whole."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import IO, Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.kernel import clock, refs
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.kernel.text import fold
from tinhso.kernel.workbooks import SheetTable, open_table
from tinhso.society.support.contract import ApplicationDraft, ApplicationState, Channel, EligibilityOutcome
from tinhso.society.support.models import Application, Claim, List, Listed, Programme
from tinhso.society.support.queries import lookup, numbers, rules, secrets
from tinhso.society.support.rights import MANAGE_SUPPORT
from tinhso.society.support.services import applying, deciding, delivering, record

COLUMNS = {
    "name": "họ và tên",
    "number": "số định danh",
    "phone": "điện thoại",
    "commune": "xã, phường",
    "born": "năm sinh",
    "gender": "giới tính",
    "household": "loại hộ",
    "imei": "imei máy cũ",
    "given": "imei máy trao",
    "on": "ngày trao",
}
NEEDED = ("name", "number", "phone", "commune")
SUBJECT = List._meta.label
DAY = re.compile(r"^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$")
GENDERS = {"nu": "female", "nam": "male"}
HOUSEHOLDS = {"ho ngheo": "poor", "ho can ngheo": "near_poor", "nguoi co cong": "merit", "khac": "other"}


def hold_list(*, code: str, file: IO[bytes], name: str, size: int, by: Actor, now: datetime) -> List:
    """Read a list and say of each row what is wrong with it; nothing is taken over yet."""
    programme = lookup.programme(code)
    by.must_be_able_to(MANAGE_SUPPORT, at=programme.unit)
    sheet = open_table(file, name, size)
    places = {fold(heading): at for at, heading in enumerate(sheet.headings)}
    columns = {key: places[fold(label)] for key, label in COLUMNS.items() if fold(label) in places}
    missing = [COLUMNS[key] for key in NEEDED if key not in columns]
    if missing:
        raise Refused("missing_columns", _("Tệp thiếu cột: %(names)s."), names=", ".join(missing))
    with transaction.atomic():
        list = List.objects.create(
            ref=refs.new_ref("DS"),
            programme=programme,
            file_name=name.replace("\0", "")[:200],
            at=now,
            by=by.ref,
            by_name=by.name,
        )
        rows = _checked_rows(list, sheet, columns, clock.local(now).date())
        Listed.objects.bulk_create(rows, batch_size=1000)
        list.rows, list.faults = len(rows), sum(bool(listed.fault) for listed in rows)
        list.save(update_fields=["rows", "faults"])
        values = {"rows": list.rows, "faults": list.faults, "programme": code}
        audit.record(by=by, did="support list held", to=(SUBJECT, list.ref), after=values)
    return list


def _checked_rows(of: List, sheet: SheetTable, columns: Mapping[str, int], day: date) -> list[Listed]:
    most, rows = rules.rules().numbers.most_of_a_list, list[Listed]()
    communes = {fold(text): unit.ref for unit in lookup.communes(day) for text in (unit.ref, unit.code, unit.name)}
    twice: set[tuple[str, str]] = set()
    for row in sheet.rows:
        if len(rows) >= most:
            raise Refused("too_many_rows", _("Tệp có hơn %(most)s dòng."), most=most)
        values = {key: _cell_text(row.cells[at]) if at < len(row.cells) else "" for key, at in columns.items()}
        rows.append(_checked_row(of, row.number, values, communes, twice))
    return rows


def _cell_text(told: Any) -> str:
    """A cell as text: numbers without the fraction that spreadsheets give them, days as days."""
    if isinstance(told, datetime | date):
        return told.strftime("%d/%m/%Y")
    if isinstance(told, float) and told.is_integer():
        return str(int(told))
    return str(told if told is not None else "").replace("\0", "").strip()[:200]


def _checked_row(
    of: List, number: int, values: dict[str, str], communes: Mapping[str, str], twice: set[tuple[str, str]]
) -> Listed:
    listed = Listed(of=of, number=number, shown=numbers.shown_name(values.get("name", "")))
    try:
        tidy = _normalised_row(of.programme, values, communes)
        for kind in of.programme.once:
            value = str(tidy["personal"].get(kind, ""))
            if value and (kind, value) in twice:
                raise Refused("twice", _("Trùng với một dòng trước trong tệp."))
            twice.add((kind, value))
        listed.fault = _claim_fault(of.programme, tidy["personal"])
        listed.sealed = secrets.seal_personal(of.programme, tidy)
    except Refused as refusal:
        listed.fault = refusal.message[:300]
    return listed


def _claim_fault(programme: Programme, values: Mapping[str, str]) -> str:
    marks = [secrets.claim_mark(programme, kind, values[kind]) for kind in programme.once if values.get(kind)]
    if Claim.objects.filter(programme=programme, mark__in=marks, live=True).exists():
        return str(_("Số định danh, số điện thoại hoặc máy này đã có hồ sơ trong chương trình."))
    return ""


def _normalised_row(programme: Programme, values: dict[str, str], communes: Mapping[str, str]) -> dict[str, Any]:
    where = communes.get(fold(values["commune"]))
    if where is None:
        raise Refused("unknown_commune", _("Không có xã, phường “%(name)s”."), name=values["commune"][:60])
    born = values.get("born", "")
    year = born[-4:] if born[-4:].isascii() and born[-4:].isdigit() else ""
    draft = applying.normalised_draft(
        programme,
        ApplicationDraft(
            request="",
            channel=Channel.LIST,
            name=values["name"],
            number=values["number"].zfill(12)[:40],
            phone=_phone_with_zero(values["phone"]),
            commune=where,
            born=int(year or 0),
            gender=GENDERS.get(fold(values.get("gender", "")), ""),
            imei=values.get("imei", ""),
            household=HOUSEHOLDS.get(fold(values.get("household", "")), ""),
        ),
    )
    text = numbers.parse_imei(values.get("given", "")) if programme.gives_device and values.get("on") else ""
    return {
        "personal": applying.personal_details(draft),
        "commune": draft.commune,
        "born": draft.born,
        "gender": draft.gender,
        "household": draft.household,
        "given": text,
        "on": _parse_delivery_day(values.get("on", "")),
    }


def _phone_with_zero(text: str) -> str:
    """A number from which a spreadsheet has taken the leading nought."""
    return f"0{text}" if len(text) == 9 and text.isdigit() else text


def _parse_delivery_day(text: str) -> str:
    if not text:
        return ""
    match = DAY.match(text)
    try:
        day = date(*(int(match[n]) for n in (3, 2, 1))) if match else date.fromisoformat(text)
    except ValueError as problem:
        raise Refused("bad_day", _("Ngày trao phải dạng ngày/tháng/năm.")) from problem
    return day.isoformat()


def take_over(*, ref: str, by: Actor, now: datetime) -> dict[str, int]:
    """Make applications of the rows without faults: approved and handed over where a day stands, else to be decided.

    Each row in a transaction of its own; what is refused keeps its reason. Done again, it goes on where it stopped.
    Gives how many were taken and how many refused.
    """
    of = _locked_list(ref, by)
    if of.state == List.State.UNDONE:
        raise Refused("undone", _("Danh sách này đã bỏ."))
    List.objects.filter(pk=of.pk).update(state=List.State.TAKEN)
    for listed in of.lines.filter(fault="", application__isnull=True).order_by("number").iterator(chunk_size=500):
        try:
            _submit_row(of, listed, by, now)
        except (Refused, IntegrityError) as fault:
            refusal = fault if isinstance(fault, Refused) else record.told_of(fault)
            Listed.objects.filter(pk=listed.pk).update(fault=refusal.message[:300], sealed=b"")
    accepted_count = of.lines.filter(application__isnull=False).count()
    refused = of.lines.exclude(fault="").count()
    List.objects.filter(pk=of.pk).update(faults=refused)
    audit.record(
        by=by, did="support list taken", to=(SUBJECT, ref), after={"taken": accepted_count, "refused": refused}
    )
    return {"taken": accepted_count, "refused": refused}


@transaction.atomic
def _submit_row(of: List, row: Listed, by: Actor, now: datetime) -> None:
    values = secrets.unseal_personal(of.programme, row.sealed)
    personal = values["personal"]
    draft = ApplicationDraft(
        request=f"list:{of.ref}:{row.number}",
        channel=Channel.LIST,
        name=personal["name"],
        number=personal["person"],
        phone=personal["phone"],
        commune=values["commune"],
        born=values["born"],
        gender=values["gender"],
        household=values["household"],
        imei=personal["imei"],
    )
    application = applying.submit_application(programme=of.programme, draft=draft, by=by, now=now)
    Listed.objects.filter(pk=row.pk).update(application=application, sealed=b"")
    if values["on"]:
        _hand_over(of, application, values, by, now)


def _hand_over(of: List, application: Application, values: Mapping[str, Any], by: Actor, now: datetime) -> None:
    """What the giver says that it handed over: the list is the proof, and whoever takes it over vouches for it."""
    line = lookup.line_for(of.programme, application.unit)
    if line is None:
        raise Refused("no_quota", _("Địa bàn này chưa được giao hạn mức của chương trình."))
    if application.outcome == EligibilityOutcome.NO:
        raise Refused("not_eligible", _("Không đủ điều kiện."))
    by.must_be_able_to(MANAGE_SUPPORT, at=of.programme.unit)
    application = lookup.locked_by_ref(application.ref)
    deciding.draw_quota(application, line, did="approved_by_list", by=by, now=now)
    delivering.record_delivery(
        ref=application.ref, on=date.fromisoformat(values["on"]), by=by, now=now, imei=values["given"], listed=of
    )


def undo_list(*, ref: str, why: str, by: Actor, now: datetime) -> int:
    """Take back all that a list brought, in one go; refuses once one of them is being paid. Says how many."""
    of, note = _locked_list(ref, by), record.words_of(why)
    with transaction.atomic():
        locked = List.objects.select_for_update().get(pk=of.pk)
        if locked.state != List.State.TAKEN:
            raise Refused("not_taken", _("Danh sách này chưa được nhận vào, hoặc đã bỏ."))
        if of.programme.batches.filter(lines__application__listed_as__of=of).exclude(lines__state="returned").exists():
            raise Refused("being_paid", _("Có suất của danh sách đã nằm trong đợt thanh toán nên không bỏ được."))
        refs_of = list(of.lines.filter(application__isnull=False).values_list("application__ref", flat=True))
        gone = 0
        for application in map(lookup.locked_by_ref, sorted(refs_of)):
            if application.state not in (ApplicationState.REFUSED, ApplicationState.WITHDRAWN):
                record.move_application(
                    application, ApplicationState.WITHDRAWN, did="undone", by=by, now=now, note=note
                )
                gone += 1
        List.objects.filter(pk=of.pk).update(state=List.State.UNDONE)
        audit.record(by=by, did="support list undone", to=(SUBJECT, ref), after={"count": gone, "why": note})
    return gone


def _locked_list(ref: str, by: Actor) -> List:
    list = List.objects.select_related("programme__unit").filter(ref=ref[:24]).first()
    if list is None:
        raise Refused("unknown_list", _("Không có danh sách “%(ref)s”."), ref=ref[:24])
    by.must_be_able_to(MANAGE_SUPPORT, at=list.programme.unit)
    return list

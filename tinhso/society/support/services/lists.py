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
        found = List.objects.create(
            ref=refs.new_ref("DS"),
            programme=programme,
            file_name=name.replace("\0", "")[:200],
            at=now,
            by=by.ref,
            by_name=by.name,
        )
        rows = _checked_rows(found, sheet, columns, clock.local(now).date())
        Listed.objects.bulk_create(rows, batch_size=1000)
        found.rows, found.faults = len(rows), sum(bool(one.fault) for one in rows)
        found.save(update_fields=["rows", "faults"])
        told = {"rows": found.rows, "faults": found.faults, "programme": code}
        audit.record(by=by, did="support list held", to=(SUBJECT, found.ref), after=told)
    return found


def _checked_rows(of: List, sheet: SheetTable, columns: Mapping[str, int], day: date) -> list[Listed]:
    most, rows = rules.rules().numbers.most_of_a_list, list[Listed]()
    communes = {fold(told): one.ref for one in lookup.communes(day) for told in (one.ref, one.code, one.name)}
    twice: set[tuple[str, str]] = set()
    for row in sheet.rows:
        if len(rows) >= most:
            raise Refused("too_many_rows", _("Tệp có hơn %(most)s dòng."), most=most)
        told = {key: _cell_text(row.cells[at]) if at < len(row.cells) else "" for key, at in columns.items()}
        rows.append(_checked_row(of, row.number, told, communes, twice))
    return rows


def _cell_text(told: Any) -> str:
    """A cell as text: numbers without the fraction that spreadsheets give them, days as days."""
    if isinstance(told, datetime | date):
        return told.strftime("%d/%m/%Y")
    if isinstance(told, float) and told.is_integer():
        return str(int(told))
    return str(told if told is not None else "").replace("\0", "").strip()[:200]


def _checked_row(
    of: List, number: int, told: dict[str, str], communes: Mapping[str, str], twice: set[tuple[str, str]]
) -> Listed:
    one = Listed(of=of, number=number, shown=numbers.shown_name(told.get("name", "")))
    try:
        tidy = _normalised_row(of.programme, told, communes)
        for kind in of.programme.once:
            value = str(tidy["personal"].get(kind, ""))
            if value and (kind, value) in twice:
                raise Refused("twice", _("Trùng với một dòng trước trong tệp."))
            twice.add((kind, value))
        one.fault = _claim_fault(of.programme, tidy["personal"])
        one.sealed = secrets.seal_personal(of.programme, tidy)
    except Refused as refusal:
        one.fault = refusal.message[:300]
    return one


def _claim_fault(programme: Programme, told: Mapping[str, str]) -> str:
    marks = [secrets.claim_mark(programme, kind, told[kind]) for kind in programme.once if told.get(kind)]
    if Claim.objects.filter(programme=programme, mark__in=marks, live=True).exists():
        return str(_("Số định danh, số điện thoại hoặc máy này đã có hồ sơ trong chương trình."))
    return ""


def _normalised_row(programme: Programme, told: dict[str, str], communes: Mapping[str, str]) -> dict[str, Any]:
    where = communes.get(fold(told["commune"]))
    if where is None:
        raise Refused("unknown_commune", _("Không có xã, phường “%(name)s”."), name=told["commune"][:60])
    born = told.get("born", "")
    year = born[-4:] if born[-4:].isascii() and born[-4:].isdigit() else ""
    draft = applying.normalised_draft(
        programme,
        ApplicationDraft(
            request="",
            channel=Channel.LIST,
            name=told["name"],
            number=told["number"].zfill(12)[:40],
            phone=_phone_with_zero(told["phone"]),
            commune=where,
            born=int(year or 0),
            gender=GENDERS.get(fold(told.get("gender", "")), ""),
            imei=told.get("imei", ""),
            household=HOUSEHOLDS.get(fold(told.get("household", "")), ""),
        ),
    )
    given = numbers.parse_imei(told.get("given", "")) if programme.gives_device and told.get("on") else ""
    return {
        "personal": applying.personal_details(draft),
        "commune": draft.commune,
        "born": draft.born,
        "gender": draft.gender,
        "household": draft.household,
        "given": given,
        "on": _parse_delivery_day(told.get("on", "")),
    }


def _phone_with_zero(told: str) -> str:
    """A number from which a spreadsheet has taken the leading nought."""
    return f"0{told}" if len(told) == 9 and told.isdigit() else told


def _parse_delivery_day(told: str) -> str:
    if not told:
        return ""
    found = DAY.match(told)
    try:
        day = date(*(int(found[n]) for n in (3, 2, 1))) if found else date.fromisoformat(told)
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
    for one in of.lines.filter(fault="", application__isnull=True).order_by("number").iterator(chunk_size=500):
        try:
            _submit_row(of, one, by, now)
        except (Refused, IntegrityError) as fault:
            refusal = fault if isinstance(fault, Refused) else record.told_of(fault)
            Listed.objects.filter(pk=one.pk).update(fault=refusal.message[:300], sealed=b"")
    taken = of.lines.filter(application__isnull=False).count()
    refused = of.lines.exclude(fault="").count()
    List.objects.filter(pk=of.pk).update(faults=refused)
    audit.record(by=by, did="support list taken", to=(SUBJECT, ref), after={"taken": taken, "refused": refused})
    return {"taken": taken, "refused": refused}


@transaction.atomic
def _submit_row(of: List, row: Listed, by: Actor, now: datetime) -> None:
    told = secrets.unseal_personal(of.programme, row.sealed)
    personal = told["personal"]
    draft = ApplicationDraft(
        request=f"list:{of.ref}:{row.number}",
        channel=Channel.LIST,
        name=personal["name"],
        number=personal["person"],
        phone=personal["phone"],
        commune=told["commune"],
        born=told["born"],
        gender=told["gender"],
        household=told["household"],
        imei=personal["imei"],
    )
    one = applying.submit_application(programme=of.programme, draft=draft, by=by, now=now)
    Listed.objects.filter(pk=row.pk).update(application=one, sealed=b"")
    if told["on"]:
        _hand_over(of, one, told, by, now)


def _hand_over(of: List, one: Application, told: Mapping[str, Any], by: Actor, now: datetime) -> None:
    """What the giver says that it handed over: the list is the proof, and whoever takes it over vouches for it."""
    line = lookup.line_for(of.programme, one.unit)
    if line is None:
        raise Refused("no_quota", _("Địa bàn này chưa được giao hạn mức của chương trình."))
    if one.outcome == EligibilityOutcome.NO:
        raise Refused("not_eligible", _("Không đủ điều kiện."))
    by.must_be_able_to(MANAGE_SUPPORT, at=of.programme.unit)
    one = lookup.locked_by_ref(one.ref)
    deciding.draw_quota(one, line, did="approved_by_list", by=by, now=now)
    delivering.record_delivery(
        ref=one.ref, on=date.fromisoformat(told["on"]), by=by, now=now, imei=told["given"], listed=of
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
        for one in map(lookup.locked_by_ref, sorted(refs_of)):
            if one.state not in (ApplicationState.REFUSED, ApplicationState.WITHDRAWN):
                record.move_application(one, ApplicationState.WITHDRAWN, did="undone", by=by, now=now, note=note)
                gone += 1
        List.objects.filter(pk=of.pk).update(state=List.State.UNDONE)
        audit.record(by=by, did="support list undone", to=(SUBJECT, ref), after={"count": gone, "why": note})
    return gone


def _locked_list(ref: str, by: Actor) -> List:
    found = List.objects.select_related("programme__unit").filter(ref=ref[:24]).first()
    if found is None:
        raise Refused("unknown_list", _("Không có danh sách “%(ref)s”."), ref=ref[:24])
    by.must_be_able_to(MANAGE_SUPPORT, at=found.programme.unit)
    return found

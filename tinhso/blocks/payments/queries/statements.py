"""Reading a bank's statement: CSV or XLSX, with every fault named by its row."""

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from io import StringIO
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tinhso.blocks.payments.models import Account, Statement
from tinhso.blocks.payments.queries.rules import payments
from tinhso.blocks.payments.rights import SEE_PAYMENTS
from tinhso.kernel import text, workbooks
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused

MEGABYTES = 5
MOST_ROWS = 20_000
HEAD_WITHIN = 20  # rows of a bank's letterhead that may stand above the headings
DAYS = (re.compile(r"^(\d{4})-(\d{1,2})-(\d{1,2})"), re.compile(r"^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})"))


@dataclass(frozen=True)
class StatementFault:
    """Why a row cannot be taken in."""

    row: int
    why: str


@dataclass
class StatementReading:
    """What a file holds: rows of money that came (``bank_ref, day, amount, content, payer``), and its faults."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    faults: list[StatementFault] = field(default_factory=list)
    went_out: int = 0


def read_statement(file_name: str, content: bytes) -> StatementReading:
    """The rows of a statement. Refuses what is no CSV or XLSX, and a file without the headings that are needed."""
    workbooks.check_size(content, megabytes=MEGABYTES)
    table = (
        _workbook_rows(content) if file_name.lower().endswith(".xlsx") or content[:2] == b"PK" else _csv_rows(content)
    )
    if len(table) > MOST_ROWS:
        raise _too_many()
    head, places = _heading_row(table)
    statement_reading, bank_refs = StatementReading(), set[str]()
    for number, cells in enumerate(table[head + 1 :], head + 2):
        values = {name: cells[at] if at < len(cells) else None for name, at in places.items()}
        if any(value not in (None, "") for value in values.values()):
            _read_row(number, values, statement_reading, bank_refs)
    return statement_reading


def _workbook_rows(content: bytes) -> list[Sequence[Any]]:
    page = workbooks.open_workbook(content).first
    if page.last_row > MOST_ROWS:
        raise _too_many()
    rows = dict(page.rows)
    return [rows.get(number, ()) for number in range(1, page.last_row + 1)]


def _too_many() -> Refused:
    return Refused("too_many_rows", _("Tệp có hơn %(most)s dòng. Hãy chia nhỏ theo ngày."), most=MOST_ROWS)


def _csv_rows(content: bytes) -> list[Sequence[Any]]:
    workbooks.check_lines(content)
    try:
        words = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused("not_utf8", _("Tệp CSV phải dùng mã UTF-8. Hãy lưu lại rồi tải lên.")) from error
    if "\0" in words:
        raise Refused("not_text", _("Tệp không phải CSV hoặc XLSX."))
    first = next((line for line in words.splitlines() if line.strip()), "")
    mark = max(",;\t", key=first.count)
    try:
        return list(csv.reader(StringIO(words), delimiter=mark))
    except csv.Error as error:
        raise Refused("not_text", _("Tệp không phải CSV hoặc XLSX.")) from error


def _heading_row(table: Sequence[Sequence[Any]]) -> tuple[int, Mapping[str, int]]:
    """In which row the headings stand, and which column holds what."""
    values = {text.fold(word): name for name, words in payments().columns.items() for word in words}
    for at, cells in enumerate(table[:HEAD_WITHIN]):
        places = {values[text.fold(str(cell))]: i for i, cell in enumerate(cells) if text.fold(str(cell)) in values}
        if {"bank_ref", "day", "amount"} <= set(places):
            return at, places
    required_headings = ", ".join(payments().columns[name][0] for name in ("bank_ref", "day", "amount", "content"))
    raise Refused("no_headings", _("Không thấy dòng tiêu đề có các cột: %(wanted)s."), wanted=required_headings)


def _read_row(number: int, values: Mapping[str, Any], statement_reading: StatementReading, seen: set[str]) -> None:
    bank_ref = str(values["bank_ref"] or "").strip().replace("\0", "")
    day, amount = day_of(values["day"]), amount_of(values["amount"])
    faults = list(_row_faults(bank_ref, day, amount, seen))
    if faults:
        statement_reading.faults += [StatementFault(number, why) for why in faults]
        return
    assert day is not None and amount is not None  # noqa: PT018
    seen.add(bank_ref)
    if amount <= 0:
        statement_reading.went_out += 1
        return
    statement_reading.rows.append(
        {
            "bank_ref": bank_ref,
            "day": day.isoformat(),
            "amount": amount,
            "content": _tidy_words(values.get("content"), 300),
            "payer": _tidy_words(values.get("payer"), 200),
        }
    )


def _row_faults(bank_ref: str, day: date | None, amount: int | None, seen: set[str]) -> Iterable[str]:
    if not bank_ref or len(bank_ref) > 60:
        yield _("thiếu mã giao dịch, hoặc mã quá dài")
    elif bank_ref in seen:
        yield _("mã giao dịch %(number)s có hai lần trong tệp") % {"number": bank_ref}
    if day is None:
        yield _("ngày phải có dạng 31/12/2026")
    if amount is None:
        yield _("số tiền phải là số nguyên đồng")


def _tidy_words(value: Any, most: int) -> str:
    return " ".join(str(value if value is not None else "").replace("\0", "").split())[:most]


def day_of(value: Any) -> date | None:
    """The day in a cell; None when it holds none."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    for at, form in enumerate(DAYS):
        match = form.match(str(value or "").strip())
        if match:
            parts = [int(part) for part in match.groups()]
            year, month, day = parts if at == 0 else parts[::-1]
            try:
                return date(year, month, day)
            except ValueError:
                return None
    return None


def amount_of(value: Any) -> int | None:
    """Whole đồng in a cell, as banks write them (``1.500.000``, ``1,500,000 VND``, ``+1500000.00``); None when it holds
    none or a part of a đồng."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float | Decimal):
        exact = Decimal(str(value))
    else:
        words = re.sub(r"(?i)\s|vnd|vnđ|đ(ồng)?$", "", str(value))
        words = re.sub(r"(?<=\d)[.,](?=\d{3}(\D|$))", "", words).replace(",", ".")
        try:
            exact = Decimal(words)
        except InvalidOperation:
            return None
    if not exact.is_finite() or exact != exact.to_integral_value() or abs(exact) > 10**13:
        return None
    return int(exact)


def by_ref(ref: str, actor: Actor) -> Statement:
    """One statement of a unit where ``actor`` may see payments; refuses an unknown one."""
    statement = visible_statements(actor).filter(ref=ref.replace("\0", "")).first()
    if statement is None:
        raise Refused("unknown_statement", _("Không có sao kê nào có mã “%(ref)s”."), ref=ref)
    return statement


def visible_statements(actor: Actor) -> QuerySet[Statement]:
    """Statements of the units where ``actor`` may see payments, newest first."""
    statements = Statement.objects.select_related("account__unit").order_by("-pk")
    return (
        statements
        if SEE_PAYMENTS in actor.everywhere
        else statements.filter(account__unit__in=actor.places(SEE_PAYMENTS))
    )


def accounts_of(actor: Actor, right: str = SEE_PAYMENTS) -> QuerySet[Account]:
    """Accounts of the units where ``actor`` holds ``right``."""
    accounts = Account.objects.select_related("unit").order_by("unit__sort_key", "-effective")
    return accounts if right in actor.everywhere else accounts.filter(unit__in=actor.places(right))

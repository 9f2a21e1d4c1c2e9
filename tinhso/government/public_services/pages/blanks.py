"""The page on which one procedure is edited: every column of the files as a field, with what is wrong beside it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import gettext_noop

from tinhso.government.public_services.pages.typed import TABLES, TICKED
from tinhso.government.public_services.queries import finding, lookup, shape
from tinhso.government.public_services.queries.documents import MOST_ITEMS, Document, DocumentFault, Path
from tinhso.government.public_services.queries.shape import (
    COLUMNS,
    FEES,
    LISTS,
    ProcedureColumn,
    ProcedureTable,
    Reader,
)

DECISION = ("effective_from", "effective_to", "decision_number", "decision_date", "decision_agency", *shape.ENDING)
WHAT = (
    "code",
    "local_code",
    "name",
    "name_en",
    "field_code",
    "field",
    "field_en",
    "agency",
    "agency_name",
    "levels",
    "audiences",
    "life_events",
    "keywords",
    "aliases",
)
ONLINE = ("online", "part_reason", "part_rule", "portal_since")
REST = ("conditions", "steps", "source", "verified", "illustrative")
SECTIONS = (
    (_lazy("Hiệu lực và quyết định công bố"), DECISION),
    (_lazy("Thủ tục"), WHAT),
    (_lazy("Trực tuyến"), ONLINE),
    (_lazy("Nội dung khác"), REST),
)
ORDER = {key: at for at, key in enumerate((*DECISION, *WHAT, *ONLINE, *(table.key for table in LISTS), *REST), start=1)}
LONG = ("part_reason", "part_rule", "conditions", "steps")
WIDE = (
    *LONG,
    *TICKED,
    "name",
    "name_en",
    "source",
    "keywords",
    "aliases",
    "note",
    "decision_agency",
    "ended_by_agency",
)
KNOWN = {"agency": "agencies", "agency_name": "agency-names", "field_code": "field-codes", "field": "field-names"}
HINTS = {
    "effective_from": _lazy("Ngày mới thì thành phiên bản mới; ngày của một phiên bản đã có thì sửa phiên bản ấy."),
    "effective_to": _lazy("Để trống nếu chưa biết ngày hết hiệu lực."),
    "ended_by_number": _lazy("Chỉ ghi khi thủ tục bị bãi bỏ."),
    "keywords": _lazy("Cách nhau bằng dấu chấm phẩy."),
    "aliases": _lazy("Cách nhau bằng dấu chấm phẩy. Mã đã có thì luôn được giữ."),
    "part_reason": _lazy("Bắt buộc khi chỉ trực tuyến một phần (Nghị định 224/2026/NĐ-CP, Điều 14)."),
    "part_rule": _lazy("Bắt buộc khi chỉ trực tuyến một phần."),
    "duration": _lazy("Để trống nếu chưa rõ."),
    "amount": _lazy("Để trống nếu chưa rõ; 0 là không thu."),
}


LAST_DAY = ProcedureColumn("last_day", gettext_noop("Ngày cuối còn hiệu lực"), shape.read_day, required=True)
END_COLUMNS = (LAST_DAY, *(replace(column, required=True) for column in COLUMNS if column.key in shape.ENDING))


@dataclass(frozen=True)
class Blank:
    """One field: ``kind`` says how it is filled in; ``value`` is what was typed, also when it cannot be read."""

    name: str
    label: str
    kind: str
    value: Any
    required: bool
    hint: str
    errors: tuple[str, ...]
    options: tuple[tuple[str, str], ...]
    wide: bool
    known: str
    focused: bool

    @property
    def id(self) -> str:
        """What errors and labels point to."""
        return f"f-{self.name}"

    @property
    def described_by(self) -> str:
        """The hint and the errors, for who listens."""
        parts = [f"{self.id}-hint"] * bool(self.hint) + [f"{self.id}-error"] * bool(self.errors)
        return " ".join(parts)


@dataclass(frozen=True)
class SheetRow:
    """One entry of a list, with a list of its own inside where there is one."""

    path: str
    number: int
    blanks: tuple[Blank, ...]
    inside: "Rows | None" = None


@dataclass(frozen=True)
class Rows:
    """A list with its entries, to which one may add until it is full."""

    path: str
    label: str
    rows: tuple[SheetRow, ...]
    errors: tuple[str, ...]
    focused: bool = False

    @property
    def id(self) -> str:
        """What errors point to."""
        return f"f-{self.path}"

    @property
    def may_add(self) -> bool:
        """Whether the list is not full."""
        return len(self.rows) < MOST_ITEMS


@dataclass
class ProcedureSheet:
    """The whole page of one document; ``focus`` is the path of what the reader goes on from."""

    given: Document
    faults: Sequence[DocumentFault] = ()
    focus: str = ""
    columns: Sequence[ProcedureColumn] = COLUMNS
    events: dict[str, str] = field(
        default_factory=lambda: {life_event.code: life_event.name for life_event in lookup.life_events()}
    )

    def sections(self, *, without: Sequence[str] = ()) -> list[tuple[str, list[Blank]]]:
        """The fields that a procedure has once, under their headings."""
        blanks = {blank.name: blank for blank in self.blanks()}
        return [(str(title), [blanks[key] for key in keys if key not in without]) for title, keys in SECTIONS]

    def blanks(self) -> list[Blank]:
        """One field for each column."""
        return [self._blank(column, self.given, ()) for column in self.columns]

    def lists(self) -> list[Rows]:
        """The fields that a procedure has many of."""
        return [self._rows(table, self.given, ()) for table in LISTS]

    def problems(self) -> list[tuple[str, str, str]]:
        """For the summary, in the order of the page: what to go to, what it is called, what is wrong."""
        faults = sorted(self.faults, key=lambda fault: ORDER.get(str(fault.path[0]), 0))
        return [(f"f-{_field_name(fault.path)}", _fault_label(fault.path, self.columns), fault.why) for fault in faults]

    def _rows(self, table: ProcedureTable, of: Document, before: Path) -> Rows:
        here = (*before, table.key)
        rows = tuple(self._row(table, row, (*here, at)) for at, row in enumerate(of.get(table.key, [])))
        return Rows(
            _field_name(here), _(table.sheet), rows, self._errors(here), focused=self.focus == _field_name(here)
        )

    def _row(self, table: ProcedureTable, row: Document, here: Path) -> SheetRow:
        blanks = tuple(self._blank(column, row, here) for column in table.columns)
        inside = self._rows(FEES, row, here) if FEES.inside == table.key else None
        return SheetRow(_field_name(here), int(here[-1]) + 1, blanks, inside)

    def _blank(self, column: ProcedureColumn, of: Document, before: Path) -> Blank:
        here = (*before, column.key)
        options = shape.OPTIONS.get(column.key, self.events if column.key == "life_events" else {})
        return Blank(
            name=_field_name(here),
            label=_(column.heading),
            kind=_field_kind(column),
            value=_field_value(column, of.get(column.key)),
            required=column.required or column.key in DECISION[2:5],
            hint="" if column.required and column.key in shape.ENDING else str(HINTS.get(column.key, "")),
            errors=self._errors(here),
            options=tuple((code, str(word)) for code, word in options.items()),
            wide=column.key in WIDE,
            known=KNOWN.get(column.key, ""),
            focused=bool(before) and _field_name(before) == self.focus and TABLES[str(before[-2])].columns[0] is column,
        )

    def _errors(self, here: Path) -> tuple[str, ...]:
        return tuple(fault.why for fault in self.faults if fault.path == here)


def _field_name(path: Iterable[str | int]) -> str:
    return "-".join(map(str, path))


def _field_kind(column: ProcedureColumn) -> str:
    if column.key in TICKED:
        return "ticks"
    if column.key in shape.OPTIONS:
        return "choice"
    if column.key in LONG:
        return "long"
    kinds: dict[Reader, str] = {
        shape.read_day: "day",
        shape.read_flag: "flag",
        shape.read_count: "number",
        shape.read_amount: "number",
    }
    return kinds.get(column.read, "text")


def _field_value(column: ProcedureColumn, value: Any) -> Any:
    if column.key in TICKED:
        return list(value or ())
    if column.read is shape.read_flag:
        return str(value) in ("True", "1")
    if isinstance(value, (list, tuple)):
        return "; ".join(map(str, value))
    return "" if value in (None, 0) else str(value)


def _fault_label(path: Path, columns: Sequence[ProcedureColumn]) -> str:
    """Where a fault is, in the words of the page: ``Trường hợp 2 › Mức (đồng)``."""
    label_parts: list[str] = []
    for step in path:
        if isinstance(step, int):
            label_parts[-1] += f" {step + 1}"
            continue
        table = TABLES.get(step)
        headings = {column.key: column.heading for column in columns}
        label_parts.append(_(table.sheet if table else headings.get(step, step)))
        columns = table.columns if table else columns
    return " › ".join(label_parts)


def known_words(day: date) -> dict[str, list[tuple[str, str]]]:
    """What agencies and fields are called in the catalogue already, offered while one types."""
    agencies, fields = finding.agencies_and_fields(day)
    return {
        "agencies": [(filter_choice.code, filter_choice.name) for filter_choice in agencies],
        "agency-names": [(filter_choice.name, "") for filter_choice in agencies],
        "field-codes": [(filter_choice.code, filter_choice.name) for filter_choice in fields],
        "field-names": [(filter_choice.name, "") for filter_choice in fields],
    }

"""What a file says about one return: values by row, and everything that is wrong with it, cell by cell."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.utils.translation import gettext as _

from tinhso.blocks.units import queries as units
from tinhso.blocks.units.models import Unit
from tinhso.government.reporting.models import Return, Upload
from tinhso.government.reporting.queries import numbers
from tinhso.government.reporting.queries.checks import ERROR, NOTE, ReturnProblem, RowKey
from tinhso.government.reporting.queries.returns import ReturnSheet, must_be_open
from tinhso.government.reporting.queries.templates import NAME_HEADING, UNIT_HEADING, column_heading, version_of
from tinhso.government.reporting.queries.workbooks import Grid, open_file
from tinhso.kernel.errors import Refused
from tinhso.kernel.text import fold

NOTES = (numbers.ENGLISH, numbers.ASSUMED)


@dataclass
class UploadReading:
    """What was read. ``blocked`` says that the file itself must be put right: nothing of it may be stored."""

    values: dict[RowKey, dict[str, str]] = field(default_factory=dict)
    problems: list[ReturnProblem] = field(default_factory=list)
    lines: dict[RowKey, int] = field(default_factory=dict)
    blocked: bool = False

    def note(self, *problems: ReturnProblem) -> None:
        """Add problems of the file; an error among them blocks it."""
        self.problems.extend(problems)
        self.blocked = self.blocked or any(problem.severity == ERROR for problem in problems)


def read_upload(sheet: ReturnSheet, name: str, content: bytes) -> UploadReading:
    """Read a file for the return of ``sheet`` without storing anything, with the checks of its rules."""
    must_be_open(sheet.one)
    grid = open_file(name, content)
    if grid.marks:
        check_marks(grid.marks, sheet.one)
    return read_grid(sheet, grid)


def check_marks(marks: Mapping[str, str], one: Return) -> None:
    """Refuse a template that was made for another data set, version, unit or period."""
    expected_marks = {
        "data_set": (one.data_set.code, "other_data_set", _("Tệp là mẫu của biểu %(found)s, không phải %(wanted)s.")),
        "unit": (one.unit.ref, "other_unit", _("Tệp là mẫu của đơn vị có mã %(found)s, không phải %(wanted)s.")),
        "period": (one.period, "other_period", _("Tệp là mẫu của kỳ %(found)s, không phải kỳ %(wanted)s.")),
        "version": (
            version_of(one),
            "old_template",
            _("Tệp là mẫu áp dụng từ %(found)s; biểu mẫu đã đổi (áp dụng từ %(wanted)s). Hãy tải mẫu mới."),
        ),
    }
    for key, (value, code, text) in expected_marks.items():
        if marks.get(key) != value:
            raise Refused(code, text, found=marks.get(key, "?"), wanted=value)


def read_grid(sheet: ReturnSheet, grid: Grid) -> UploadReading:
    """Read a grid of cells for the return of ``sheet``."""
    upload_reading = UploadReading()
    upload_reading.note(*grid.problems)
    columns = _column_positions(sheet, grid, upload_reading)
    if columns is None:
        return upload_reading
    _GridReader(sheet, grid, columns, upload_reading).read_lines()
    if not upload_reading.blocked:
        letters = {code: at for code, at in columns.items() if code in sheet.spec.by_code}
        for problem in sheet.problems(upload_reading.values):
            upload_reading.problems.append(_problem_with_cell(problem, grid, upload_reading, letters))
    return upload_reading


def _problem_with_cell(
    problem: ReturnProblem, grid: Grid, upload_reading: UploadReading, letters: Mapping[str, int]
) -> ReturnProblem:
    line = upload_reading.lines.get((problem.unit, problem.member))
    at = letters.get(problem.column)
    return problem if line is None or at is None else replace(problem, cell=grid.cell(line, at))


def _column_positions(sheet: ReturnSheet, grid: Grid, upload_reading: UploadReading) -> dict[str, int] | None:
    """Where each column stands: "unit", the dimensions and the fields, by their codes; None when one is missing."""
    accepted = _known_headings(sheet)
    columns: dict[str, int] = {}
    for at, text in enumerate(grid.headings):
        code = accepted.get(fold(text), accepted.get(text))
        if text and code is None:
            upload_reading.note(
                _of_heading("unknown_column", _("Cột “%(name)s” không có trong biểu mẫu."), text, grid, at)
            )
        elif code and code in columns:
            upload_reading.note(_of_heading("duplicate_column", _("Cột “%(name)s” có hai lần."), text, grid, at))
        elif code:
            columns[code] = at
    required_columns = ["unit", *(dim.code for dim in sheet.spec.dimensions), *sheet.spec.by_code]
    for code in required_columns:
        if code not in columns:
            name = sheet.spec.by_code[code].name if code in sheet.spec.by_code else code
            upload_reading.note(
                ReturnProblem("missing_column", ERROR, _("Thiếu cột “%(name)s”.") % {"name": name}, column=code)
            )
    return columns if all(code in columns for code in required_columns) else None


def _known_headings(sheet: ReturnSheet) -> dict[str, str]:
    """Every heading that is understood, with its column's code; "" for one that is only for people."""
    accepted = {fold(UNIT_HEADING): "unit", "unit": "unit", fold(NAME_HEADING): "", "name": ""}
    for dim in sheet.spec.dimensions:
        accepted |= {fold(dim.name): dim.code, dim.code: dim.code}
    for field_spec in sheet.spec.fields:
        accepted |= {
            fold(field_spec.name): field_spec.code,
            fold(column_heading(field_spec)): field_spec.code,
            field_spec.code: field_spec.code,
        }
    return accepted


def _of_heading(code: str, text: str, name: str, grid: Grid, at: int) -> ReturnProblem:
    return ReturnProblem(code, ERROR, text % {"name": name[:60]}, value=name[:60], cell=grid.cell(grid.header_line, at))


@dataclass(frozen=True)
class _GridLine:
    """One line of a grid, and the return's unit that it is about."""

    number: int
    cells: Sequence[object]
    unit: Unit


class _GridReader:
    """Reads the lines of a grid whose columns are known."""

    def __init__(self, sheet: ReturnSheet, grid: Grid, columns: Mapping[str, int], found: UploadReading) -> None:
        self.sheet, self.grid, self.columns, self.found = sheet, grid, columns, found
        self.known = _unit_names(sheet)

    def read_lines(self) -> None:
        """Fill ``found`` from every line."""
        for number, cells in self.grid.rows:
            text = _cell_text(cells, self.columns["unit"])
            unit = self.known.get(fold(text))
            if unit is None:
                self.found.note(_unknown_unit(text, self._where(number, "unit")))
                continue
            line = _GridLine(number, cells, unit)
            key = self._key(line, text)
            if key is not None:
                self.found.lines[key] = number
                self.found.values[key] = dict(self._values(line, key[1]))

    def _where(self, number: int, column: str) -> str:
        return self.grid.cell(number, self.columns[column])

    def _fault(self, code: str, text: str, line: _GridLine, member: str, column: str, value: str) -> None:
        where = self._where(line.number, column)
        severity = NOTE if code in NOTES else ERROR
        member_name = self.sheet.spec.members.get(member, "")
        unit = line.unit
        problem = ReturnProblem(
            code, severity, text, unit.pk, unit.name, member, column, value[:40], where, member_name
        )
        self.found.note(problem)

    def _key(self, line: _GridLine, given: str) -> RowKey | None:
        """Which row of the return a line is about; notes why when it is about none."""
        parts = []
        for dim in self.sheet.spec.dimensions:
            member_text = _cell_text(line.cells, self.columns[dim.code])
            member = next((item for item in dim.members if fold(member_text) in (fold(item.name), item.code)), None)
            if member is None:
                text = _("“%(value)s” không phải một mục của phân tổ %(name)s.")
                self._fault(
                    "unknown_member",
                    text % {"value": member_text[:40], "name": dim.name},
                    line,
                    "",
                    dim.code,
                    member_text,
                )
                return None
            parts.append(f"{dim.code}={member.code}")
        key = (line.unit.pk, ";".join(parts))
        if key in self.found.lines:
            text = _("Dòng %(line)s trùng với dòng %(first)s (cùng đơn vị và phân tổ).")
            words = {"line": line.number, "first": self.found.lines[key]}
            self._fault("duplicate_row", text % words, line, key[1], "unit", given)
            return None
        return key

    def _values(self, line: _GridLine, member: str) -> Iterator[tuple[str, str]]:
        for field_spec in self.sheet.spec.fields:
            at = self.columns[field_spec.code]
            cell_value = line.cells[at] if at < len(line.cells) else None
            number = numbers.read_number(cell_value, decimals=field_spec.decimals)
            if number.problem:
                self._fault(
                    number.problem,
                    f"{field_spec.name}: {number.message}",
                    line,
                    member,
                    field_spec.code,
                    str(cell_value),
                )
            elif number.note:
                self._fault(
                    number.note,
                    _interpretation_note(field_spec.name, str(cell_value), number),
                    line,
                    member,
                    field_spec.code,
                    str(cell_value),
                )
            if number.text:
                yield field_spec.code, number.text


def _unit_names(sheet: ReturnSheet) -> dict[str, Unit]:
    """The return's units by reference, by code and by name; a name that two units share names none."""
    units_by_key: dict[str, Unit] = {}
    shared: set[str] = set()
    for unit in sheet.units:
        for name in {fold(unit.ref), fold(unit.code), fold(unit.name)}:
            if name in units_by_key and units_by_key[name].pk != unit.pk:
                shared.add(name)
            units_by_key.setdefault(name, unit)
    by_ref = {fold(unit.ref): unit for unit in sheet.units}
    return {name: unit for name, unit in units_by_key.items() if name not in shared} | by_ref


def _unknown_unit(given: str, cell: str) -> ReturnProblem:
    if not given:
        return ReturnProblem("no_unit", ERROR, _("Dòng có số liệu nhưng không có mã đơn vị."), cell=cell)
    unit = units.known_now().filter(ref=given).first() or units.known_now().filter(name=given).first()
    if unit is not None:
        text = _("%(name)s (%(value)s) không thuộc báo cáo này.") % {"name": unit.name, "value": given}
        return ReturnProblem("foreign_unit", ERROR, text, unit.pk, unit.name, column="unit", value=given, cell=cell)
    text = _("Không có đơn vị nào có mã hoặc tên “%(value)s”.") % {"value": given[:40]}
    return ReturnProblem("unknown_unit", ERROR, text, column="unit", value=given[:40], cell=cell)


def _cell_text(cells: Sequence[object], at: int) -> str:
    value = cells[at] if at < len(cells) else None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value).strip()


def _interpretation_note(name: str, text: str, number: numbers.Number) -> str:
    words = {"name": name, "given": text.strip()[:40], "value": number.text}
    return _("%(name)s: “%(given)s” được hiểu là %(value)s") % words


def waiting_upload(ref: str, *, by: str, now: datetime) -> Upload:
    """A file that its sender may still confirm; refuses another's, and one that has expired."""
    uploads = Upload.objects.select_related("parent__data_set", "parent__unit", "parent__revision").filter(
        ref=ref, by=by
    )
    upload = uploads.filter(expires_at__gt=now).first()
    if upload is None:
        raise Refused("upload_expired", _("Tệp này đã hết hạn xác nhận. Hãy tải lên lại."))
    return upload

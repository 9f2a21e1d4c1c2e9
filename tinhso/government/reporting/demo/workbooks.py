"""Returns that carry published figures: workbooks in the province's folder, handed in the way an agency does.

They are read, checked, handed in, approved by a second person and published by the same services as anybody's file.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from tinhso.blocks.indicators.rights import HAND_IN_RETURNS
from tinhso.blocks.units import queries as units
from tinhso.government.reporting import services
from tinhso.government.reporting.demo import rows, values
from tinhso.government.reporting.demo.copying import CLERK, CLERK_NAME
from tinhso.government.reporting.demo.frames import DemoFrame
from tinhso.government.reporting.demo.profile import ProfileError
from tinhso.government.reporting.models import DataSet, Return
from tinhso.government.reporting.queries import calendar as calendars
from tinhso.government.reporting.queries import data_sets as queries
from tinhso.government.reporting.queries.checks import RowKey, blocking_errors
from tinhso.government.reporting.queries.returns import ReturnSheet
from tinhso.government.reporting.queries.templates import file_name, template_workbook
from tinhso.government.reporting.rights import APPROVE_RETURNS, MANAGE_DATA_SETS, PUBLISH_RETURNS
from tinhso.kernel import periods, working_calendar
from tinhso.kernel.actor import Actor

FOLDER = "returns"
AHEAD, STEP = timedelta(hours=8, minutes=30), timedelta(hours=2, minutes=30)  # on the morning of the due day
HANDS_IN = Actor(CLERK, CLERK_NAME, "program", everywhere=frozenset({HAND_IN_RETURNS, MANAGE_DATA_SETS}))
APPROVES = Actor(
    "demo:approver",
    "Lãnh đạo duyệt báo cáo (minh họa)",
    "program",
    everywhere=frozenset({APPROVE_RETURNS, PUBLISH_RETURNS}),
)


@dataclass(frozen=True)
class Workbook:
    """A file whose name says which return it is: data set, unit's reference, period."""

    path: Path
    data_set: str
    unit: str
    period: str


def demo_workbooks(province: Path) -> list[Workbook]:
    """The workbooks of a province's folder, ordered by name."""
    return [Workbook(path, *path.stem.split("_", 2)) for path in sorted((province / FOLDER).glob("*.xlsx"))]


def returns_from_workbooks(books: Iterable[Workbook]) -> set[tuple[str, int, str]]:
    """Data set, unit's key and period of the returns that come from workbooks."""
    return {(book.data_set, units.by_ref(book.unit).pk, book.period) for book in books}


def hand_in(book: Workbook, *, now: datetime) -> bool:
    """Import one workbook and take it to publication; False when the return already has values."""
    period = periods.parse(book.period)
    data_set = queries.version_for(book.data_set, period)
    services.open_returns(data_set=data_set, period=period, by=HANDS_IN, now=now, is_demo=True)
    unit_return = Return.objects.get(data_set=data_set, unit=units.by_ref(book.unit), period=period.code)
    if unit_return.revision_id is not None:
        return False
    moment = min(unit_return.due_at, now) - AHEAD
    upload_outcome = services.hold_upload(
        ref=unit_return.ref, file_name=book.path.name, content=book.path.read_bytes(), by=HANDS_IN, now=moment
    )
    wrong = blocking_errors(upload_outcome.reading.problems)
    if upload_outcome.upload is None or wrong:
        raise ProfileError(f"{book.path.name}: {wrong[0].cell} {wrong[0].message}")
    services.confirm_upload(ref=upload_outcome.upload.ref, by=HANDS_IN, now=moment)
    services.submit(ref=unit_return.ref, by=HANDS_IN, now=moment)
    services.approve(ref=unit_return.ref, by=APPROVES, now=moment + STEP)
    services.publish(ref=unit_return.ref, by=APPROVES, now=moment + 2 * STEP)
    return True


def write_workbooks(frames: Mapping[str, tuple[DataSet, DemoFrame]], folder: Path) -> list[Path]:
    """Fill in the template of every return that carries a published figure; returns the files."""
    written = []
    for data_set, frame in frames.values():
        if frame.spec.filed_by != "agency":
            continue
        anchored = {
            published_total.period
            for published_total in frame.profile.anchors
            if published_total.data_set == data_set.code
        }
        for code in sorted(anchored & frame.profile.workbook_periods):
            step = [period.code for period in frame.periods].index(code)
            sheet = _filled_sheet(data_set, frame, step)
            path = folder / file_name(sheet.one, "xlsx")
            path.write_bytes(template_workbook(sheet))
            written.append(path)
    return written


def _filled_sheet(data_set: DataSet, frame: DemoFrame, step: int) -> ReturnSheet:
    """The form of one period, filled in with generated values."""
    period = frame.periods[step]
    reporter = queries.owing_units(frame.spec, period).reporters[0]
    due = calendars.due_at(frame.spec, period, working_calendar.working_days())
    unit_return = Return(data_set=data_set, unit=reporter, period=period.code, period_end=period.end, due_at=due)
    return ReturnSheet(
        unit_return, frame.spec, queries.row_units(unit_return, frame.spec), _generated_values(frame, step), {}
    )


def _generated_values(frame: DemoFrame, step: int) -> dict[RowKey, dict[str, str]]:
    fields_by_code = values.make_fields(frame)
    numbers = rows.of_units(frame, fields_by_code, step)
    columns = {
        code: rows.number_texts(numbers[code], field_numbers.places) for code, field_numbers in fields_by_code.items()
    }
    places = [(unit, member) for unit in rows.units_of(frame, step) for member in frame.spec.members]
    return {place: {code: column[at] for code, column in columns.items()} for at, place in enumerate(places)}

"""Returns that fell due, counted for a board: received, on time, how late; and how many checks each unit passed."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, overload

from django.db import connection
from django.db.models import Case, Count, F, Sum, Value, When
from django.utils.translation import gettext as _

from tinhso.blocks.indicators.contract import DUE_ROWS
from tinhso.blocks.indicators.rights import SEE_RETURNS
from tinhso.blocks.units.queries import UnitNode
from tinhso.ioc.models import QualityTally
from tinhso.ioc.queries.quality.problems import (
    RETURN_KEY,
    QualityDesk,
    QualityFilter,
    QualityProblem,
    agency_of,
    last_reminders,
    newest_findings,
    refs_below,
    with_people,
)
from tinhso.ioc.queries.quality.series import RULE
from tinhso.kernel import periods
from tinhso.kernel.errors import Refused
from tinhso.ui.wording import datetime_text, name_in_language, period_text

LATE, MISSING = "late", "missing"
DUE_COLUMNS = "ref, href, data_set, agency, unit_ref, period, due_at, sent_at"
DUE_ORDER = "ORDER BY due_at DESC, data_set, unit_ref"
FIRST_READ = 50  # a page of them comes along with their number
COUNTED = """
    count(*) AS due, count(sent_at) AS sent, count(*) FILTER (WHERE sent_at <= due_at) AS on_time,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM sent_at - due_at) / 86400)
        FILTER (WHERE sent_at > due_at) AS days_late
"""


@dataclass(frozen=True)
class Punctual:
    """Returns of one group that fell due: all, handed in, on time, and the median of days late of the late ones."""

    due: int = 0
    sent: int = 0
    on_time: int = 0
    days_late: float | None = None

    @property
    def missing(self) -> int:
        """How many were never handed in."""
        return self.due - self.sent

    @property
    def complete(self) -> float:
        """Handed in, per cent of those due."""
        return 100 * self.sent / self.due if self.due else 0.0

    @property
    def timely(self) -> float:
        """On time, per cent of those due."""
        return 100 * self.on_time / self.due if self.due else 0.0

    @property
    def level(self) -> str:
        """A step of completeness for the heat map: full, high, middle, low."""
        share = self.complete
        return "full" if self.missing == 0 else "high" if share >= 95 else "middle" if share >= 80 else "low"


@dataclass
class ReturnCounts:
    """The same returns counted in five ways."""

    all: Punctual = field(default_factory=Punctual)
    by_month: dict[str, Punctual] = field(default_factory=dict)
    by_agency: dict[str, Punctual] = field(default_factory=dict)
    by_unit: dict[str, Punctual] = field(default_factory=dict)
    by_data_set: dict[str, Punctual] = field(default_factory=dict)
    cells: dict[tuple[str, str], Punctual] = field(default_factory=dict)
    agency_months: dict[tuple[str, str], Punctual] = field(default_factory=dict)


def return_counts(desk: QualityDesk, quality_filter: QualityFilter) -> ReturnCounts:
    """All counts in one statement per app that tells of returns."""
    counts = ReturnCounts()
    for rows in DUE_ROWS:
        where, arguments = _where_clause(desk, quality_filter)
        sets = "(data_set, month), (agency, month), (unit_ref), (agency), (data_set), (month), ()"
        sql = (
            f"SELECT grouping(data_set, month, unit_ref, agency), data_set, month, unit_ref, agency, {COUNTED}"
            f" FROM ({rows}) due WHERE {where} GROUP BY GROUPING SETS ({sets})"
        )
        with connection.cursor() as cursor:
            cursor.execute(sql, arguments)
            for kind, data_set, month, unit, agency, *numbers in cursor.fetchall():
                _add_counts(counts, kind, (data_set, month, unit, agency), Punctual(*numbers))
    return counts


def _add_counts(counts: ReturnCounts, kind: int, keys: tuple[str, str, str, str], numbers: Punctual) -> None:
    """``kind`` has a bit for each of data set, month, unit, agency that the group is not about."""
    data_set, month, unit, agency = keys
    if kind == 0b0011:
        counts.cells[data_set, month] = numbers
    elif kind == 0b1010:
        counts.agency_months[agency, month] = numbers
    elif kind == 0b1101:
        counts.by_unit[unit] = numbers
    elif kind == 0b1110:
        counts.by_agency[agency] = numbers
    elif kind == 0b0111:
        counts.by_data_set[data_set] = numbers
    elif kind == 0b1011:
        counts.by_month[month] = numbers
    else:
        counts.all = numbers


def _where_clause(desk: QualityDesk, quality_filter: QualityFilter) -> tuple[str, list[Any]]:
    parts = ["day BETWEEN %s AND %s"]
    arguments: list[Any] = [periods.parse(quality_filter.first).start, periods.parse(quality_filter.last).end]
    for column, value in (("data_set", quality_filter.data_set), ("agency", quality_filter.agency)):
        if value:
            parts.append(f"{column} = %s")
            arguments.append(value)
    refs = refs_below(desk.at, quality_filter.unit)
    if refs is not None:
        parts.append("unit_ref = ANY(%s)")
        arguments.append(refs)
    return " AND ".join(parts), arguments


@dataclass(frozen=True)
class DueReturn:
    """One return that was late or is missing."""

    ref: str
    href: str
    data_set: str
    agency: str
    unit_ref: str
    period: str
    due_at: datetime
    sent_at: datetime | None


@dataclass
class DueReturns(Sequence[DueReturn]):
    """Returns that are ``missing``, or were handed in ``late``, newest first; read a slice at a time."""

    desk: QualityDesk
    wanted: QualityFilter
    kind: str
    first: list[DueReturn] = field(default_factory=list)  # read together with their number
    many: int | None = None

    def __len__(self) -> int:
        if self.many is None:
            rows = (
                self._read_rows(f"count(*) OVER (), {DUE_COLUMNS}", f"{DUE_ORDER} LIMIT {FIRST_READ}")
                if DUE_ROWS
                else []
            )
            self.many, self.first = rows[0][0] if rows else 0, [DueReturn(*row[1:]) for row in rows]
        return self.many

    @overload
    def __getitem__(self, at: int) -> DueReturn: ...

    @overload
    def __getitem__(self, at: slice) -> list[DueReturn]: ...

    def __getitem__(self, at: int | slice) -> DueReturn | list[DueReturn]:
        part = at if isinstance(at, slice) else slice(at, at + 1)
        start, stop = part.start or 0, part.stop if part.stop is not None else len(self)
        if stop <= len(self.first):
            due_returns = self.first[start:stop]
            return due_returns if isinstance(at, slice) else due_returns[0]
        tail = f"{DUE_ORDER} LIMIT {int(stop - start)} OFFSET {int(start)}"
        due_returns = [DueReturn(*row) for row in self._read_rows(DUE_COLUMNS, tail)] if DUE_ROWS else []
        return due_returns if isinstance(at, slice) else due_returns[0]

    def _read_rows(self, columns: str, tail: str) -> list[Any]:
        where, arguments = _where_clause(self.desk, self.wanted)
        kind = "sent_at IS NULL" if self.kind == MISSING else "sent_at > due_at"
        rows = " UNION ALL ".join(DUE_ROWS)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {columns} FROM ({rows}) due WHERE {where} AND {kind} {tail}", arguments)
            due_rows: list[Any] = cursor.fetchall()
        return due_rows


def due_problems(desk: QualityDesk, due_returns: Sequence[DueReturn]) -> list[QualityProblem]:
    """Returns as problems to remind somebody of."""
    keys = [f"{RETURN_KEY}{due_return.ref}" for due_return in due_returns]
    last = last_reminders(keys, now=desk.now)
    problems = [replace(_due_problem(desk, due), reminded=last.get(f"{RETURN_KEY}{due.ref}")) for due in due_returns]
    return with_people(desk, problems)


def _due_problem(desk: QualityDesk, due_return: DueReturn) -> QualityProblem:
    unit = desk.at.places.by_ref.get(due_return.unit_ref)
    name = name_in_language(unit) if unit is not None else due_return.unit_ref
    due = datetime_text(due_return.due_at)
    why = (
        _("chưa gửi, hạn %(due)s") % {"due": due}
        if due_return.sent_at is None
        else _("gửi %(sent)s, hạn %(due)s") % {"sent": datetime_text(due_return.sent_at), "due": due}
    )
    may = unit is not None and desk.by.can(SEE_RETURNS, at=unit) and desk.by.kind == "person"
    return QualityProblem(
        key=f"{RETURN_KEY}{due_return.ref}",
        kind=MISSING if due_return.sent_at is None else LATE,
        why=why,
        href=due_return.href,
        title=", ".join((desk.set_name(due_return.data_set), name, period_text(due_return.period))),
        data_set=due_return.data_set,
        unit=unit,
        owner=unit,
        period=due_return.period,
        may_remind=may and due_return.sent_at is None,
        severity="danger" if due_return.sent_at is None else "warning",
    )


def return_problem(desk: QualityDesk, ref: str) -> QualityProblem:
    """One overdue return as a problem; refuses one that was handed in or is not known."""
    rows = " UNION ALL ".join(DUE_ROWS)
    due_row = None
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {DUE_COLUMNS} FROM ({rows}) due WHERE ref = %s AND sent_at IS NULL", [ref])
            due_row = cursor.fetchone()
    if due_row is None:
        raise Refused("unknown_problem", _("Báo cáo này đã được gửi hoặc không có."))
    return due_problems(desk, [DueReturn(*due_row)])[0]


@dataclass(frozen=True)
class QualityScore:
    """How many checks a unit or a data set passed: returns received, on time, and months without doubt."""

    code: str
    name: str
    returns: Punctual
    checked: int = 0
    doubted: int = 0
    node: UnitNode | None = None

    @property
    def passed(self) -> int:
        """Checks passed: one for each return received, one for each on time, one for each month that looks right."""
        return self.returns.sent + self.returns.on_time + self.checked - self.doubted

    @property
    def out_of(self) -> int:
        """Checks made: two for each return that fell due, one for each month of values that was tested."""
        return 2 * self.returns.due + self.checked

    @property
    def share(self) -> float:
        """Checks passed, per cent."""
        return 100 * self.passed / self.out_of if self.out_of else 0.0

    @property
    def believable(self) -> int:
        """Months of values in which nothing looks wrong."""
        return self.checked - self.doubted


def quality_scores(
    desk: QualityDesk, counted: ReturnCounts, by: str, quality_filter: QualityFilter
) -> list[QualityScore]:
    """Units or data sets, those that pass the smallest share of their checks first."""
    tallies = _tallied_months(desk, by, quality_filter)
    returns = counted.by_unit if by == "unit" else counted.by_data_set
    scores = [_quality_score(desk, code, by, returns, tallies) for code in {*returns, *tallies}]
    return sorted(
        (score for score in scores if score.out_of), key=lambda score: (score.share, -score.out_of, score.code)
    )


def _tallied_months(desk: QualityDesk, by: str, quality_filter: QualityFilter) -> dict[str, tuple[int, int]]:
    """(checked, doubted) months by data set, or by the unit whose people file them: a commune or an agency."""
    tallies = QualityTally.objects.filter(run=desk.run)
    if quality_filter.data_set:
        tallies = tallies.filter(data_set=quality_filter.data_set)
    if quality_filter.agency:
        codes = [facts.code for facts in desk.sets.values() if facts.agency == quality_filter.agency]
        tallies = tallies.filter(data_set__in=codes)
    refs = refs_below(desk.at, quality_filter.unit)
    if refs is not None:
        tallies = tallies.filter(unit__in=refs)
    own = [facts.code for facts in desk.sets.values() if by == "unit" and facts.filed_by == "commune"]
    filed = Case(When(data_set__in=own, then=F("unit")), default=Value(""))
    one_of_agency = Case(When(data_set__in=own, then=Value("")), default=F("data_set"))
    group = (one_of_agency, filed) if by == "unit" else (F("data_set"), filed)
    tallies_by_code: dict[str, tuple[int, int]] = {}
    summed = tallies.order_by().values_list(*group).annotate(checked=Sum("checked"), doubted=Sum("doubted"))
    for data_set, unit, checked, doubted in summed:
        code = data_set if by != "unit" else unit or _filer_ref(desk, data_set)
        before = tallies_by_code.get(code, (0, 0))
        tallies_by_code[code] = before[0] + checked, before[1] + doubted
    return tallies_by_code


def _filer_ref(desk: QualityDesk, data_set: str) -> str:
    node = desk.owner(data_set, None)
    return node.ref if node is not None else ""


def _quality_score(
    desk: QualityDesk, code: str, by: str, returns: dict[str, Punctual], told: dict[str, tuple[int, int]]
) -> QualityScore:
    node = desk.at.places.by_ref.get(code) if by == "unit" else None
    name = name_in_language(node) if node is not None else desk.set_name(code)
    return QualityScore(code, name, returns.get(code, Punctual()), *told.get(code, (0, 0)), node=node)


@dataclass(frozen=True)
class FindingCounts:
    """How many findings each test has, and the rules that published values stand against most."""

    by_test: Mapping[str, int]
    rules: tuple[tuple[str, str, int], ...]

    @property
    def all(self) -> int:
        """All findings."""
        return sum(self.by_test.values())


def found_in(desk: QualityDesk, quality_filter: QualityFilter, *, rules: int = 8) -> FindingCounts:
    """Findings counted by test, and (data set, rule in words, how often) of the most frequent rules."""
    words = Case(When(test=RULE, then=F("more")), default=Value(""))
    counted = newest_findings(desk, quality_filter).order_by().values_list("test", "data_set", words)
    by_test: Counter[str] = Counter()
    broken: Counter[tuple[str, str]] = Counter()
    for test, data_set, more, many in counted.annotate(many=Count("pk")):
        by_test[test] += many
        if test == RULE:
            broken[data_set, more] += many
    most = sorted(broken.items(), key=lambda one: (-one[1], one[0]))[:rules]
    return FindingCounts(by_test, tuple((code, more, many) for (code, more), many in most))


def months_of(quality_filter: QualityFilter) -> list[str]:
    """Every month of the board, oldest first."""
    return [
        period.code
        for period in periods.between(periods.parse(quality_filter.first), periods.parse(quality_filter.last))
    ]


@dataclass(frozen=True)
class HeatRow:
    """A data set with its months; None where nothing fell due."""

    code: str
    name: str
    cells: tuple[tuple[str, Punctual | None], ...]
    all: Punctual


def heat_rows(desk: QualityDesk, quality_filter: QualityFilter, counted: ReturnCounts) -> list[HeatRow]:
    """Completeness of every data set, month by month: those with most missing first."""
    rows: dict[str, list[tuple[str, Punctual | None]]] = defaultdict(list)
    for code in counted.by_data_set:
        rows[code] = [(month, counted.cells.get((code, month))) for month in months_of(quality_filter)]
    data_set_rows = [
        HeatRow(code, desk.set_name(code), tuple(cells), counted.by_data_set[code]) for code, cells in rows.items()
    ]
    return sorted(data_set_rows, key=lambda row: (-row.all.missing, row.all.timely, row.code))


@dataclass(frozen=True)
class AgencyLine:
    """How timely the data sets of an agency are, with its months."""

    code: str
    name: str
    returns: Punctual
    trend: tuple[float | None, ...]


def agency_lines(desk: QualityDesk, quality_filter: QualityFilter, counted: ReturnCounts) -> list[AgencyLine]:
    """Agencies by the share that came on time, the least timely first."""
    lines = []
    for code, numbers in counted.by_agency.items():
        node = agency_of(desk.at.places, code)
        months = (counted.agency_months.get((code, month)) for month in months_of(quality_filter))
        trend = tuple(punctual.timely if punctual is not None else None for punctual in months)
        lines.append(AgencyLine(code, name_in_language(node) if node is not None else code, numbers, trend))
    return sorted(lines, key=lambda line: (line.returns.timely, line.code))

"""The provincial digital transformation index (DTI): its criteria as data, three columns of points, what is missing.

Which criteria there are and how many points each may have is told by ``dti.toml`` of the province; a weight that nobody
knows is left out there and said to be unknown here. Self-scored points never replace verified or published ones
(Nghị định 224/2026/NĐ-CP, Điều 8).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated

from django.db.models import Count
from django.utils.translation import gettext as _
from pydantic import Field

from tinhso.blocks.documents.models import Paper, PaperUse
from tinhso.blocks.indicators import queries as indicators
from tinhso.blocks.indicators.contract import Audience, Indicator
from tinhso.blocks.indicators.queries import Reading
from tinhso.blocks.units import queries as units
from tinhso.blocks.units.models import Unit
from tinhso.government.programme.models import Score
from tinhso.government.programme.queries import plans
from tinhso.kernel import periods
from tinhso.kernel.errors import Refused, gettext_noop
from tinhso.kernel.province_table import province_table, table

COLUMNS = tuple(Score.Column.values)


@table
class IndexPillar:
    """A main index of the scheme."""

    code: str
    name: str
    name_en: str = ""


@table
class Criterion:
    """A component index; ``most`` None: how many points it may have is unknown."""

    code: str
    pillar: str
    name: str
    most: Annotated[Decimal | None, Field(alias="max")] = None
    indicator: str = ""
    illustrative: bool = False


@table
class FormerIndexAgency:
    """Who was in charge before, up to and including a year."""

    code: str
    to: int


@table
class Scheme:
    """The set as a whole; ``criteria`` is how many it has in all, also those that the file does not name."""

    code: str = ""
    name: str = ""
    basis: str = ""
    criteria: int = 0
    first_year: int = 2022
    agency: str = ""
    former_agency: tuple[FormerIndexAgency, ...] = ()


@table
class DtiIndex:
    """What the file says: the scheme, its main indices, and the component indices that are known."""

    scheme: Scheme = Scheme()
    pillars: Annotated[tuple[IndexPillar, ...], Field(alias="pillar")] = ()
    known: Annotated[tuple[Criterion, ...], Field(alias="criterion")] = ()

    def criterion(self, code: str) -> Criterion:
        """One criterion; refuses an unknown one."""
        for criterion in self.known:
            if criterion.code == code:
                return criterion
        raise Refused("unknown_criterion", gettext_noop("Không có chỉ số “%(code)s” trong bộ chỉ số."), code=code[:20])


index = province_table("dti.toml", DtiIndex)


@dataclass(frozen=True)
class CriterionLine:
    """One criterion in a year: points by column, the figure that was computed beside, how many files bear it out."""

    criterion: Criterion
    points: dict[str, Score]
    papers: int
    indicator: Indicator | None = None
    reading: Reading | None = None
    unit: str = ""


@dataclass(frozen=True)
class Total:
    """Points of a column over the criteria that have some, out of what these may have as far as that is known."""

    column: str
    name: str
    points: Decimal
    most: Decimal | None
    scored: int


@dataclass(frozen=True)
class IndexBoard:
    """A year: lines by pillar, totals, and what is missing in words."""

    scheme: Scheme
    year: int
    parts: Sequence[tuple[IndexPillar, Sequence[CriterionLine]]]
    totals: Sequence[Total]
    gaps: Sequence[str]


def used_in(year: int, code: str) -> str:
    """How papers know the criterion that they bear out."""
    return f"programme:dti:{year}:{code}"


def papers_of(years: Sequence[int], dti_index: DtiIndex) -> dict[tuple[int, str], int]:
    """How many files bear out a criterion, by year and code; those without any are missing."""
    keys = {used_in(year, criterion.code): (year, criterion.code) for year in years for criterion in dti_index.known}
    rows = PaperUse.objects.filter(used_in__in=list(keys)).values("used_in").annotate(n=Count("pk"))
    return {keys[row["used_in"]]: row["n"] for row in rows}


def index_board(year: int, to: Audience, today: date) -> IndexBoard:
    """The index in a year."""
    dti_index = index()
    scores = {(score.criterion, score.column): score for score in Score.objects.filter(year=year, known_to=None)}
    papers = {code: count for (_year, code), count in papers_of([year], dti_index).items()}
    at = IndexFrame(year, to, today, units.province(min(today, date(year, 12, 31))), indicators.newest_number())
    lines = [_criterion_line(criterion, scores, papers.get(criterion.code, 0), at) for criterion in dti_index.known]
    parts = [
        (index_pillar, [line for line in lines if line.criterion.pillar == index_pillar.code])
        for index_pillar in dti_index.pillars
    ]
    return IndexBoard(
        dti_index.scheme,
        year,
        parts,
        [_column_total(column, lines) for column in COLUMNS],
        _gap_notes(dti_index.scheme, lines),
    )


@dataclass(frozen=True)
class CriterionPage:
    """One criterion in a year with every score that it had, the newest first, and the files that bear it out."""

    line: CriterionLine
    history: Sequence[Score]
    papers: Sequence[Paper]


def criterion_page(year: int, criterion: Criterion, to: Audience, today: date) -> CriterionPage:
    """What the page of a criterion shows."""
    scores, papers = score_history(year, criterion.code), list(plans.papers_used_in(used_in(year, criterion.code)))
    scores_by_key = {(score.criterion, score.column): score for score in scores if score.known_to is None}
    at = IndexFrame(year, to, today, units.province(min(today, date(year, 12, 31))), indicators.newest_number())
    return CriterionPage(_criterion_line(criterion, scores_by_key, len(papers), at), scores, papers)


def score_history(year: int, code: str) -> list[Score]:
    """Every score of a criterion in a year, the newest first."""
    return list(Score.objects.filter(year=year, criterion=code).order_by("-known_from", "-pk"))


@dataclass(frozen=True)
class IndexFrame:
    """What figures beside points are read by; ``snapshot`` 0 where nothing was published yet."""

    year: int
    to: Audience
    today: date
    province: Unit | None
    snapshot: int


def _criterion_line(
    criterion: Criterion, scores: Mapping[tuple[str, str], Score], papers: int, at: IndexFrame
) -> CriterionLine:
    points = {column: score for column in COLUMNS if (score := scores.get((criterion.code, column))) is not None}
    indicator = indicators.catalogue(day=at.today).indicators.get(criterion.indicator) if criterion.indicator else None
    reading = None
    if indicator is not None and at.province is not None and at.snapshot:
        readings = indicators.reading_series(indicator, at.province.ref, to=at.to, snapshot=at.snapshot)
        reading = next((r for r in reversed(readings) if r.value is not None and _year_of_reading(r) <= at.year), None)
    return CriterionLine(criterion, points, papers, indicator, reading, at.province.ref if at.province else "")


def _year_of_reading(reading: Reading) -> int:
    return periods.parse(reading.period).end.year


def _column_total(column: str, lines: Sequence[CriterionLine]) -> Total:
    scored = [line for line in lines if column in line.points]
    mosts = [line.criterion.most for line in scored]
    known_mosts = [most for most in mosts if most is not None]
    points = sum((line.points[column].points for line in scored), Decimal(0))
    most = sum(known_mosts, Decimal(0)) if len(known_mosts) == len(mosts) and mosts else None
    return Total(column, str(Score.Column(column).label), points, most, len(scored))


def _gap_notes(scheme: Scheme, lines: Sequence[CriterionLine]) -> list[str]:
    notes = []
    if scheme.criteria > len(lines):
        missing = scheme.criteria - len(lines)
        notes.append(
            _("%(n)s trong %(all)s chỉ số thành phần của bộ chưa được khai.") % {"n": missing, "all": scheme.criteria}
        )
    if weights := sum(line.criterion.most is None for line in lines):
        notes.append(_("%(n)s chỉ số chưa biết điểm tối đa.") % {"n": weights})
    for column in COLUMNS:
        if empty := sum(column not in line.points for line in lines):
            name = str(Score.Column(column).label)
            notes.append(_("Cột %(column)s còn %(n)s chỉ số chưa có điểm.") % {"column": name, "n": empty})
    if bare := sum("self" in line.points and not line.papers for line in lines):
        notes.append(_("%(n)s chỉ số tự chấm chưa có minh chứng.") % {"n": bare})
    return notes

"""A scorecard filled in: points where there are figures, a range where there are none, never a guess."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tinhso.blocks.indicators import queries as indicators
from tinhso.blocks.indicators.contract import Indicator
from tinhso.blocks.indicators.queries import Reading
from tinhso.ioc.queries import shown as words
from tinhso.ioc.queries.frame import SnapshotFrame, UnitView
from tinhso.ioc.queries.scorecard.definition import (
    Grade,
    ScorecardDefinition,
    ScorecardGroup,
    ScorecardPart,
    ScorecardSection,
)
from tinhso.kernel import periods
from tinhso.kernel.periods import Period, PeriodType

NONE, ALL = Decimal(0), Decimal(1)
PERCENT, AGENCY = "%", "agency"


@dataclass(frozen=True)
class Points:
    """Points between ``low`` and ``high`` (the same where all is known) out of ``most``."""

    low: Decimal
    high: Decimal
    most: Decimal

    @property
    def is_known(self) -> bool:
        """Whether it is one number."""
        return self.low == self.high

    @property
    def decimals(self) -> int:
        """Places that :attr:`most` needs."""
        return 0 if self.most == self.most.to_integral_value() else 2


@dataclass(frozen=True)
class Scored:
    """A part with its figure; ``why`` says why there is none."""

    part: ScorecardPart
    indicator: Indicator | None
    reading: Reading | None
    points: Points
    why: str = ""
    member: str = ""

    @property
    def source(self) -> str:
        """Where the figure comes from."""
        return self.indicator.source if self.indicator else ""


@dataclass(frozen=True)
class ScoredSection:
    """A section with its parts."""

    section: ScorecardSection
    points: Points
    parts: tuple[Scored, ...]


@dataclass(frozen=True)
class ScoredGroup:
    """A group with its sections."""

    group: ScorecardGroup
    points: Points
    sections: tuple[ScoredSection, ...]


@dataclass(frozen=True)
class FilledScorecard:
    """The whole. ``grade`` None: it cannot be said, or the name of that grade is not known (``grade_words``)."""

    definition: ScorecardDefinition
    period: Period
    points: Points
    groups: tuple[ScoredGroup, ...]
    grade: Grade | None
    computed: int
    parts: int

    @property
    def has_provisional(self) -> bool:
        """Whether some weight or the way of scoring is not known."""
        return not self.definition.scoring_known or any(part.is_provisional for part in self.definition.parts())


def scorecard_of(
    at: SnapshotFrame, unit_view: UnitView, scorecard_definition: ScorecardDefinition, period: Period, agency: str = ""
) -> FilledScorecard:
    """The scorecard of a unit (or of one agency's cases there) for a period."""
    groups = tuple(
        _scored_group(at, unit_view, scorecard_group, period, agency) for scorecard_group in scorecard_definition.groups
    )
    points = _sum_points(group.points for group in groups)
    parts = [part for group in groups for section in group.sections for part in section.parts]
    return FilledScorecard(
        definition=scorecard_definition,
        period=period,
        points=points,
        groups=groups,
        grade=grade_of(points, scorecard_definition.grades),
        computed=sum(part.reading is not None for part in parts),
        parts=len(parts),
    )


def grade_of(points: Points, grades: Sequence[Grade]) -> Grade | None:
    """The grade that holds for every total in the range; None where there is none or none is known."""
    for grade in grades:
        above = grade.floor is None or points.low >= grade.floor
        beneath = grade.below is None or points.high < grade.below
        if above and beneath:
            return grade
    return None


def _sum_points(found: Iterable[Points]) -> Points:
    every = list(found)
    return Points(*(sum((getattr(points, name) for points in every), NONE) for name in ("low", "high", "most")))


def _scored_group(
    at: SnapshotFrame, unit_view: UnitView, group: ScorecardGroup, period: Period, agency: str
) -> ScoredGroup:
    sections = tuple(
        _scored_section(at, unit_view, scorecard_section, period, agency) for scorecard_section in group.sections
    )
    return ScoredGroup(group, _sum_points(scored_section.points for scored_section in sections), sections)


def _scored_section(
    at: SnapshotFrame, unit_view: UnitView, section: ScorecardSection, period: Period, agency: str
) -> ScoredSection:
    parts = tuple(_scored_part(at, unit_view, scorecard_part, period, agency) for scorecard_part in section.parts)
    return ScoredSection(section, _sum_points(scored.points for scored in parts), parts)


def _scored_part(at: SnapshotFrame, unit_view: UnitView, part: ScorecardPart, period: Period, agency: str) -> Scored:
    unknown = Points(NONE, part.weight, part.weight)
    if part.missing:
        return Scored(part, None, None, unknown, _missing_text(part))
    indicator = at.catalogue.indicators.get(part.indicator)
    if indicator is None:
        return Scored(part, None, None, unknown, _("tỉnh chưa có chỉ tiêu %(code)s") % {"code": part.indicator})
    why = _why_not(indicator, agency)
    reading = None if why else _reading_of_period(at, unit_view, indicator, period, agency)
    value = reading.value if reading else None
    if reading is None or value is None:
        text = why or words.no_figure(
            reading, "" if reading is None or reading.computable else words.reason_of(at, reading)
        )
        return Scored(part, indicator, None, unknown, text)
    share = min(max(value / 100, NONE), ALL)
    points = part.weight * (ALL - share if part.invert else share)
    member = f"{AGENCY}={agency}" if agency else ""
    return Scored(part, indicator, reading, Points(points, points, part.weight), member=member)


def _missing_text(part: ScorecardPart) -> str:
    return part.missing_en if get_language() == "en" and part.missing_en else part.missing


def _why_not(indicator: Indicator, agency: str) -> str:
    if not indicator.kind.has_out_of or indicator.unit_of_measure != PERCENT:
        return _("chỉ tiêu này không phải tỷ lệ phần trăm")
    if agency and AGENCY not in indicator.by:
        return _("chỉ tiêu này không chia theo cơ quan")
    return ""


def _reading_of_period(
    at: SnapshotFrame, unit_view: UnitView, indicator: Indicator, period: Period, agency: str
) -> Reading | None:
    """The reading of the period, else of the longer one in which the indicator is told and which holds the period."""
    own = periods.of(period.end, PeriodType(indicator.period))
    codes = [period.code, *([own.code] if own.start <= period.start and own.code != period.code else [])]
    family = (AGENCY, agency) if agency else ("", "")
    for code in codes:
        readings = indicators.readings_across(
            indicator,
            [unit_view.unit.ref],
            code,
            to=at.audience,
            basis=unit_view.basis,
            family=family,
            snapshot=at.number,
        )
        if readings:
            return readings[0]
    return None

"""Which operator reaches which commune with which technology: told place by place, and what is not told stays unknown.

A commune may have several records of an operator: hamlets, or former communes that merged into it. A technology reaches
the commune where each of its records has it.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from tinhso.blocks.units import queries as units
from tinhso.blocks.units.models import Boundary, Level, Unit
from tinhso.economy.connectivity.models import Coverage, Operator
from tinhso.economy.connectivity.queries.lookup import ALIVE
from tinhso.economy.connectivity.rights import SEE_CONNECTIVITY
from tinhso.kernel.actor import Actor
from tinhso.ui.drawing import DrawnMap, map_of

TECHNOLOGIES = {"g2": "2G", "g3": "3G", "g4": "4G", "g5": "5G"}
USUAL = "g4"


@dataclass(frozen=True)
class CoverageRecord:
    """One record: what reaches a place, and who says so."""

    ref: str
    name: str
    reaches: frozenset[str]
    by: str
    on: date


@dataclass(frozen=True)
class CoveredPlace:
    """A commune with what is told of it by operator (its key)."""

    unit: Unit
    told: Mapping[int, Sequence[CoverageRecord]] = field(default_factory=dict)

    def records(self, operator: int | None) -> list[CoverageRecord]:
        """Records of one operator, or of all."""
        return [
            coverage_record for key, some in self.told.items() if operator in (None, key) for coverage_record in some
        ]

    def has(self, operator: int | None, technology: str) -> bool | None:
        """Whether the operator (any, for None) reaches the whole commune; None where nobody told."""
        some = [self.told[key] for key in ([operator] if operator is not None else self.told) if key in self.told]
        return (
            any(
                all(technology in coverage_record.reaches for coverage_record in coverage_records)
                for coverage_records in some
            )
            if some
            else None
        )

    def best(self, operator: int | None) -> int | None:
        """The newest generation that reaches the whole commune: 2 to 5, 0 for none, None where nobody told."""
        generations = [int(name[1]) for name in TECHNOLOGIES if self.has(operator, name)]
        return max(generations, default=0) if self.has(operator, USUAL) is not None else None


@dataclass(frozen=True)
class Count:
    """So many communes of those that somebody told of have a technology."""

    technology: str
    label: str
    count: int
    out_of: int


@dataclass(frozen=True)
class OperatorCoverage:
    """One operator: of how many communes it is told what reaches them, and how many have which technology."""

    operator: Operator
    told: int
    out_of: int
    counts: Sequence[Count]
    last: date | None


@dataclass(frozen=True)
class Gap:
    """A commune (or some of its places) without a technology; ``records`` are those that lack it."""

    unit: Unit
    records: Sequence[CoverageRecord]


def covered_places(by: Actor, day: date) -> list[CoveredPlace]:
    """Communes of ``day`` that ``by`` may see, in their order, each with what is told of it."""
    reached = Q() if SEE_CONNECTIVITY in by.everywhere else Q(pk__in=by.places(SEE_CONNECTIVITY))
    communes = {unit.pk: unit for unit in units.at(day).filter(reached, level=Level.COMMUNE)}
    records_by_commune: dict[int, dict[int, list[CoverageRecord]]] = defaultdict(lambda: defaultdict(list))
    rows = Coverage.objects.filter(ALIVE, Q(unit__in=communes) | Q(unit__parent__in=communes)).select_related("unit")
    for coverage in rows.order_by("name_key", "pk"):
        home = coverage.unit_id if coverage.unit_id in communes else coverage.unit.parent_id
        reaches = frozenset(name for name in TECHNOLOGIES if getattr(coverage, name))
        coverage_record = CoverageRecord(
            coverage.ref, coverage.name, reaches, coverage.get_told_by_display(), coverage.told_on
        )
        records_by_commune[home or 0][coverage.operator_id].append(coverage_record)
    return [CoveredPlace(unit, records_by_commune.get(pk, {})) for pk, unit in communes.items()]


def mobile_operators() -> list[Operator]:
    """Operators with mobile services."""
    return list(Operator.objects.filter(ALIVE, mobile=True).order_by("name_key", "pk"))


def operator_coverages(places: Sequence[CoveredPlace], of: Iterable[Operator]) -> list[OperatorCoverage]:
    """Every operator's coverage at a glance."""
    return [_operator_coverage(places, operator) for operator in of]


def _operator_coverage(places: Sequence[CoveredPlace], operator: Operator) -> OperatorCoverage:
    reported_places = [covered_place for covered_place in places if operator.pk in covered_place.told]
    counts = [
        Count(
            name,
            label,
            sum(1 for covered_place in reported_places if covered_place.has(operator.pk, name)),
            len(reported_places),
        )
        for name, label in TECHNOLOGIES.items()
    ]
    last = max(
        (coverage_record.on for place in reported_places for coverage_record in place.told[operator.pk]), default=None
    )
    return OperatorCoverage(operator, len(reported_places), len(places), counts, last)


def coverage_gaps(places: Sequence[CoveredPlace], operator: int | None, technology: str) -> list[Gap]:
    """Communes that somebody told of and that the operator (any, for None) does not reach as a whole."""
    return [
        Gap(
            covered_place.unit,
            [
                coverage_record
                for coverage_record in covered_place.records(operator)
                if technology not in coverage_record.reaches
            ],
        )
        for covered_place in places
        if covered_place.has(operator, technology) is False
    ]


def unreported_count(places: Sequence[CoveredPlace], operator: int | None) -> int:
    """Of how many communes nobody told."""
    return sum(1 for covered_place in places if covered_place.has(operator, USUAL) is None)


def coverage_map(places: Sequence[CoveredPlace], operator: int | None) -> DrawnMap | None:
    """Communes by the newest generation that reaches them as a whole."""
    by_unit = {covered_place.unit.pk: covered_place for covered_place in places}
    rows = Boundary.objects.filter(unit__in=by_unit).values_list("unit_id", "geometry")
    areas = [_coverage_area(by_unit[unit], geometry, operator) for unit, geometry in rows]
    return map_of(areas) if areas else None


def _coverage_area(place: CoveredPlace, geometry: object, operator: int | None) -> dict[str, object]:
    values = {"unit": place.unit.ref} | ({"operator": str(operator)} if operator is not None else {})
    return {
        "ref": place.unit.ref,
        "name": place.unit.name,
        "geometry": json.dumps(geometry),
        "value": place.best(operator),
        "text": _("chưa có thông tin"),
        "href": f"{reverse('registers:list', args=['coverage'])}?{urlencode(values)}",
    }

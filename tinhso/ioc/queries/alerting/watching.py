"""What is watched, and what a finding about it says."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from tinhso.blocks.indicators import queries as indicators
from tinhso.blocks.indicators.contract import Access, Audience, Indicator
from tinhso.blocks.units import queries as units
from tinhso.blocks.units.models import Level
from tinhso.blocks.units.queries import UnitNode
from tinhso.ioc.models import Alert, Favourite
from tinhso.ioc.queries.alerting.rules import HEADLINE, KEY, AlertRules
from tinhso.ioc.queries.frame import SnapshotFrame
from tinhso.ioc.queries.places import CURRENT, OLD, PUBLISHED

COLLEAGUE = Audience(Access.INTERNAL)  # who may see indicators, and nothing that is restricted


@dataclass(frozen=True)
class AlertFinding:
    """A condition at a place: it ``holds``, it is over (False), or neither (None): then nothing opens and nothing ends.

    ``unit``, ``office`` and ``concerned`` are keys of units.
    """

    key: str
    kind: str
    holds: bool | None
    unit: int
    office: int
    period: str
    severity: str = Alert.Severity.WARNING
    facts: Mapping[str, Any] = field(default_factory=dict)
    domain: str = ""
    indicator: str = ""
    data_set: str = ""
    basis: str = ""
    concerned: tuple[int, ...] = ()
    restricted: bool = False


@dataclass(frozen=True)
class Watched:
    """One indicator with the units whose targets, and those whose sudden changes, are watched on one basis.

    ``followed`` are the units of which somebody follows it: they are told of even where many are worse.
    """

    indicator: Indicator
    basis: str
    level: str
    aims: frozenset[str]
    changes: frozenset[str]
    followed: frozenset[str] = frozenset()

    @property
    def units(self) -> frozenset[str]:
        """All of them."""
        return self.aims | self.changes


def watched_indicators(at: SnapshotFrame, rules: AlertRules) -> Iterator[Watched]:
    """What the province watches at each level, and what people follow besides."""
    home = at.places.home
    if home is None:
        return
    communes = frozenset(node.ref for node in at.places.communes(home, at.places.day))
    followed = _followed_units()
    for indicator in at.catalogue.indicators.values():
        own = {ref: basis for ref, basis in followed.get(indicator.code, {}).items() if ref in at.places.by_ref}
        for level, basis, refs in _watched_places(at, home, communes, rules):
            if level == "commune" and at.catalogue.facts[indicator.fact].level != "commune":
                continue
            extra = frozenset(ref for ref in refs if own.get(ref, "") in (basis, PUBLISHED))
            aims = refs if _is_watched(indicator, rules.aim.at(level).watch) else extra
            changes = refs if _is_watched(indicator, rules.change.worth(level).watch) else extra
            if aims or changes:
                yield Watched(indicator, basis, level, aims, changes, extra)


def _watched_places(
    at: SnapshotFrame, home: UnitNode, communes: frozenset[str], rules: AlertRules
) -> Iterator[tuple[str, str, frozenset[str]]]:
    """Levels with their basis and units: units of today as they are today, the former province as it was."""
    yield "province", _basis_of_unit(at, home.ref), frozenset({home.ref})
    old = at.places.old
    if rules.watching.former and old is not None and old.pk != home.pk and (OLD, old.ref) in at.places.sources:
        yield "province", OLD, frozenset({old.ref})
    if communes:
        yield "commune", CURRENT, communes


def _basis_of_unit(at: SnapshotFrame, ref: str) -> str:
    return CURRENT if (CURRENT, ref) in at.places.sources else PUBLISHED


def _followed_units() -> dict[str, dict[str, str]]:
    """Units and bases of the indicators that somebody follows."""
    bases_by_indicator: dict[str, dict[str, str]] = {}
    for code, unit, basis in Favourite.objects.filter(member="").values_list("indicator", "unit", "basis"):
        bases_by_indicator.setdefault(code, {})[unit] = basis
    return bases_by_indicator


def _is_watched(indicator: Indicator, word: str) -> bool:
    return indicator.headline if word == HEADLINE else word == KEY and (indicator.headline or indicator.key)


def finding_fields(at: SnapshotFrame, watched: Watched, ref: str, kind: str, period: str) -> dict[str, Any]:
    """What every finding about a figure carries: its key, place and subject."""
    node = at.places.by_ref[ref]
    return {
        "key": f"{kind}:{watched.indicator.code}:{ref}:{watched.basis}",
        "kind": kind,
        "unit": node.pk,
        "office": office_of(at, watched.indicator.agency, node),
        "period": period,
        "domain": watched.indicator.domain,
        "indicator": watched.indicator.code,
        "basis": watched.basis,
    }


def office_of(at: SnapshotFrame, agency: str, node: UnitNode) -> int:
    """Who answers: a commune for its own figures, else the agency responsible, else the province."""
    if node.level == Level.COMMUNE:
        return node.pk
    agency_key = _agency_key(agency, at.places.day, at.places.version)
    return agency_key or (at.places.home.pk if at.places.home else node.pk)


@lru_cache(maxsize=512)
def _agency_key(code: str, day: date, _version: tuple[int, int, int]) -> int | None:
    unit = units.agency(code, day) if code else None
    return unit.pk if unit else None


def is_restricted(indicator: Indicator, ref: str, basis: str, period: str, number: int) -> bool:
    """Whether a colleague without the right to restricted figures may not be told this figure."""
    if not indicator.sensitive and indicator.access_at(units.level_name(ref)) is not Access.RESTRICTED:
        return False
    readings = indicators.reading_series(indicator, ref, to=COLLEAGUE, basis=basis, snapshot=number)
    return any(reading.period == period and reading.hidden for reading in readings)


def clear_agency_cache() -> None:
    """Drop what is kept in memory; for tests."""
    _agency_key.cache_clear()

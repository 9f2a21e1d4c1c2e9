"""The province's demo profile: how plausible returns are made, read from TOML beside the province's other data."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from tinhso.kernel import periods
from tinhso.kernel.periods import Period


class ProfileError(ValueError):
    """The profile cannot be carried out; the message names the data set and the field."""


@dataclass(frozen=True)
class PublishedTotal:
    """The total of a field (of some members, when named) over all units in one period: a published figure."""

    data_set: str
    field: str
    period: str
    total: Decimal
    member: Mapping[str, str]


@dataclass(frozen=True)
class Population:
    """People living in one unit on the whole, spread over its communes by drawn weights."""

    unit: str
    total: int


@dataclass(frozen=True)
class Closed:
    """Members that no longer occur after a period: everything about them is zero from then on."""

    data_set: str
    member: Mapping[str, str]
    after: Period


@dataclass(frozen=True)
class Profile:
    """All that the generator is told.

    ``unscaled`` names fields that do not grow when provinces merge; returns with a published figure in one of
    ``workbook_periods`` are handed in as workbooks, the way a real agency does.
    """

    seed: int
    first: Period
    last: Period
    home: tuple[str, ...]
    population: tuple[Population, ...]
    population_growth: float
    size_spread: float
    urban_factor: float
    fields: Mapping[str, Mapping[str, Mapping[str, Any]]]
    anchors: tuple[PublishedTotal, ...]
    closed: tuple[Closed, ...]
    unscaled: frozenset[str]
    workbook_periods: frozenset[str]
    late: Mapping[str, float]


def read_profile(province: Path) -> Profile:
    """Read ``province.toml``, ``demo/profile.toml`` and ``demo/profile/*.toml`` of a province's folder."""
    settings = _read_toml(province / "province.toml")
    main = _read_toml(province / "demo" / "profile.toml")
    parts = [_read_toml(path) for path in sorted((province / "demo" / "profile").glob("*.toml"))]
    demo, people = settings["demo"], main["population"]
    return Profile(
        seed=int(main.get("seed", demo["seed"])),
        first=periods.parse(main.get("first_period", demo["first_period"])),
        last=periods.parse(main.get("last_period", demo["last_period"])),
        home=_home_units(settings["units"]),
        population=tuple(Population(person["unit"], int(person["total"])) for person in people["total"]),
        population_growth=float(people.get("growth", 0)),
        size_spread=float(people.get("spread", 0.3)),
        urban_factor=float(people.get("urban_factor", 1)),
        fields={code: value for part in parts for code, value in part.items() if isinstance(value, dict)},
        anchors=tuple(_read_anchor(anchor_table) for part in (main, *parts) for anchor_table in part.get("anchor", [])),
        closed=tuple(
            Closed(closed_table["data_set"], closed_table["member"], periods.parse(closed_table["after"]))
            for closed_table in main.get("closed", [])
        ),
        unscaled=frozenset(main.get("unscaled", [])),
        workbook_periods=frozenset(main.get("workbook_periods", [])),
        late={name: float(value) for name, value in main.get("late", {}).items()},
    )


def _home_units(units: Mapping[str, Any]) -> tuple[str, ...]:
    refs = [units[name] for name in ("old_province_ref", "current_province_ref") if units.get(name)]
    return tuple(dict.fromkeys(refs))


def _read_anchor(values: Mapping[str, Any]) -> PublishedTotal:
    return PublishedTotal(
        values["data_set"], values["field"], values["period"], Decimal(values["total"]), values.get("member", {})
    )


def _read_toml(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        return tomllib.load(file)

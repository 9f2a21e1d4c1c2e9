"""The room in which numbers of one data set are made: periods × grains × members, with the chance that moves them."""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import product

import numpy as np
from numpy.typing import NDArray

from tinhso.government.reporting.demo.grains import CommuneEra, Floats, Ground
from tinhso.government.reporting.demo.profile import Profile
from tinhso.government.reporting.queries.specs import DataSetSpec
from tinhso.kernel import periods
from tinhso.kernel.periods import MONTHS, Period

MEMORY = 0.93  # how much of a stock's deviation stays from one month to the next


@dataclass(frozen=True)
class DemoFrame:
    """One data set's periods, grains and members.

    ``people`` holds the people of each grain in each period, 0 where it is not there; ``home`` those of the grains that
    the first period knew; ``years`` counts from the profile's first period; ``members`` are member codes by dimension.
    """

    spec: DataSetSpec
    profile: Profile
    periods: tuple[Period, ...]
    eras: tuple[CommuneEra, ...]
    people: Floats
    home: Floats
    years: Floats
    members: tuple[Mapping[str, str], ...]
    spread_out: bool
    chance: Mapping[str, np.random.Generator] = field(default_factory=dict)

    @property
    def shape(self) -> tuple[int, int, int]:
        """Numbers of periods, grains and members."""
        return (*self.people.shape, len(self.members))

    @property
    def months(self) -> int:
        """How many months one period lasts."""
        return MONTHS[self.spec.period]

    def draw(self, code: str, purpose: int) -> np.random.Generator:
        """A generator that depends on nothing but the seed, the data set, the field and the purpose."""
        name = zlib.crc32(f"{self.spec.code}.{code}".encode())
        return np.random.default_rng([self.profile.seed, name, purpose])

    def chosen(self, member: Mapping[str, str]) -> NDArray[np.bool_]:
        """Which members match ``member``: those that share every dimension it names."""
        return np.array([member.items() <= values.items() for values in self.members])

    def wander(self, code: str, *, is_stock: bool) -> Floats:
        """Deviations of unit size by period, grain and member: smooth for stocks, fresh each period for flows."""
        fresh = self.draw(code, 1).standard_normal(self.shape)
        if is_stock:
            keep = MEMORY**self.months
            for step in range(1, len(fresh)):
                fresh[step] = keep * fresh[step - 1] + (1 - keep**2) ** 0.5 * fresh[step]
        return fresh


def frame_of(spec: DataSetSpec, profile: Profile, ground: Ground, eras: Mapping[date, CommuneEra]) -> DemoFrame:
    """The frame of a data set over the profile's time; ``eras`` holds the communes on the last day of every period."""
    spans = _demo_periods(spec, profile)
    count = len(ground.people)
    years = np.array([(period.end - profile.first.start).days / 365.25 for period in spans])
    growth = (1 + profile.population_growth) ** years
    alive = np.zeros((len(spans), count), dtype=bool)
    for step, period in enumerate(spans):
        alive[step, eras[period.end].grains] = True
    people = alive * ground.people * growth[:, None]
    born = np.zeros(count, dtype=bool)
    born[eras[min(eras)].grains] = True
    names = [dimension.code for dimension in spec.dimensions]
    rows = product(*([member.code for member in dimension.members] for dimension in spec.dimensions))
    of_communes = spec.rows != "whole"
    return DemoFrame(
        spec=spec,
        profile=profile,
        periods=tuple(spans),
        eras=tuple(eras[period.end] for period in spans),
        people=people if of_communes else people.sum(axis=1, keepdims=True),
        home=(people * born).sum(axis=1),
        years=years,
        members=tuple(dict(zip(names, row, strict=True)) for row in rows),
        spread_out=of_communes,
    )


def last_days(specs: list[DataSetSpec], profile: Profile) -> list[date]:
    """The last days of all periods of all data sets, and of the profile's first period."""
    return sorted({period.end for spec in specs for period in _demo_periods(spec, profile)} | {profile.first.end})


def _demo_periods(spec: DataSetSpec, profile: Profile) -> list[Period]:
    first = periods.of(max(spec.first.start, profile.first.start), spec.period)
    last = periods.of(profile.last.end, spec.period)
    last = last if last.end <= profile.last.end else last.shift(-1)
    if spec.last is not None and spec.last.start < last.start:
        last = spec.last
    return list(periods.between(first, last)) if first.start <= last.start else []

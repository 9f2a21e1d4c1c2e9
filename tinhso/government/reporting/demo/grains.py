"""The smallest pieces that figures are made for: what went one way through all mergers and splits.

A grain is one path through the succession of communes, from a commune that nothing preceded to one that nothing
succeeded. Every commune of any time is a whole number of grains, so figures made for grains add up before and after
each merger. A unit with several successors is divided evenly among them: this is illustration, no sourced share.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from tinhso.blocks.units import queries as units
from tinhso.blocks.units.models import Level, Unit
from tinhso.blocks.units.queries import UnitNode
from tinhso.government.reporting.demo.profile import Profile, ProfileError

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
URBAN = {Unit.Type.PHUONG.value, Unit.Type.THI_TRAN.value}


@dataclass(frozen=True)
class CommuneEra:
    """The communes of one time, each a run of grains: ``grains[starts[i]:starts[i+1]]`` is the i-th commune."""

    province: UnitNode
    communes: tuple[UnitNode, ...]
    grains: Ints
    starts: Ints


@dataclass(frozen=True)
class Ground:
    """All grains with their people, and which communes they formed at any time."""

    nodes: Mapping[int, UnitNode]
    paths: tuple[tuple[int, ...], ...]
    people: Floats
    home: tuple[str, ...]

    def era(self, day: date) -> CommuneEra:
        """The communes of the province on ``day``."""
        province = next((node for node in self.nodes.values() if node.ref in self.home and node.valid(day)), None)
        if province is None:
            raise ProfileError(f"no province on {day}")
        grains_by_unit: dict[int, list[int]] = {}
        for grain, path in enumerate(self.paths):
            here = next((key for key in path if self.nodes[key].valid(day)), None)
            if here is not None:
                grains_by_unit.setdefault(here, []).append(grain)
        keys = [key for key in self.nodes if key in grains_by_unit]
        sizes = [0, *(len(grains_by_unit[key]) for key in keys)]
        grains = np.array([grain for key in keys for grain in grains_by_unit[key]], dtype=np.int64)
        starts = np.cumsum(sizes[:-1], dtype=np.int64)
        return CommuneEra(province, tuple(self.nodes[key] for key in keys), grains, starts)


def draw_population(profile: Profile) -> Ground:
    """Draw the people of every grain so that each total of the profile is met exactly."""
    every = units.all_nodes()
    communes = {node.pk: node for node in every if node.level == Level.COMMUNE}
    after = {
        pk: [key for key in successor_keys if key in communes]
        for pk, successor_keys in units.SuccessionEdges.known_edges().after.items()
    }
    begun = {key for successor_keys in after.values() for key in successor_keys}
    paths = [path for pk in communes if pk not in begun for path in _unit_paths(pk, after)]
    if not paths:
        raise ProfileError("no communes: load the province's units first")
    people = _people_of_grains(profile, every, communes, paths, after)
    nodes = communes | {node.pk: node for node in every if node.ref in profile.home}
    return Ground(nodes, tuple(paths), people, profile.home)


def _unit_paths(pk: int, after: Mapping[int, list[int]]) -> Iterator[tuple[int, ...]]:
    onward = after.get(pk, [])
    if not onward:
        yield (pk,)
    for step in onward:
        for rest in _unit_paths(step, after):
            yield (pk, *rest)


def _people_of_grains(
    profile: Profile,
    every: list[UnitNode],
    communes: Mapping[int, UnitNode],
    paths: list[tuple[int, ...]],
    after: Mapping[int, list[int]],
) -> Floats:
    """Lognormal sizes, towns larger, scaled to each total in turn (the smallest area first)."""
    draw = np.random.default_rng([profile.seed, 1])
    size = np.exp(draw.normal(0, profile.size_spread, len(paths)))
    for grain, path in enumerate(paths):
        size[grain] *= profile.urban_factor if communes[path[0]].type in URBAN else 1.0
        size[grain] /= float(np.prod([max(len(after.get(step, [])), 1) for step in path]))
    members = [
        (population_total, _grains_inside(population_total.unit, every, communes, paths))
        for population_total in profile.population
    ]
    fixed = np.zeros(len(paths), dtype=bool)
    for population, inside in sorted(members, key=lambda pair: int(pair[1].sum())):
        free = inside & ~fixed
        if not free.any():
            raise ProfileError(f"population of {population.unit}: no commune is left to spread it over")
        size[free] *= (population.total - size[inside & fixed].sum()) / size[free].sum()
        fixed |= inside
    return size


def _grains_inside(
    ref: str, every: list[UnitNode], communes: Mapping[int, UnitNode], paths: list[tuple[int, ...]]
) -> NDArray[np.bool_]:
    top = next((node for node in every if node.ref == ref), None)
    if top is None:
        raise ProfileError(f"population: no unit {ref}")
    below: set[int] = {top.pk}
    for _ in range(len(Level)):
        below |= {node.pk for node in every if node.parent in below}
    day = top.start if top.end == date.max else date.fromordinal(top.end.toordinal() - 1)
    return np.array([any(step in below and communes[step].valid(day) for step in path) for path in paths])

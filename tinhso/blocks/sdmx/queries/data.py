"""Data queries: what was asked, and the observations that answer it, one series after another."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any

from tinhso.blocks.indicators import queries as indicators
from tinhso.blocks.indicators.queries import Reader
from tinhso.blocks.indicators.queries.cells import CELL, reading_of
from tinhso.blocks.sdmx.queries import components as c
from tinhso.blocks.sdmx.queries.desk import CataloguePiece, Dataflow, SdmxDesk, measure_code
from tinhso.blocks.sdmx.queries.filters import ComponentFilter, Key
from tinhso.blocks.sdmx.queries.names import area_code
from tinhso.blocks.sdmx.queries.values import Observation, ObservationShape, observation
from tinhso.kernel import periods

ANY: Key = (None,) * len(c.KEY)
KINDS = {code: kind for kind, code in c.FREQUENCIES.items()}
AT_A_TIME = 2000
# The moment as text: a time with a zone for each of millions of cells would cost more than all the rest
_CELL = CELL.replace("true_for", "NULL AS true_for")
_KNOWN_SINCE = "strftime(true_for AT TIME ZONE 'UTC', '%Y-%m-%dT%H:%M:%SZ')"
_ORDER = "ORDER BY basis, period_type, target, period"


@dataclass(frozen=True)
class DataQuestion:
    """One data query on one dataflow. ``at`` is the dimension of the observations, or ``AllDimensions``."""

    flow: Dataflow
    keys: tuple[Key, ...] = (ANY,)
    filters: Mapping[str, ComponentFilter] = field(default_factory=dict)
    updated_after: datetime | None = None
    first: int | None = None
    last: int | None = None
    at: str = "TIME_PERIOD"

    @property
    def is_wide(self) -> bool:
        """Whether it asks for every indicator in every unit."""
        narrow = ("INDICATOR", "REF_AREA", "BREAKDOWN")
        places = [c.KEY.index(name) for name in narrow]
        by_key = all(any(key[place] is not None for place in places) for key in self.keys)
        return not by_key and not any(name in self.filters for name in narrow)

    @property
    def value_filters(self) -> list[ComponentFilter]:
        """Filters on what is said of observations: they see only what the asker is told."""
        return [
            component_filter for name, component_filter in self.filters.items() if name not in (*c.KEY, "TIME_PERIOD")
        ]


@dataclass(frozen=True)
class KeySelection:
    """What one key leaves of one piece: units, bases and kinds of period; None means any."""

    units: frozenset[str] | None
    bases: frozenset[str] | None
    kinds: frozenset[str] | None


@dataclass(frozen=True)
class PieceSlice:
    """The cells of one piece that were asked for, as a condition on its fact."""

    piece: CataloguePiece
    where: str
    arguments: tuple[Any, ...]


def slices(desk: SdmxDesk, data_question: DataQuestion, reader: Reader) -> Iterator[PieceSlice]:
    """What to read, piece by piece; pieces of which the snapshot holds nothing are left out."""
    areas = {area_code(ref): ref for ref in desk.nodes}
    for piece in desk.pieces_of(data_question.flow):
        indicator = piece.item.indicator
        boxes = _key_selections(data_question, piece, areas)
        if not boxes or reader.columns(indicator) is None:
            continue
        where, arguments = ["dim = ? AND member = ?"], list[Any](piece.family)
        where.append(_any_of(boxes, arguments))
        if "TIME_PERIOD" in data_question.filters:
            where.append("period IN (SELECT unnest(?))")
            arguments.append(
                sorted(data_question.filters["TIME_PERIOD"].among(_periods_of_fact(reader, indicator.fact)))
            )
        if data_question.updated_after is not None:
            where.append("true_for > ?")
            arguments.append(data_question.updated_after)
        yield PieceSlice(piece, " AND ".join(where), tuple(arguments))


def _key_selections(data_question: DataQuestion, piece: CataloguePiece, areas: Mapping[str, str]) -> list[KeySelection]:
    narrowed = {name: data_question.filters.get(name) for name in c.KEY}
    own = {"INDICATOR": piece.indicator, "BREAKDOWN": piece.breakdown}
    if any(
        component_filter is not None and name in own and not component_filter.holds(own[name])
        for name, component_filter in narrowed.items()
    ):
        return []
    key_selections = []
    for key in data_question.keys:
        codes_by_dimension = dict(zip(c.KEY, key, strict=True))
        if any(
            codes_by_dimension[name] is not None and code not in (codes_by_dimension[name] or ())
            for name, code in own.items()
        ):
            continue
        key_selections.append(
            KeySelection(
                units=_selected_codes(codes_by_dimension["REF_AREA"], narrowed["REF_AREA"], areas),
                bases=_selected_codes(
                    codes_by_dimension["BASIS"], narrowed["BASIS"], {basis: basis for basis in c.FIXED["CL_BASIS"]}
                ),
                kinds=_selected_codes(codes_by_dimension["FREQ"], narrowed["FREQ"], KINDS),
            )
        )
    return key_selections


def _selected_codes(
    codes: frozenset[str] | None, narrowed: ComponentFilter | None, values: Mapping[str, str]
) -> frozenset[str] | None:
    """What our own words are for the codes that pass; None when there is nothing to pass."""
    if codes is None and narrowed is None:
        return None
    passing = values.keys() if codes is None else codes & values.keys()
    return frozenset(values[code] for code in passing if narrowed is None or narrowed.holds(code))


def _any_of(boxes: Iterable[KeySelection], arguments: list[Any]) -> str:
    """Each box as a condition, its values always passed beside it and never written into it."""
    conditions = []
    for box in dict.fromkeys(boxes):
        parts = []
        for column, values in (("target", box.units), ("basis", box.bases), ("period_type", box.kinds)):
            if values is not None:
                parts.append(f"{column} IN (SELECT unnest(?))")
                arguments.append(sorted(values) or [""])
        if not parts:
            parts = ["TRUE"]
        conditions.append(f"({' AND '.join(parts)})")
    return f"({' OR '.join(conditions)})"


_spans: dict[tuple[int, str], tuple[str, ...]] = {}


def _periods_of_fact(reader: Reader, fact: str) -> tuple[str, ...]:
    """Every period that a fact has cells of; kept, since a snapshot never changes."""
    if (reader.number, fact) not in _spans:
        if len(_spans) > 400:
            _spans.clear()
        rows = reader.rows(fact, "DISTINCT period", "TRUE", ())
        _spans[reader.number, fact] = tuple(sorted(str(row[0]) for row in rows))
    return _spans[reader.number, fact]


def observations(desk: SdmxDesk, data_question: DataQuestion) -> Iterator[Observation]:
    """Every observation asked for, one piece in memory at a time.

    Observations of a series stand side by side in the order of time; with ``REF_AREA`` at the observations, those of a
    period do.
    """
    reader = indicators.reader_of(desk.number) if desk.number else None
    if reader is None:
        return
    for part in slices(desk, data_question, reader):
        filtered_observations = _filtered_observations(data_question, _visible_observations(desk, part, reader))
        yield from _cross_sections(filtered_observations) if data_question.at == "REF_AREA" else filtered_observations


def _visible_observations(desk: SdmxDesk, part: PieceSlice, reader: Reader) -> Iterator[Observation]:
    """The cells of a piece as the asker may see them."""
    indicator = part.piece.item.indicator
    columns = reader.columns(indicator)
    assert columns is not None
    chosen = f"{_CELL}, {columns[0]}, {columns[1] or 'NULL'}, {_KNOWN_SINCE}, period_type"
    cursor = reader.ask(indicator.fact, chosen, f"{part.where} {_ORDER}", part.arguments)
    shape = ObservationShape(part.piece, measure_code(indicator.unit_of_measure))
    while cells := cursor.fetchmany(AT_A_TIME):
        readings = indicators.release_readings(
            [reading_of(indicator, cell[:-2], reader.number) for cell in cells], desk.audience
        )
        for reading, cell in zip(readings, cells, strict=True):
            yield observation(shape, reading, cell[-2], c.FREQUENCIES[cell[-1]])


def _filtered_observations(data_question: DataQuestion, found: Iterator[Observation]) -> Iterator[Observation]:
    matching_observations = (
        visible_observation
        for visible_observation in found
        if all(test.holds(visible_observation.value_of(test.component)) for test in data_question.value_filters)
    )
    if data_question.first is None and data_question.last is None:
        return matching_observations if data_question.value_filters else found
    return _first_and_last(matching_observations, data_question.first, data_question.last)


def _first_and_last(found: Iterator[Observation], first: int | None, last: int | None) -> Iterator[Observation]:
    for _key, series in groupby(found, key=lambda one: one.key):
        series_observations = list(series)
        take = set(range(min(first or 0, len(series_observations)))) | set(
            range(max(len(series_observations) - (last or 0), 0), len(series_observations))
        )
        yield from (series_observation for place, series_observation in enumerate(series_observations) if place in take)


def _cross_sections(found: Iterator[Observation]) -> Iterator[Observation]:
    """The observations of one piece with units side by side: a cross-section for each basis and period."""
    return iter(sorted(found, key=lambda one: (one.key[3], one.key[0], periods.parse(one.period).start, one.key[2])))


def clear_periods_cache() -> None:
    """Drop what is kept in memory; for tests."""
    _spans.clear()

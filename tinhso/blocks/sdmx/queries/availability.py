"""Availability queries: which codes there is data for, as a constraint on the dataflow, without reading the data."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext_noop

from tinhso.blocks.indicators import queries as indicators
from tinhso.blocks.indicators.queries import Reader
from tinhso.blocks.sdmx.queries import components as c
from tinhso.blocks.sdmx.queries.artefacts import Artefact, artefacts, constraint_body
from tinhso.blocks.sdmx.queries.data import DataQuestion, PieceSlice, observations, slices
from tinhso.blocks.sdmx.queries.desk import SdmxDesk
from tinhso.blocks.sdmx.queries.errors import no_results, one_of
from tinhso.blocks.sdmx.queries.filters import ComponentFilter
from tinhso.blocks.sdmx.queries.names import VERSION, area_code, text_labels, urn
from tinhso.blocks.sdmx.queries.structures import with_codes

MODES = ("exact", "available")
# Kinds of structure that may go with the answer; of the last two a province has none
REFERENCES = (
    "none",
    "all",
    "codelist",
    "datastructure",
    "conceptscheme",
    "dataflow",
    "valuelist",
    "dataproviderscheme",
)


@dataclass
class Extent:
    """The codes of each dimension, the periods, and how much there is."""

    codes: dict[str, dict[str, None]] = field(default_factory=lambda: {name: {} for name in c.KEY})
    periods: set[str] = field(default_factory=set)
    series: int = 0
    observations: int = 0


def availability_artefacts(
    desk: SdmxDesk, data_question: DataQuestion, *, component: str = "*", mode: str = "exact", references: str = "none"
) -> list[Artefact]:
    """The constraint, then the structures that were asked for with it; refuses what has no data (404)."""
    one_of("mode", mode, MODES)
    component_names = [one_of("componentId", name, [*c.KEY, "TIME_PERIOD", "*"]) for name in component.split(",")]
    kinds = {one_of("references", name, REFERENCES) for name in references.split(",")}
    query_extent = extent_of_query(desk, data_question)
    extent = _available_codes(desk, data_question) if mode == "available" else query_extent
    if not extent.periods:
        raise no_results()
    dimensions = [name for name in (*c.KEY, "TIME_PERIOD") if name in component_names or "*" in component_names]
    actual = _constraint_artefact(desk, data_question, extent, query_extent, dimensions)
    return [actual, *_referenced_structures(desk, data_question, extent, kinds)]


def extent_of_query(desk: SdmxDesk, data_question: DataQuestion) -> Extent:
    """What a data query would answer with; counted in the snapshot's files unless values decide."""
    extent = Extent()
    reader = indicators.reader_of(desk.number) if desk.number else None
    if reader is None:
        return extent
    if data_question.value_filters:
        _from_values(extent, desk, data_question)
        return extent
    for parts in _slices_by_condition(slices(desk, data_question, reader)):
        _from_cells(extent, parts, reader)
    return extent


def _slices_by_condition(parts: Iterable[PieceSlice]) -> Iterator[list[PieceSlice]]:
    """Slices of one fact with one condition: its indicators share their cells, so they are counted once."""
    piece_slices_by_key: dict[tuple[str, str, str], list[PieceSlice]] = {}
    for part in parts:
        piece_slices_by_key.setdefault((part.piece.item.indicator.fact, part.where, repr(part.arguments)), []).append(
            part
        )
    yield from piece_slices_by_key.values()


def _from_cells(extent: Extent, parts: list[PieceSlice], reader: Reader) -> None:
    first = parts[0]
    columns = (
        "list(DISTINCT target), list(DISTINCT basis), list(DISTINCT period_type), list(DISTINCT period),"
        " count(DISTINCT (target, basis, period_type)), count(*)"
    )
    cells = reader.rows(first.piece.item.indicator.fact, columns, first.where, first.arguments)
    targets, bases, kinds, spans, series, total = cells[0]
    if not total:
        return
    extent.codes["REF_AREA"] |= dict.fromkeys(map(area_code, targets))
    extent.codes["BASIS"] |= dict.fromkeys(bases)
    extent.codes["FREQ"] |= dict.fromkeys(c.FREQUENCIES[kind] for kind in kinds)
    for part in parts:
        extent.codes["INDICATOR"][part.piece.indicator] = None
        extent.codes["BREAKDOWN"][part.piece.breakdown] = None
    extent.periods |= set(spans)
    extent.series += series * len(parts)
    extent.observations += total * len(parts)


def _from_values(extent: Extent, desk: SdmxDesk, data_question: DataQuestion) -> None:
    last = None
    for observation in observations(desk, data_question):
        for name, code in zip(c.KEY, observation.key, strict=True):
            extent.codes[name][code] = None
        extent.periods.add(observation.period)
        extent.series += observation.key != last
        extent.observations += 1
        last = observation.key


def _available_codes(desk: SdmxDesk, data_question: DataQuestion) -> Extent:
    """For each dimension the codes that would still find something, whatever was chosen of that dimension."""
    extent = Extent()
    for place, name in enumerate(c.KEY):
        keys = tuple((*key[:place], None, *key[place + 1 :]) for key in data_question.keys)
        extent.codes[name] = extent_of_query(
            desk, replace(data_question, keys=keys, filters=_other_filters(data_question, name))
        ).codes[name]
    extent.periods = extent_of_query(
        desk, replace(data_question, filters=_other_filters(data_question, "TIME_PERIOD"))
    ).periods
    return extent


def _other_filters(data_question: DataQuestion, name: str) -> dict[str, ComponentFilter]:
    return {key: value for key, value in data_question.filters.items() if key != name}


def _constraint_artefact(
    desk: SdmxDesk, data_question: DataQuestion, shown: Extent, extent: Extent, dimensions: list[str]
) -> Artefact:
    flow = urn("dataflow", desk.agency, data_question.flow.id)
    codes = shown.codes | {"TIME_PERIOD": dict.fromkeys(shown.periods)}
    region = constraint_body("Actual", flow, {name: sorted(codes[name]) for name in dimensions})
    counted = {"series_count": extent.series, "obs_count": extent.observations}
    name = f"AVAILABLE_{data_question.flow.id}"
    own = urn("dataconstraint", desk.agency, name)
    body = {
        "id": name,
        "agencyID": desk.agency,
        "version": VERSION,
        **text_labels(gettext_noop("Có số liệu"), language=desk.language),
        "annotations": [{"id": key, "type": "sdmx_metrics", "title": str(count)} for key, count in counted.items()],
        "links": [{"rel": "self", "urn": own}],
        **region,
    }
    return Artefact("dataconstraint", desk.agency, name, body, (flow,))


def _referenced_structures(
    desk: SdmxDesk, data_question: DataQuestion, extent: Extent, kinds: set[str]
) -> list[Artefact]:
    """Structures beside the constraint; code lists hold only what there is data for, and what stands above."""
    lists = {c.BY_ID[name].codelist: codes for name, codes in extent.codes.items()}
    structures = []
    for artefact in artefacts(desk).values():
        is_mine = artefact.kind != "dataflow" or artefact.id == data_question.flow.id
        if artefact.kind in REFERENCES and is_mine and (artefact.kind in kinds or "all" in kinds):
            structures.append(with_codes(artefact, lists[artefact.id]) if artefact.id in lists else artefact)
    return structures

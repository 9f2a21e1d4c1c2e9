"""Data messages of SDMX-ML 3.0, written as they are read."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from xml.sax.saxutils import quoteattr

from tinhso.blocks.sdmx.queries import components as c
from tinhso.blocks.sdmx.queries.desk import SdmxDesk
from tinhso.blocks.sdmx.queries.messages import message_id
from tinhso.blocks.sdmx.queries.names import urn
from tinhso.blocks.sdmx.queries.shapes import ALL_DIMENSIONS, DataflowAnswer, DataForm
from tinhso.blocks.sdmx.queries.structure_xml import BASE
from tinhso.blocks.sdmx.queries.values import TEXTS, Observation
from tinhso.ui.context import served_province

ORDER = (*c.KEY, "TIME_PERIOD")
SPACES = (
    f'xmlns:mes="{BASE}/message" xmlns:com="{BASE}/common" xmlns:ss="{BASE}/data/structurespecific"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
)
AT_A_TIME = 500


def data_xml(desk: SdmxDesk, answers: Sequence[DataflowAnswer], form: DataForm, *, now: datetime) -> Iterator[str]:
    """The message in pieces of one series (of some hundred observations, where they are not grouped)."""
    spaces = {f"ns{number}": _data_namespace(desk, answer) for number, answer in enumerate(answers)}
    own = " ".join(f"xmlns:{prefix}={quoteattr(space)}" for prefix, space in spaces.items())
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<mes:StructureSpecificData {SPACES} {own}><mes:Header>'
    yield f"<mes:ID>{message_id(desk, now)}</mes:ID><mes:Test>{str(served_province().demo).lower()}</mes:Test>"
    yield f"<mes:Prepared>{now.isoformat(timespec='seconds')}</mes:Prepared><mes:Sender id={quoteattr(desk.agency)}/>"
    for number, answer in enumerate(answers):
        flow = urn("dataflow", desk.agency, answer.asked.flow.id)
        about = _attributes_text({"structureID": f"S{number}", "namespace": _data_namespace(desk, answer)})
        at = f' dimensionAtObservation="{answer.asked.at}"'
        yield f"<mes:Structure{about}{at}><com:StructureUsage>{flow}</com:StructureUsage></mes:Structure>"
    yield "</mes:Header>"
    for number, answer in enumerate(answers):
        kind = f'ss:structureRef="S{number}" xsi:type="ns{number}:DataSetType"'
        yield f'<mes:DataSet {kind} ss:dataScope="DataStructure" ss:action="Information">'
        yield from (
            _flat_observations(answer, form) if answer.asked.at == ALL_DIMENSIONS else _series_elements(answer, form)
        )
        yield "</mes:DataSet>"
    yield "</mes:StructureSpecificData>"


def _data_namespace(desk: SdmxDesk, answer: DataflowAnswer) -> str:
    return f"{urn('dataflow', desk.agency, answer.asked.flow.id)}:ObsLevelDim:{answer.asked.at}"


def _series_elements(answer: DataflowAnswer, form: DataForm) -> Iterator[str]:
    inside = (answer.asked.at,)
    above = tuple(name for name in ORDER if name not in inside)
    for key, group in groupby(answer.observations, key=lambda observation: _key_values(observation, above)):
        observations = list(group)
        values = dict(zip(above, key, strict=True)) | _attribute_texts(observations[0], form.of(c.INDICATOR))
        yield f"<Series{_attributes_text(values)}>"
        if not form.is_keys_only:
            yield "".join(
                f"<Obs{_attributes_text(_observation_attributes(observation, inside, form))}/>"
                for observation in observations
            )
        yield "</Series>"


def _flat_observations(answer: DataflowAnswer, form: DataForm) -> Iterator[str]:
    elements: list[str] = []
    for observation in answer.observations:
        values = _observation_attributes(observation, ORDER, form) | _attribute_texts(observation, form.of(c.INDICATOR))
        elements.append(f"<Obs{_attributes_text(values)}/>")
        if len(elements) == AT_A_TIME:
            yield "".join(elements)
            elements.clear()
    yield "".join(elements)


def _observation_attributes(observation: Observation, inside: tuple[str, ...], form: DataForm) -> dict[str, str]:
    value = {"OBS_VALUE": observation.value or "NaN"} if form.has_value else {}
    return (
        dict(zip(inside, _key_values(observation, inside), strict=True))
        | value
        | _attribute_texts(observation, form.of(c.OBSERVATION))
    )


def _attribute_texts(observation: Observation, parts: Iterable[c.Component]) -> dict[str, str]:
    return {part.id: text for part in parts if (text := TEXTS[part.id](observation))}


def _key_values(observation: Observation, names: Iterable[str]) -> tuple[str, ...]:
    return tuple(observation.period if name == "TIME_PERIOD" else observation.key[ORDER.index(name)] for name in names)


def _attributes_text(values: dict[str, str]) -> str:
    return "".join(f" {name}={quoteattr(value)}" for name, value in values.items())

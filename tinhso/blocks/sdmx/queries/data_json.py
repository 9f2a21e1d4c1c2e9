"""Data messages of SDMX-JSON 2.0 in one pass: observations first, then the values that their numbers stand for."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import groupby
from typing import Any

from tinhso.blocks.sdmx.queries import components as c
from tinhso.blocks.sdmx.queries.artefacts import STRUCTURE
from tinhso.blocks.sdmx.queries.desk import SdmxDesk
from tinhso.blocks.sdmx.queries.messages import message_header
from tinhso.blocks.sdmx.queries.names import urn
from tinhso.blocks.sdmx.queries.shapes import ALL_DIMENSIONS, DataflowAnswer, DataForm, Labels
from tinhso.blocks.sdmx.queries.values import Observation
from tinhso.kernel import periods

ORDER = (*c.KEY, "TIME_PERIOD")
FIXED_CODES = {name: {code: place for place, code in enumerate(codes)} for name, codes in c.FIXED.items()}
Body = dict[str, Any]


def data_json(desk: SdmxDesk, answers: Iterable[DataflowAnswer], form: DataForm, *, now: datetime) -> Iterator[str]:
    """The message in pieces of one series (of some hundred observations, where they are not grouped)."""
    yield f'{{"meta": {_json_text(message_header(desk, "data", now=now))}, "data": {{"dataSets": ['
    structures = []
    for number, answer in enumerate(answers):
        write = _DataSet(desk, form, answer, number)
        yield "" if number == 0 else ", "
        yield from write.chunks()
        structures.append(_json_text(write.structure()))
    yield f'], "structures": [{", ".join(structures)}]}}}}'


class _DataSet:
    """One data set: gives each value a number when it is first seen."""

    def __init__(self, desk: SdmxDesk, form: DataForm, answer: DataflowAnswer, number: int) -> None:
        self.desk, self.form, self.answer, self.number = desk, form, answer, number
        at = answer.asked.at
        self.at = () if at == ALL_DIMENSIONS else (at,)
        self.above = tuple(name for name in ORDER if self.at and name not in self.at)
        self.inside = self.at or ORDER
        self.seen: dict[str, dict[str, int]] = {name: {} for name in ORDER}
        self.grouped: dict[str, list[Any]] = {}
        self.measures: dict[str, int] = {}
        self.said = form.of(c.OBSERVATION)
        self.links = [
            {"rel": "dataflow", "urn": urn("dataflow", desk.agency, answer.asked.flow.id)},
            {"rel": "datastructure", "urn": urn("datastructure", desk.agency, STRUCTURE)},
        ]

    def chunks(self) -> Iterator[str]:
        yield f'{{"structure": {self.number}, "action": "Information", "links": {_json_text(self.links[:1])}, '
        if self.above:
            yield '"series": {'
            yield from self._series()
        else:
            yield '"observations": {'
            yield from self._flat()
        groups = f', "dimensionGroupAttributes": {_json_text(self.grouped)}' if self.grouped else ""
        yield f"}}{groups}}}"

    def _series(self) -> Iterator[str]:
        comma = ""
        for key, observations in groupby(
            self.answer.observations, key=lambda observation: self._place(observation, self.above)
        ):
            inside = ", ".join(self._observation(observation) for observation in observations)
            yield f'{comma}"{key}": {{"observations": {{{"" if self.form.is_keys_only else inside}}}}}'
            comma = ", "

    def _flat(self) -> Iterator[str]:
        comma = ""
        observation_texts: list[str] = []
        for observation in self.answer.observations:
            observation_texts.append(self._observation(observation))
            if len(observation_texts) == 500:
                yield comma + ", ".join(observation_texts)
                comma = ", "
                observation_texts.clear()
        yield comma + ", ".join(observation_texts) if observation_texts else ""

    def _place(self, one: Observation, names: Iterable[str]) -> str:
        """The numbers of the values at some dimensions, with colons between."""
        positions = []
        for name in names:
            value = one.period if name == "TIME_PERIOD" else one.key[ORDER.index(name)]
            position_by_value = self.seen[name]
            positions.append(str(position_by_value.setdefault(value, len(position_by_value))))
        return ":".join(positions)

    def _observation(self, one: Observation) -> str:
        self._note(one)
        values = [one.value or "null"] if self.form.has_value else []
        values += [_json_literal(part, one) for part in self.said]
        return f'"{self._place(one, self.inside)}": [{", ".join(values)}]'

    def _note(self, one: Observation) -> None:
        """Keep what is said of the indicator, once for each."""
        indicator = self.seen["INDICATOR"].setdefault(one.key[1], len(self.seen["INDICATOR"]))
        place = f":{indicator}::::"
        components = self.form.of(c.INDICATOR) if place not in self.grouped else []
        if components:
            self.grouped[place] = [self._group_value(part, one) for part in components]

    def _group_value(self, part: c.Component, one: Observation) -> Any:
        value = one.value_of(part.id)
        return self.measures.setdefault(str(value), len(self.measures)) if part.codelist else value

    def structure(self) -> Body:
        labels = Labels(self.desk)
        dimensions = {name: _dimension_body(labels, name, list(values)) for name, values in self.seen.items()}
        levels = {"series": self.above, "observation": self.inside}
        attributes = {
            "dimensionGroup": [
                _attribute_body(labels, part, {"dimensions": [part.role]}, list(self.measures))
                for part in self.form.of(c.INDICATOR)
            ],
            "observation": [
                _attribute_body(labels, part, {"observation": {}}, list(FIXED_CODES.get(part.codelist, ())))
                for part in self.said
            ],
        }
        value = c.BY_ID["OBS_VALUE"]
        measure = {"id": value.id, **labels.components[value.id], "format": {"dataType": value.format}}
        return {
            "dataSets": [self.number],
            "links": self.links,
            "dimensions": {level: [dimensions[name] for name in names] for level, names in levels.items()},
            "measures": {"observation": [measure] if self.form.has_value else []},
            "attributes": attributes,
        }


def _json_literal(part: c.Component, observation: Observation) -> str:
    """A value as JSON: the place of a code in its list, or the number or text itself."""
    value = observation.value_of(part.id)
    if value is None:
        return "null"
    if part.codelist:
        return str(FIXED_CODES[part.codelist][str(value)])
    return f'"{value}"' if part.format in ("String", "ObservationalTimePeriod") else observation.text(part.id)


def _dimension_body(labels: Labels, name: str, values: list[str]) -> Body:
    body = {"id": name, **labels.components[name], "keyPosition": ORDER.index(name)}
    if name == "TIME_PERIOD":
        spans = [periods.parse(value) for value in values]
        return body | {
            "values": [
                {"value": period.code, "start": f"{period.start}T00:00:00Z", "end": f"{period.end}T23:59:59Z"}
                for period in spans
            ]
        }
    return body | {"values": [_code_body(labels, c.BY_ID[name].codelist, value) for value in values]}


def _attribute_body(labels: Labels, part: c.Component, to: Body, values: list[str]) -> Body:
    body = {"id": part.id, **labels.components[part.id], "isMandatory": part.mandatory, "relationship": to}
    if part.codelist:
        return body | {"values": [_code_body(labels, part.codelist, value) for value in values]}
    return body | {"format": {"dataType": part.format}}


def _code_body(labels: Labels, codelist: str, code: str) -> Body:
    return {"id": code, **labels.codes[codelist].get(code, {"name": code})}


def _json_text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)

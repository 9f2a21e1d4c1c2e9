"""Data messages of SDMX-CSV 2.0, written as they are read."""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tinhso.blocks.sdmx.queries import components as c
from tinhso.blocks.sdmx.queries.desk import SdmxDesk
from tinhso.blocks.sdmx.queries.names import VERSION
from tinhso.blocks.sdmx.queries.shapes import DataflowAnswer, DataForm, Labels
from tinhso.blocks.sdmx.queries.values import TEXTS, Observation

ROWS = 1000
NO_NUMBER = "NaN"  # says that there is no value, where nothing at all would say that it is not told here
Row = list[str]


@dataclass(frozen=True)
class Columns:
    """Options of the media type: ``labels`` id, name or both; ``keys`` none, obs, series or both."""

    labels: str = "id"
    keys: str = "none"


def data_csv(desk: SdmxDesk, answers: Iterable[DataflowAnswer], form: DataForm, columns: Columns) -> Iterator[str]:
    """The message in pieces of some hundred rows."""
    write = _Writer(desk, form, columns)
    yield write.lines([write.header()])
    for answer in answers:
        pending_rows: list[Row] = []
        for observation in series_of(answer.observations) if form.is_keys_only else answer.observations:
            pending_rows.append(write.row(answer.asked.flow.id, observation))
            if len(pending_rows) == ROWS:
                yield write.lines(pending_rows)
                pending_rows.clear()
        yield write.lines(pending_rows)


def series_of(observations: Iterable[Observation]) -> Iterator[Observation]:
    """The first observation of each series."""
    last = None
    for observation in observations:
        if observation.key != last:
            last = observation.key
            yield observation


class _Writer:
    def __init__(self, desk: SdmxDesk, form: DataForm, columns: Columns) -> None:
        self.form, self.columns, self.labels = form, columns, Labels(desk)
        self.agency, self.decorate = desk.agency, columns.labels != "id"
        measured = ("OBS_VALUE",) if form.has_value else ()
        self.said = (*measured, *form.attributes)
        self.texts = [TEXTS[name] for name in self.said]

    def lines(self, rows: Iterable[Row]) -> str:
        buffer = io.StringIO()
        csv.writer(buffer, lineterminator="\r\n").writerows(rows)
        return buffer.getvalue()

    def header(self) -> Row:
        names = ["STRUCTURE", "STRUCTURE_ID", *(["STRUCTURE_NAME"] if self.columns.labels == "name" else []), "ACTION"]
        names += ["SERIES_KEY"] if self.columns.keys in ("series", "both") else []
        names += ["OBS_KEY"] if self.columns.keys in ("obs", "both") else []
        for component in (*c.KEY, "TIME_PERIOD", *self.said):
            names += self._titled(component)
        return names

    def _titled(self, component: str) -> Row:
        name = str(self.labels.components[component]["name"])
        return {"id": [component], "both": [f"{component}: {name}"], "name": [component, name]}[self.columns.labels]

    def row(self, flow: str, one: Observation) -> Row:
        period = "" if self.form.is_keys_only else one.period
        cells = ["dataflow", f"{self.agency}:{flow}({VERSION})"]
        cells += [self.labels.flows[flow]] if self.columns.labels == "name" else []
        cells.append("I")
        cells += [".".join(one.key)] if self.columns.keys in ("series", "both") else []
        cells += [f"{'.'.join(one.key)}.{period}"] if self.columns.keys in ("obs", "both") else []
        values = [*one.key, period, *[text(one) for text in self.texts]]
        if self.form.has_value and not one.value:
            values[len(c.KEY) + 1] = NO_NUMBER
        return cells + (self._named(values) if self.decorate else values)

    def _named(self, values: Row) -> Row:
        cells: Row = []
        for component, value in zip((*c.KEY, "TIME_PERIOD", *self.said), values, strict=True):
            name = self.labels.code(component, value) if c.BY_ID[component].codelist else ""
            both = f"{value}: {name}" if name else value
            cells += [value, name] if self.columns.labels == "name" else [both]
        return cells

"""Whole dataflows as everybody may see them: what is in an extract, and where it is kept."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from django.conf import settings
from django.utils import translation

from tinhso.blocks.sdmx.queries.data import DataQuestion, observations
from tinhso.blocks.sdmx.queries.data_csv import Columns, data_csv
from tinhso.blocks.sdmx.queries.data_json import data_json
from tinhso.blocks.sdmx.queries.data_xml import data_xml
from tinhso.blocks.sdmx.queries.desk import SdmxDesk, sdmx_desk
from tinhso.blocks.sdmx.queries.negotiation import CSV, JSON, XML
from tinhso.blocks.sdmx.queries.shapes import DataflowAnswer, DataForm
from tinhso.kernel import clock
from tinhso.kernel.actor import NOBODY

FORMS = (CSV, JSON, XML)


def everybodys_desk(language: str) -> SdmxDesk:
    """Where somebody stands who shows nothing, in a language."""
    with translation.override(language):
        return sdmx_desk(NOBODY)


def answers_of_dataflow(at: SdmxDesk, flow: str) -> list[DataflowAnswer]:
    """All of a dataflow."""
    data_question = DataQuestion(at.flows[flow])
    return [DataflowAnswer(data_question, observations(at, data_question))]


def encoded_message(at: SdmxDesk, dataflow_answers: Sequence[DataflowAnswer], form: str) -> Iterator[bytes]:
    """The message; it was prepared when its figures were published, so that it is the same whenever it is written."""
    prepared = at.at or clock.now()
    write: dict[str, Callable[[], Iterator[str]]] = {
        CSV: lambda: data_csv(at, dataflow_answers, DataForm(), Columns()),
        JSON: lambda: data_json(at, dataflow_answers, DataForm(), now=prepared),
        XML: lambda: data_xml(at, dataflow_answers, DataForm(), now=prepared),
    }
    with translation.override(at.language):
        chunks = write[form]()
    return _encoded_in_language(at.language, chunks)


def _encoded_in_language(language: str, chunks: Iterator[str]) -> Iterator[bytes]:
    while True:
        with translation.override(language):  # pieces are made one by one, among other requests of this thread
            chunk = next(chunks, None)
        if chunk is None:
            return
        if chunk:
            yield chunk.encode()


def path_of(at: SdmxDesk, flow: str, form: str) -> Path:
    """Where an extract is kept; what it is made of is in the name: units are renamed between publications, too."""
    units = hashlib.sha256(repr(sorted(map(repr, at.nodes.values()))).encode()).hexdigest()[:12]
    name = f"{flow}-{form}-{at.language}"
    return Path(settings.VAR) / "extracts" / f"{name}.{at.number:08d}-{units}"


def forget_former(path: Path) -> None:
    """Remove the same extract of earlier publications; who is reading one reads it to its end."""
    for former in path.parent.glob(f"{path.name.partition('.')[0]}.*"):
        if former != path and former.suffix != ".half":
            former.unlink(missing_ok=True)

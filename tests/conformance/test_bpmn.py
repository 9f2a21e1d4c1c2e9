"""The BPMN Model Interchange Working Group's reference files: each is taken in, or refused by its elements' names."""

from pathlib import Path

import pytest

from tinhso.blocks.cases.queries.processes.reading import read
from tinhso.blocks.cases.queries.processes.shapes import BadProcess

pytestmark = pytest.mark.conformance
ROOT = Path(__file__).resolve().parents[2]
DRAWINGS = sorted([*ROOT.glob("provinces/*/processes/*.bpmn"), *ROOT.glob("tests/provinces/*/processes/*.bpmn")])
FOLDER = "01-services/bpmn-miwg"
TAKEN = {"A.1.0.bpmn"}
# file → one element that cannot be run here, and why not
REFUSED = {
    "A.2.0.bpmn": ("exclusiveGateway", "its arrows bear neither condition nor name"),
    "A.2.1.bpmn": ("task", "several arrows leave a task without a gateway"),
    "A.3.0.bpmn": ("subProcess", "a process inside a process"),
    "A.4.0.bpmn": ("process", "two processes in one file"),
    "B.1.0.bpmn": ("participant", "two pools"),
    "B.2.0.bpmn": ("participant", "two pools"),
    "C.1.0.bpmn": ("participant", "two pools"),
    "C.2.0.bpmn": ("participant", "four pools"),
    "C.4.0.bpmn": ("participant", "three pools"),
    "C.6.0.bpmn": ("intermediateThrowEvent", "compensation"),
    "C.8.0.bpmn": ("serviceTask", "a step that a machine does"),
    "C.9.0.bpmn": ("serviceTask", "a step that a machine does"),
    "C.9.2.bpmn": ("endEvent", "an end by error"),
}


def test_every_reference_file_has_an_expectation(vectors: Path) -> None:
    files = {path.name for path in (vectors / FOLDER).glob("*.bpmn")}

    assert files == TAKEN | set(REFUSED)


@pytest.mark.parametrize("name", sorted(TAKEN))
def test_a_reference_file_is_taken_in_with_its_picture(vectors: Path, name: str) -> None:
    drawn = read((vectors / FOLDER / name).read_bytes())

    assert [node.name for node in drawn.steps()] == ["Task 1", "Task 2", "Task 3"]
    assert set(drawn.nodes) <= set(drawn.drawing.boxes)
    assert set(drawn.flows) <= set(drawn.drawing.lines)


@pytest.mark.parametrize(("name", "kind"), [(name, kind) for name, (kind, _why) in sorted(REFUSED.items())])
def test_a_reference_file_is_refused_by_its_elements_names(vectors: Path, name: str, kind: str) -> None:
    content = (vectors / FOLDER / name).read_bytes()

    with pytest.raises(BadProcess) as refused:
        read(content)

    assert kind in {fault.kind for fault in refused.value.faults}
    assert all(fault.element.encode() in content and fault.why for fault in refused.value.faults)


@pytest.mark.parametrize("path", DRAWINGS, ids=[path.stem for path in DRAWINGS])
def test_every_drawing_of_the_provinces_is_taken_in_whole(path: Path) -> None:
    drawn = read(path.read_bytes())

    agencies = (ROOT / "provinces" / "ben_tre" / "units" / "agencies.csv").read_text(encoding="utf-8")
    assert drawn.remarks == ()
    assert set(drawn.nodes) <= set(drawn.drawing.boxes)
    assert all(f",{step.unit}," in agencies for step in drawn.steps() if step.unit not in ("holder", "receiving"))

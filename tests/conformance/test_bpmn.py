"""The BPMN Model Interchange Working Group's reference files: each is taken in, or refused by its elements' names."""

import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from tinhso.blocks.bpmn.queries.calls import called_by, with_called_processes
from tinhso.blocks.bpmn.queries.engine import Clock, Course
from tinhso.blocks.bpmn.queries.reading import read_process
from tinhso.blocks.bpmn.queries.shapes import BadProcess, ProcessGraph
from tinhso.blocks.bpmn.tests.drawings import drawing, step
from tinhso.kernel import clock

pytestmark = pytest.mark.conformance
ROOT = Path(__file__).resolve().parents[2]
DRAWINGS = sorted([*ROOT.glob("provinces/*/processes/*.bpmn"), *ROOT.glob("tests/provinces/*/processes/*.bpmn")])
FOLDER = "01-services/bpmn-miwg"
# file → how many steps a case may come to; A.4.0 to C.4.0 are of the process of one pool among several
TAKEN = {
    "A.1.0.bpmn": 3,
    "A.2.0.bpmn": 4,
    "A.2.1.bpmn": 4,
    "A.3.0.bpmn": 7,
    "A.4.0.bpmn": 4,
    "B.1.0.bpmn": 8,
    "B.2.0.bpmn": 41,
    "C.1.0.bpmn": 5,
    "C.2.0.bpmn": 6,
    "C.4.0.bpmn": 15,
    "C.8.0.bpmn": 10,
    "C.9.0.bpmn": 13,
    "C.9.2.bpmn": 7,
}
# file → elements that cannot be run here, and why not
REFUSED = {"C.6.0.bpmn": ({"intermediateThrowEvent", "boundaryEvent", "serviceTask"}, "compensation")}
CALLED = {"C.9.0.bpmn": ["ManualCheck"], "C.9.2.bpmn": ["requestDocument_en"]}
MOST_STEPS = 200
NOW = datetime(2026, 11, 23, 2, tzinfo=clock.VIETNAM)
XML = '<?xml version="1.0" encoding="UTF-8"?>'
BPMN = b"http://www.omg.org/spec/BPMN/20100524/MODEL"


def whole(content: bytes) -> ProcessGraph:
    """A drawing with a process of one step wherever it calls one that is not in its file."""
    simple = read_process(drawing(step("z"), "start>z", "z>end"))
    return with_called_processes(read_process(content), lambda _code: simple)


def walked(drawn: ProcessGraph, choices: Random) -> set[str]:
    """What a case comes to that is answered and told of events by chance, kept and restored at every step."""
    at = Clock(NOW, lambda since, span: since + timedelta(hours=span.amount))
    facts = {"channel": 1, "option": "", "procedure": "2.000001"}
    course, done = Course.begun(drawn, facts, at), set[str]()
    while not course.finished and len(done) < MOST_STEPS:
        course = Course.restored(drawn, json.loads(json.dumps(course.state())), facts, at)
        next_one = choices.choice(course.waiting())
        course.complete(next_one.token, choices.choice(next_one.node.outcomes or ("",)))
        done.add(next_one.token)
    assert course.finished
    return done


def test_every_reference_file_has_an_expectation(vectors: Path) -> None:
    files = {path.name for path in (vectors / FOLDER).glob("*.bpmn")}

    assert files == set(TAKEN) | set(REFUSED)


@pytest.mark.parametrize("name", sorted(TAKEN))
def test_a_reference_file_is_taken_in_with_its_picture(vectors: Path, name: str) -> None:
    content = (vectors / FOLDER / name).read_bytes()

    drawn = read_process(content)

    ids = set(re.findall(r'\bid="([^"]+)"', content.decode("utf-8", "replace")))
    drawn_in_file = {node.id for node in drawn.nodes.values()} & ids
    assert len(whole(content).steps()) == TAKEN[name] + len(CALLED.get(name, ()))
    assert called_by(drawn) == CALLED.get(name, [])
    assert {ref for ref in drawn_in_file if ref in drawn.drawing.boxes}


@pytest.mark.parametrize("seed", [0, 5])
@pytest.mark.parametrize("name", sorted(TAKEN))
def test_a_dossier_goes_through_a_reference_file_to_its_end(vectors: Path, name: str, seed: int) -> None:
    drawn = whole((vectors / FOLDER / name).read_bytes())

    done = walked(drawn, Random(seed))

    assert done


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_a_reference_file_is_refused_by_its_elements_names(vectors: Path, name: str) -> None:
    content = (vectors / FOLDER / name).read_bytes()

    with pytest.raises(BadProcess) as refused:
        read_process(content)

    assert REFUSED[name][0] <= {fault.kind for fault in refused.value.faults}
    assert all(fault.element.encode() in content and fault.why for fault in refused.value.faults)


def prefixed(content: bytes) -> bytes:
    """The language of BPMN under another prefix."""
    found = re.search(rb'xmlns:(\w+)="' + BPMN, content)
    if found is None:
        return content
    old = found[1]
    moved = re.sub(rb"(</?)" + old + rb":", rb"\1m0:", content)
    return moved.replace(b"xmlns:" + old + b"=", b"xmlns:m0=").replace(b'"' + old + b":", b'"m0:')


def executable(content: bytes) -> bytes:
    """Without a word on which process is executable."""
    return re.sub(rb' isExecutable="\w+"', b"", content)


def without_picture(content: bytes) -> bytes:
    """Without a diagram."""
    return re.sub(rb"<(\w+:)?BPMNDiagram.*</(\w+:)?BPMNDiagram>", b"", content, flags=re.DOTALL)


def without_ends(content: bytes) -> bytes:
    """Without what elements say of the arrows that reach and leave them, which the arrows say already."""
    return re.sub(rb"<(\w+:)?(incoming|outgoing)>[^<]*</(\w+:)?(incoming|outgoing)>", b"", content)


def extended(content: bytes) -> bytes:
    """With what Camunda, Activiti and Signavio add to every task."""
    more = (
        b' xmlns:camunda="http://camunda.org/schema/1.0/bpmn" camunda:asyncBefore="true" camunda:assignee="${a.b()}" '
        b'xmlns:activiti="http://activiti.org/bpmn" activiti:candidateGroups="x" '
        b'xmlns:signavio="http://www.signavio.com" signavio:colour="#fff"'
    )
    return re.sub(
        rb"(<(?:\w+:)?(?:userT|serviceT|manualT|t)ask)(?= )(?![^>]*xmlns:camunda)", rb"\1" + more, content, count=3
    )


def in_utf_16(content: bytes) -> bytes:
    """In another encoding."""
    head = re.match(rb"<\?xml[^>]*encoding=[\"']([\w-]+)", content)
    text = content.decode(head[1].decode() if head else "utf-8")
    return re.sub(r"^<\?xml[^>]*\?>", '<?xml version="1.0" encoding="UTF-16"?>', text).encode("utf-16")


VARIANTS = [prefixed, executable, without_picture, without_ends, extended, in_utf_16]


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda one: one.__name__)
@pytest.mark.parametrize("name", sorted(set(TAKEN) - {"C.1.0.bpmn"}))
def test_a_reference_file_as_other_tools_write_it_means_the_same(
    vectors: Path, name: str, variant: Callable[[bytes], bytes]
) -> None:
    content = (vectors / FOLDER / name).read_bytes()

    as_written, as_varied = read_process(content), read_process(variant(content))

    assert [node.name for node in as_varied.steps()] == [node.name for node in as_written.steps()]


@pytest.mark.parametrize("path", DRAWINGS, ids=[path.stem for path in DRAWINGS])
def test_every_drawing_of_the_provinces_is_taken_in_whole(path: Path) -> None:
    drawn = read_process(path.read_bytes())

    agencies = (ROOT / "provinces" / "ben_tre" / "units" / "agencies.csv").read_text(encoding="utf-8")
    assert drawn.remarks == ()
    assert set(drawn.nodes) <= set(drawn.drawing.boxes)
    assert all(f",{step.unit}," in agencies for step in drawn.steps() if step.unit not in ("holder", "receiving"))

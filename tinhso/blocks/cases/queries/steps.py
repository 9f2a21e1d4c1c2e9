"""Which steps there are outside a case's process, and what doing one of those inside leads to."""

from dataclasses import dataclass

from tinhso.blocks.bpmn.queries import catalogue, default_process
from tinhso.blocks.bpmn.queries.reading import read_process
from tinhso.blocks.bpmn.queries.shapes import STOPS, ElementKind, ProcessGraph, ProcessNode
from tinhso.blocks.cases.models import Task
from tinhso.blocks.cases.queries import courses
from tinhso.kernel import clock

RECEPTION, HANDING_OUT = "tiep-nhan", "tra-ket-qua"


@dataclass(frozen=True)
class Onward:
    """What doing a step means: ``answers`` to choose from; whether it is the ``last``, and then with which ``result``.

    ``result`` is empty where the process says nothing, and the procedure's own result counts; None where it depends on
    the answer. ``happens``: it is not done but waited for, and somebody says that it has happened.
    """

    answers: tuple[str, ...] = ()
    last: bool = False
    result: str | None = ""
    happens: bool = False


def steps_after(task: Task) -> Onward:
    """What doing ``task`` leads to, as far as that can be said beforehand."""
    drawn = drawing_of(task)
    node = drawn.nodes.get(task.key.partition("#")[0])
    if node is None:
        return Onward()
    ends = _ends_after(drawn, node)
    others = courses.others_wait(drawn, task)
    results = {end.result for end in ends}
    result = None if len(results) > 1 else "".join(results)
    last = bool(ends) and (not others or all(end.ends_all for end in ends))
    return Onward(node.outcomes, last, result, node.kind is ElementKind.EVENT)


def drawing_of(task: Task) -> ProcessGraph:
    """The process that a step belongs to: the case's own, or the one that it would come to."""
    case_process = courses.of_case(task.case)
    return courses.drawn_for(case_process) if case_process else drawing_for(task.case.procedure)


def drawing_for(procedure: str) -> ProcessGraph:
    """The process that cases of a procedure begin with today."""
    version = catalogue.in_force(procedure, clock.today())
    return catalogue.graph_of_version(version) if version else read_process(default_process.usual_drawing())


def first_step(procedure: str) -> ProcessNode:
    """The step that cases of a procedure come to first."""
    return drawing_for(procedure).steps()[0]


def _ends_after(drawn: ProcessGraph, node: ProcessNode) -> list[ProcessNode]:
    """The ends that come next, whatever is answered; none where somebody else has something to do before one.

    The end of what is inside an element leads on behind that element.
    """
    visited_nodes, waiting, ends = {node.id}, [flow.target for flow in drawn.after(node.id)], []
    while waiting:
        at = drawn.nodes[waiting.pop(0)]
        if at.kind in STOPS or at.kind in (ElementKind.CHOICE, ElementKind.CALL):
            return []
        if at.id in visited_nodes:
            continue
        visited_nodes.add(at.id)
        if at.kind is ElementKind.SUB:
            waiting.append(drawn.start(at.id).id)
        elif at.kind is ElementKind.END and at.scope:
            waiting += [flow.target for flow in drawn.after(at.scope)]
        else:
            ends += [at] if at.kind is ElementKind.END else []
            waiting += [flow.target for flow in drawn.after(at.id)]
    return ends

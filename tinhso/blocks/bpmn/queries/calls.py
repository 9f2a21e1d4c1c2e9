"""Processes of the catalogue that others call: put inside the elements that call them, when an instance begins.

Which versions these were is kept with the instance, so that it ends by the drawings that it began with.
"""

from collections.abc import Callable
from dataclasses import replace

from django.utils.translation import gettext as _

from tinhso.blocks.bpmn.queries.checking import MOST_NODES, fault_of_node
from tinhso.blocks.bpmn.queries.shapes import BadProcess, ElementKind, ProcessGraph, ProcessNode, shown_as
from tinhso.blocks.bpmn.queries.sketching import Sketch, with_own_ids

DEEPEST = 8  # processes that call processes
Find = Callable[[str], ProcessGraph | None]


def called_by(drawn: ProcessGraph) -> list[str]:
    """The codes of the processes that a process calls."""
    return list(dict.fromkeys(node.called for node in drawn.nodes.values() if node.kind is ElementKind.CALL))


def with_called_processes(drawn: ProcessGraph, find: Find, path: tuple[str, ...] = ()) -> ProcessGraph:
    """A process with all that it calls inside; ``path`` are the codes of what calls it.

    Refuses with :class:`BadProcess` what calls itself, calls what there is not, or becomes too large.
    """
    sketch = Sketch(dict(drawn.nodes), dict(drawn.flows))
    for node in drawn.nodes.values():
        if node.kind is ElementKind.CALL:
            _put_in(sketch, node, find, path)
    return replace(drawn, nodes=sketch.nodes, flows=sketch.flows)


def _put_in(sketch: Sketch, node: ProcessNode, find: Find, path: tuple[str, ...]) -> None:
    if node.called in path or len(path) > DEEPEST:
        raise BadProcess([fault_of_node(node, _("các quy trình gọi nhau thành vòng"))])
    process_graph = find(node.called)
    if process_graph is None:
        raise BadProcess(
            [fault_of_node(node, _("không có quy trình nào mang mã “%(code)s”") % {"code": node.called[:60]})]
        )
    try:
        inside = with_called_processes(process_graph, find, (*path, node.called))
    except BadProcess as refusal:
        raise BadProcess([fault_of_node(node, str(fault)) for fault in refusal.faults]) from refusal
    if len(sketch.nodes) + len(inside.nodes) > MOST_NODES:
        raise BadProcess([fault_of_node(node, _("quá nhiều phần tử"))])
    inner_sketch = Sketch(dict(inside.nodes), dict(inside.flows))
    more = with_own_ids(inner_sketch, list(inside.nodes.values()), node.id, {"": node.id})
    sketch.nodes |= {ref: replace(process_node, place=shown_as(node)) for ref, process_node in more.nodes.items()}
    sketch.flows |= more.flows
    sketch.nodes[node.id] = replace(node, kind=ElementKind.SUB)

"""Processes of the catalogue that others call: put inside the elements that call them, when an instance begins.

Which versions these were is kept with the instance, so that it ends by the drawings that it began with.
"""

from collections.abc import Callable
from dataclasses import replace

from django.utils.translation import gettext as _

from tinhso.blocks.bpmn.queries.checking import MOST_NODES, of
from tinhso.blocks.bpmn.queries.shapes import BadProcess, Drawn, Kind, Node, shown_as
from tinhso.blocks.bpmn.queries.sketching import Sketch, renamed

DEEPEST = 8  # processes that call processes
Find = Callable[[str], Drawn | None]


def called_by(drawn: Drawn) -> list[str]:
    """The codes of the processes that a process calls."""
    return list(dict.fromkeys(node.called for node in drawn.nodes.values() if node.kind is Kind.CALL))


def expanded(drawn: Drawn, find: Find, path: tuple[str, ...] = ()) -> Drawn:
    """A process with all that it calls inside; ``path`` are the codes of what calls it.

    Refuses with :class:`BadProcess` what calls itself, calls what there is not, or becomes too large.
    """
    sketch = Sketch(dict(drawn.nodes), dict(drawn.flows))
    for node in drawn.nodes.values():
        if node.kind is Kind.CALL:
            _put_in(sketch, node, find, path)
    return replace(drawn, nodes=sketch.nodes, flows=sketch.flows)


def _put_in(sketch: Sketch, node: Node, find: Find, path: tuple[str, ...]) -> None:
    if node.called in path or len(path) > DEEPEST:
        raise BadProcess([of(node, _("các quy trình gọi nhau thành vòng"))])
    found = find(node.called)
    if found is None:
        raise BadProcess([of(node, _("không có quy trình nào mang mã “%(code)s”") % {"code": node.called[:60]})])
    try:
        inside = expanded(found, find, (*path, node.called))
    except BadProcess as refusal:
        raise BadProcess([of(node, str(fault)) for fault in refusal.faults]) from refusal
    if len(sketch.nodes) + len(inside.nodes) > MOST_NODES:
        raise BadProcess([of(node, _("quá nhiều phần tử"))])
    whole = Sketch(dict(inside.nodes), dict(inside.flows))
    more = renamed(whole, list(inside.nodes.values()), node.id, {"": node.id})
    sketch.nodes |= {ref: replace(one, place=shown_as(node)) for ref, one in more.nodes.items()}
    sketch.flows |= more.flows
    sketch.nodes[node.id] = replace(node, kind=Kind.SUB)

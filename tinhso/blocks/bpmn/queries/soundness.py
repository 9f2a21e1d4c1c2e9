"""Every course that a process can take, gone through with tokens: none may stop before the end, none may multiply.

A process inside an element is gone through by itself, and counts as one element around it. States are bounded; a
process with more than ``MOST_STATES`` is taken as it is, and what then goes wrong at work is refused there.

Tokens are bits of a whole number, one bit for each arrow: a state with two tokens on one arrow is a fault already, so
no count is kept, only which arrow came to hold two.
"""

from collections import deque
from dataclasses import dataclass
from functools import reduce
from itertools import chain, combinations
from operator import or_

from django.utils.translation import gettext as _

from tinhso.blocks.bpmn.queries.shapes import (
    DrawingFault,
    ElementKind,
    ProcessGraph,
    ProcessNode,
    SequenceFlow,
    shown_as,
)

MOST_STATES = 4000
MOST_BRANCHES = 6  # of an inclusive gateway: its choices are counted, 2ⁿ
JOINS = (ElementKind.PARALLEL, ElementKind.INCLUSIVE, ElementKind.END)
State = tuple[int, int]  # arrows that hold a token, arrows that hold a second one


@dataclass
class ExploredStates:
    """How much was looked at: ``states`` gone through, ``steps`` from one to another."""

    states: int = 0
    steps: int = 0


@dataclass(frozen=True)
class _Place:
    """An element with the arrows that reach it and the sets of arrows that it may put tokens on."""

    node: ProcessNode
    reaching: int
    ways: tuple[int, ...]


def soundness_faults(drawn: ProcessGraph, work: ExploredStates | None = None) -> list[DrawingFault]:
    """Where an instance could stand for ever, or come to be worked on twice at once; empty: nowhere that was seen."""
    for scope in drawn.scopes():
        drawing_fault = _faults_in(drawn, scope, work or ExploredStates())
        if drawing_fault is not None:
            return [drawing_fault]
    return []


def _faults_in(drawn: ProcessGraph, scope: str, work: ExploredStates) -> DrawingFault | None:
    nodes = drawn.inside(scope)
    if any(node.kind is ElementKind.INCLUSIVE and len(drawn.before(node.id)) > 1 for node in nodes):
        return None  # joins of chosen branches look at the whole: tokens alone do not tell
    bits = {
        flow.id: 1 << at
        for at, flow in enumerate(sequence_flow for node in nodes for sequence_flow in drawn.after(node.id))
    }
    places = [_place_of_node(drawn, node, bits) for node in nodes]
    targets = {bits[flow.id]: place for place in places for flow in drawn.before(place.node.id)}
    start = next(node for node in nodes if node.kind is ElementKind.START)
    first = (_flow_mask(drawn.after(start.id), bits), 0)
    reached_states, waiting = {first}, deque([first])
    while waiting and len(reached_states) < MOST_STATES:
        state = waiting.popleft()
        work.states += 1
        marked = _marked_places(state[0], targets)
        double = next((place for place in marked if _is_doubled(place, state)), None)
        if double is not None:
            return _node_fault(double.node, _("nhiều nhánh song song cùng tới đây; hãy thêm cổng gộp"))
        onward = [then for place in marked for then in _next_states(place, state[0])]
        work.steps += len(onward)
        if marked and not onward:
            return _node_fault(marked[0].node, _("có thể chờ mãi: không phải nhánh nào cũng tới cổng gộp này"))
        for then in onward:
            if then not in reached_states:
                reached_states.add(then)
                waiting.append(then)
    return None


def _place_of_node(drawn: ProcessGraph, node: ProcessNode, bits: dict[str, int]) -> _Place:
    return _Place(node, _flow_mask(drawn.before(node.id), bits), tuple(_outgoing_ways(drawn, node, bits)))


def _flow_mask(flows: list[SequenceFlow], bits: dict[str, int]) -> int:
    return reduce(or_, (bits[flow.id] for flow in flows), 0)


def _marked_places(tokens: int, targets: dict[int, _Place]) -> list[_Place]:
    """The elements that tokens have come to, each once."""
    places_by_key: dict[int, _Place] = {}
    while tokens:
        bit = tokens & -tokens
        tokens ^= bit
        place = targets[bit]
        places_by_key[place.reaching] = place
    return list(places_by_key.values())


def _is_doubled(place: _Place, state: State) -> bool:
    """Whether two branches have come to an element that does not bring them together."""
    tokens, second = state
    arrived = tokens & place.reaching
    return bool(second & place.reaching) or (place.node.kind not in JOINS and bool(arrived & (arrived - 1)))


def _next_states(place: _Place, tokens: int) -> list[State]:
    """What may come of an element that tokens have come to."""
    arrived = tokens & place.reaching
    if place.node.kind is ElementKind.PARALLEL:
        consumed_tokens = [place.reaching] if arrived == place.reaching else []
    elif place.node.kind is ElementKind.END and place.node.ends_all:
        return [(0, 0)]
    else:
        consumed_tokens = [1 << at for at in range(arrived.bit_length()) if arrived >> at & 1]
    return [((tokens & ~gone) | way, tokens & ~gone & way) for gone in consumed_tokens for way in place.ways]


def _outgoing_ways(drawn: ProcessGraph, node: ProcessNode, bits: dict[str, int]) -> list[int]:
    """The arrows that may be taken together."""
    leaving = drawn.after(node.id)
    together = _flow_mask(leaving, bits)
    if node.kind in (ElementKind.EXCLUSIVE, ElementKind.CHOICE):
        ways = [bits[flow.id] for flow in leaving]
    elif node.kind is ElementKind.INCLUSIVE:
        few = leaving[:MOST_BRANCHES]
        some = chain.from_iterable(combinations(few, n + 1) for n in range(len(few)))
        ways = [_flow_mask(list(flows), bits) for flows in some]
    else:
        ways = [together]
    for event in drawn.attached(node.id):
        away = _flow_mask(drawn.after(event.id), bits)
        ways.append(away if event.interrupting else together | away)
    return ways


def _node_fault(node: ProcessNode, why: str) -> DrawingFault:
    return DrawingFault(shown_as(node), node.tag, node.name, why)

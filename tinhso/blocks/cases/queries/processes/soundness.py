"""Every course that a process can take, gone through with tokens: none may stop before the end, none may multiply.

States are bounded; a process with more than ``MOST_STATES`` is taken as it is, and what then goes wrong at work is
refused there.
"""

from collections import Counter, deque
from collections.abc import Iterator
from itertools import chain, combinations

from django.utils.translation import gettext as _

from tinhso.blocks.cases.queries.processes.shapes import Drawn, Fault, Kind, Node

MOST_STATES = 4000
MOST_BRANCHES = 6  # of an inclusive gateway: its choices are counted, 2ⁿ
State = frozenset[tuple[str, int]]  # arrows with the tokens on them


def faults(drawn: Drawn) -> list[Fault]:
    """Where a dossier could stand for ever, or come to be worked on twice at once; empty: nowhere that was seen."""
    start = next(node for node in drawn.nodes.values() if node.kind is Kind.START)
    if any(node.kind is Kind.INCLUSIVE and len(drawn.before(node.id)) > 1 for node in drawn.nodes.values()):
        return []  # joins of chosen branches look at the whole: tokens alone do not tell
    first = _put({}, [flow.id for flow in drawn.after(start.id)])
    seen, waiting = {first}, deque([first])
    while waiting and len(seen) < MOST_STATES:
        state = waiting.popleft()
        double = _doubled(drawn, dict(state))
        if double is not None:
            return [double]
        onward = list(_onward(drawn, dict(state)))
        if state and not onward:
            return [_stuck(drawn, dict(state))]
        for one in onward:
            if one not in seen:
                seen.add(one)
                waiting.append(one)
    return []


def _doubled(drawn: Drawn, tokens: dict[str, int]) -> Fault | None:
    """An element that two branches have come to, and that does not bring them together."""
    reached = Counter(drawn.flows[arrow].target for arrow in tokens)
    for node in (drawn.nodes[one] for one in reached):
        heavy = any(tokens[arrow] > 1 for arrow in tokens if drawn.flows[arrow].target == node.id)
        joins = node.kind in (Kind.PARALLEL, Kind.INCLUSIVE, Kind.END)
        if heavy or (reached[node.id] > 1 and not joins):
            return Fault(node.id, node.tag, node.name, _("nhiều nhánh song song cùng tới đây; hãy thêm cổng gộp"))
    return None


def _put(tokens: dict[str, int], more: list[str]) -> State:
    total = Counter(tokens)
    total.update(more)
    return frozenset((arrow, count) for arrow, count in total.items() if count > 0)


def _onward(drawn: Drawn, tokens: dict[str, int]) -> Iterator[State]:
    for node in drawn.nodes.values():
        reaching = [flow.id for flow in drawn.before(node.id)]
        arrived = [arrow for arrow in reaching if tokens.get(arrow)]
        if not arrived or (node.kind is Kind.PARALLEL and len(arrived) < len(reaching)):
            continue
        if node.kind is Kind.END and node.ends_all:
            yield frozenset()
            continue
        for taken in [reaching] if node.kind is Kind.PARALLEL else [[arrow] for arrow in arrived]:
            rest = Counter(tokens)
            rest.subtract(taken)
            for ways in _ways(drawn, node):
                yield _put(dict(rest), ways)


def _ways(drawn: Drawn, node: Node) -> Iterator[list[str]]:
    """The arrows that may be taken together."""
    leaving = [flow.id for flow in drawn.after(node.id)]
    if node.kind is Kind.EXCLUSIVE:
        yield from ([arrow] for arrow in leaving)
    elif node.kind is Kind.INCLUSIVE:
        few = leaving[:MOST_BRANCHES]
        yield from (list(some) for some in chain.from_iterable(combinations(few, n + 1) for n in range(len(few))))
    else:
        yield leaving
    for alarm in (one for one in drawn.nodes.values() if one.attached_to == node.id):
        away = [flow.id for flow in drawn.after(alarm.id)]
        yield away if alarm.interrupting else leaving + away


def _stuck(drawn: Drawn, tokens: dict[str, int]) -> Fault:
    node = drawn.nodes[drawn.flows[next(iter(sorted(tokens)))].target]
    return Fault(node.id, node.tag, node.name, _("có thể chờ mãi: không phải nhánh nào cũng tới cổng gộp này"))

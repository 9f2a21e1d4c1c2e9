"""How much is looked at to find whether a drawing can always be gone through."""

from collections import Counter
from collections.abc import Callable

import pytest

from tinhso.blocks.bpmn.queries import soundness
from tinhso.blocks.bpmn.queries.reading import read_process
from tinhso.blocks.bpmn.queries.shapes import ProcessGraph, SequenceFlow
from tinhso.blocks.bpmn.tests.drawings import drawing, gate, step


def branches(count: int, length: int) -> bytes:
    """So many branches at once, each of so many steps."""
    names = [[f"b{at}_{number}" for number in range(length)] for at in range(count)]
    arrows = [f"{one}>{two}" for branch in names for one, two in zip(["tach", *branch], [*branch, "gop"], strict=True)]
    steps = "".join(step(name) for branch in names for name in branch)
    gates = gate("tach", "parallel") + gate("gop", "parallel")
    return drawing(steps + gates, "start>tach", *arrows, "gop>end")


@pytest.mark.parametrize(("count", "length"), [(3, 60), (6, 30), (12, 15), (12, 1)])
def test_a_large_drawing_is_gone_through_in_bounded_work(count: int, length: int) -> None:
    drawn, work = read_process(branches(count, length)), soundness.ExploredStates()

    faults = soundness.soundness_faults(drawn, work)

    assert faults == []
    assert work.states <= soundness.MOST_STATES
    assert work.steps <= count * work.states


def test_arrows_are_looked_up_for_each_element_and_not_for_each_state(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn, work, calls = read_process(branches(6, 30)), soundness.ExploredStates(), Counter[str]()
    before, after = ProcessGraph.before, ProcessGraph.after

    def counted(
        look: Callable[[ProcessGraph, str], list[SequenceFlow]],
    ) -> Callable[[ProcessGraph, str], list[SequenceFlow]]:
        def looked(of: ProcessGraph, node: str) -> list[SequenceFlow]:
            calls[node] += 1
            return look(of, node)

        return looked

    monkeypatch.setattr(ProcessGraph, "before", counted(before))
    monkeypatch.setattr(ProcessGraph, "after", counted(after))

    soundness.soundness_faults(drawn, work)

    assert calls.total() <= 6 * len(drawn.nodes)
    assert work.states > 1000


def test_a_fault_is_seen_before_all_else_is_gone_through() -> None:
    drawn, work = read_process(branches(12, 15)), soundness.ExploredStates()
    flows = dict(drawn.flows) | {"early": SequenceFlow("early", "tach", "b0_0")}

    faults = soundness.soundness_faults(ProcessGraph(drawn.id, drawn.name, drawn.nodes, flows), work)

    assert [fault.element for fault in faults] == ["b0_0"]
    assert work.states == 2

"""Whose words drawings speak."""

import pytest

from tinhso.blocks.bpmn import contract
from tinhso.blocks.bpmn.contract import Role, Runner, registered_runner, runs_drawings
from tinhso.blocks.bpmn.queries.conditions import known_facts
from tinhso.blocks.bpmn.queries.reading import read_process
from tinhso.blocks.bpmn.tests.drawings import drawing


def a_runner(right: str = "mend roads") -> Runner:
    """Somebody who mends roads, and knows of the weather."""
    role = Role(right, "thợ", ("duong bo",))
    return Runner((role,), right, right, frozenset({"weather"}), (right,), "<definitions/>")


def test_lanes_rights_and_facts_are_those_of_whoever_runs_drawings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contract, "RUNNERS", {})
    runs_drawings("roads", a_runner())
    lanes = '<laneSet id="l"><lane id="l1" name="Đội đường bộ"><flowNodeRef>a</flowNodeRef></lane></laneSet>'

    drawn = read_process(drawing(lanes + '<userTask id="a"/><userTask id="b"/>', "start>a", "a>b", "b>end"))

    assert {node.right for node in drawn.steps()} == {"mend roads"}
    assert [(remark.element, "thợ" in remark.why) for remark in drawn.remarks] == [("b", True)]
    assert known_facts() == {"answer", "weather"}


def test_a_second_app_that_would_run_drawings_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contract, "RUNNERS", {})
    first = runs_drawings("roads", a_runner())

    with pytest.raises(ValueError, match="roads"):
        runs_drawings("ships", a_runner("mend ships"))

    assert registered_runner() is first


def test_without_an_app_that_runs_drawings_the_fault_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contract, "RUNNERS", {})

    with pytest.raises(LookupError, match="runs_drawings"):
        registered_runner()

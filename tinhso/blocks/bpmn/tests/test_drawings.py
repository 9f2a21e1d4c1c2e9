"""What a drawing may hold, what is refused by the element's name, and what a hostile file cannot do."""

import pytest

from tinhso.blocks.bpmn.contract import registered_runner
from tinhso.blocks.bpmn.queries import conditions
from tinhso.blocks.bpmn.queries.reading import read_process
from tinhso.blocks.bpmn.queries.shapes import BadProcess, ElementKind
from tinhso.blocks.bpmn.tests.drawings import HEAD, TAIL, alarm, drawing, event, gate, inside, step, wait


def faults_of(bpmn: bytes) -> list[tuple[str, str]]:
    """Kinds and ids of the elements that a refusal names."""
    with pytest.raises(BadProcess) as refused:
        read_process(bpmn)
    return [(fault.kind, fault.element) for fault in refused.value.faults]


def test_names_of_arrows_after_a_gateway_are_what_the_step_before_lets_choose() -> None:
    drawn = read_process(
        drawing(step("a") + step("b") + gate("g"), "start>a", "a>g", "g>b: đủ", "g>end: thiếu", "b>end")
    )

    assert drawn.nodes["a"].outcomes == ("đủ", "thiếu")
    assert [flow.condition for flow in drawn.after("g")] == ["answer == 'đủ'", "answer == 'thiếu'"]


def test_a_lane_says_whose_work_lies_in_it() -> None:
    lanes = (
        '<laneSet id="l"><lane id="l1" name="Lãnh đạo Sở"><flowNodeRef>a</flowNodeRef></lane>'
        '<lane id="l2" name="Kho bạc"><flowNodeRef>b</flowNodeRef></lane></laneSet>'
    )
    signed = drawing(lanes + '<userTask id="a"/>', "start>a", "a>end")
    unclear = read_process(drawing(lanes + '<userTask id="a"/><userTask id="b"/>', "start>a", "a>b", "b>end"))

    assert read_process(signed).nodes["a"].right == "decide cases"
    assert (unclear.nodes["b"].right, unclear.nodes["b"].lane) == ("process cases", "Kho bạc")
    assert [remark.element for remark in unclear.remarks] == ["b"]


def test_without_lanes_a_step_is_of_who_works_on_the_dossier_and_a_remark_says_so() -> None:
    drawn = read_process(drawing('<task id="a" name="Xem"/>', "start>a", "a>end"))

    assert drawn.nodes["a"].right == "process cases"
    assert [remark.element for remark in drawn.remarks] == ["a"]


@pytest.mark.parametrize(
    ("elements", "arrows", "named"),
    [
        (
            '<scriptTask id="s"><script>print(1)</script></scriptTask>' + step("a"),
            ("start>s", "s>a", "a>end"),
            ("scriptTask", "s"),
        ),
        ('<complexGateway id="s"/>' + step("a"), ("start>s", "s>a", "a>end"), ("complexGateway", "s")),
        (
            '<adHocSubProcess id="s"><task id="t"/></adHocSubProcess>' + step("a"),
            ("start>s", "s>a", "a>end"),
            ("adHocSubProcess", "s"),
        ),
        (event("s", "compensate", on="a") + step("a"), ("start>a", "a>end", "s>end"), ("boundaryEvent", "s")),
        (
            '<serviceTask id="s" isForCompensation="true"/>' + step("a"),
            ("start>s", "s>a", "a>end"),
            ("serviceTask", "s"),
        ),
        (
            inside("s", '<scriptTask id="t"/>' + step("a"), "s_in>t", "t>a", "a>s_out"),
            ("start>s", "s>end"),
            ("scriptTask", "t"),
        ),
        (inside("s", step("a"), "s_in>a", "a>end"), ("start>s", "s>end"), ("sequenceFlow", "fs_1")),
        (step("a") + event("s", on="end"), ("start>a", "a>end", "s>end"), ("boundaryEvent", "s")),
        (step("a") + gate("g", "eventBased") + step("b"), ("start>a", "a>g", "g>b", "b>end"), ("userTask", "b")),
        (
            '<userTask id="a"><multiInstanceLoopCharacteristics><loopCardinality>99</loopCardinality>'
            "</multiInstanceLoopCharacteristics></userTask>",
            ("start>a", "a>end"),
            ("userTask", "a"),
        ),
        (
            '<intermediateThrowEvent id="s"><linkEventDefinition name="x"/></intermediateThrowEvent>' + step("a"),
            ("start>a", "a>s"),
            ("intermediateThrowEvent", "s"),
        ),
        (step("a") + wait("w", "R3/PT1H"), ("start>a", "a>w", "w>end"), ("intermediateCatchEvent", "w")),
        (step("a", "sign anything"), ("start>a", "a>end"), ("userTask", "a")),
        (step("a", unit="../x"), ("start>a", "a>end"), ("userTask", "a")),
        (step("a", hours="-3"), ("start>a", "a>end"), ("userTask", "a")),
        (step("a", outcomes="x|x"), ("start>a", "a>end"), ("userTask", "a")),
        (step("tiep-nhan"), ("start>tiep-nhan", "tiep-nhan>end"), ("userTask", "tiep-nhan")),
        (step("answer"), ("start>answer", "answer>end"), ("userTask", "answer")),
        (step("a") + step("b"), ("start>a", "a>end"), ("userTask", "b")),
        (
            step("a") + gate("g"),
            ("start>a", "a>g", 'g>end? answer == "x"', 'g>a? answer == "y"'),
            ("exclusiveGateway", "g"),
        ),
        (step("a"), ("start>a", "a>nowhere"), ("sequenceFlow", "f1")),
        (step("a") + alarm("t", "end", "PT1H"), ("start>a", "a>end", "t>end"), ("boundaryEvent", "t")),
    ],
)
def test_what_cannot_be_run_is_refused_by_its_name(
    elements: str, arrows: tuple[str, ...], named: tuple[str, str]
) -> None:
    assert named in faults_of(drawing(elements, *arrows))


def test_of_several_pools_the_one_said_to_be_executable_is_run_and_remarks_name_the_others() -> None:
    other = (
        '<collaboration id="c"><participant id="p1" processRef="thu"/><participant id="p2" name="Ngân hàng"/>'
        '</collaboration><process id="kho-bac" name="Kho bạc"><task id="x"/><task id="y"/><task id="z"/>'
        '<sequenceFlow id="xy" sourceRef="x" targetRef="y"/>'
        '<sequenceFlow id="yz" sourceRef="y" targetRef="z"/></process>'
    )
    told = drawing(step("a"), "start>a", "a>end").decode().replace("<process", other + "<process", 1)
    ours = told.replace('<process id="thu"', '<process id="thu" isExecutable="true"')

    largest, executable = read_process(told.encode()), read_process(ours.encode())

    assert (largest.id, executable.id) == ("kho-bac", "thu")
    assert [remark.element for remark in executable.remarks] == ["kho-bac", "p2"]


def test_an_arrow_of_another_tool_keeps_its_name_and_loses_its_expression() -> None:
    drawn = read_process(
        drawing(
            step("a") + step("b") + gate("g"), "start>a", "a>g", "g>b: Đồng ý? ${approved}", "g>end? #{x.y()}", "b>end"
        )
    )

    assert drawn.nodes["a"].outcomes == ("Đồng ý", "Kết thúc")
    assert [flow.condition for flow in drawn.after("g")] == ["answer == 'Đồng ý'", "answer == 'Kết thúc'"]
    assert "g" in {remark.element for remark in drawn.remarks}


@pytest.mark.parametrize(
    ("told", "names"),
    [
        ("approved = true", ("Bước b", "Kết thúc")),
        ('Vacation Approval = "Approved"', ("Bước b", "Kết thúc")),
        ("execution.getVariable('x')", ("Bước b", "Kết thúc")),
    ],
)
def test_a_file_that_does_not_speak_our_language_may_have_conditions_in_any(told: str, names: tuple[str, ...]) -> None:
    ours = drawing(
        '<task id="a" name="Bước a"/><task id="b" name="Bước b"/>' + gate("g"),
        "start>a",
        "a>g",
        f"g>b? {told}",
        "g>end",
        "b>end",
    )
    others = ours.replace(b' xmlns:t="urn:tinhso:bpmn:1"', b"")

    drawn = read_process(others)

    assert drawn.nodes["a"].outcomes == names
    assert ("sequenceFlow", "f2") in faults_of(ours)


def test_the_language_under_an_older_name_is_the_same_language() -> None:
    told = drawing(step("a"), "start>a", "a>end")

    older = read_process(
        told.replace(b"http://www.omg.org/spec/BPMN/20100524/MODEL", b"http://schema.omg.org/spec/BPMN/2.0")
    )

    assert [one.id for one in older.steps()] == ["a"]


def test_what_waits_for_one_of_several_things_is_told_by_people() -> None:
    timer = "<timerEventDefinition><timeDuration>P1D</timeDuration></timerEventDefinition>"
    several = f'<intermediateCatchEvent id="w" name="Có tin">{timer}<messageEventDefinition/></intermediateCatchEvent>'

    drawn = read_process(drawing(several, "start>w", "w>end"))

    assert [(one.id, one.kind) for one in drawn.steps()] == [("w", ElementKind.EVENT)]


def test_processes_of_a_file_that_call_each_other_in_a_circle_are_refused() -> None:
    called = (
        '<process id="b"><callActivity id="c" calledElement="c2"/></process>'
        '<process id="c2"><callActivity id="d" calledElement="b"/></process>'
    )
    told = drawing('<callActivity id="s" calledElement="b"/>', "start>s", "s>end").decode()

    assert faults_of(told.replace("</process>", "</process>" + called).encode()) == [("callActivity", "d")]


def test_processes_that_grow_by_calling_each_other_are_refused_soon() -> None:
    levels = "".join(
        f'<process id="p{number}">'
        + "".join(f'<callActivity id="c{number}_{at}" calledElement="p{number + 1}"/>' for at in range(30))
        + "</process>"
        for number in range(8)
    )
    told = drawing('<callActivity id="s" calledElement="p0"/>', "start>s", "s>end").decode()
    leaf = '<process id="p8"><task id="t"/></process>'

    faults = faults_of(told.replace("</process>", "</process>" + levels + leaf).encode())

    assert ("process", "thu") in faults
    assert len(faults) < 10_000


def test_a_drawing_with_too_many_elements_is_refused_before_it_is_gone_through() -> None:
    steps = "".join(step(f"a{number}") for number in range(500))

    assert faults_of(drawing(steps, "start>a0")) == [("process", "thu")]


def test_loops_inside_loops_are_refused_where_they_grow_too_large() -> None:
    loop = "<multiInstanceLoopCharacteristics><loopCardinality>12</loopCardinality></multiInstanceLoopCharacteristics>"
    block = step("x")
    for ref, first in (("k1", "x"), ("k2", "k1"), ("k3", "k2"), ("k4", "k3")):
        block = inside(ref, block + loop, f"{ref}_in>{first}", f"{first}>{ref}_out")

    with pytest.raises(BadProcess) as refused:
        read_process(drawing(block, "start>k4", "k4>end"))

    assert refused.value.faults[0].why


def test_a_circle_in_which_nobody_acts_is_refused() -> None:
    circle = drawing(
        step("a") + gate("g", default="f3") + gate("h", default="f5"),
        "start>a",
        "a>g",
        'g>h? answer == "x"',
        "g>end",
        'h>g? answer == "y"',
        "h>end",
    )

    assert faults_of(circle) == [("exclusiveGateway", "g")]


def test_a_join_that_not_every_branch_reaches_is_refused() -> None:
    waits = drawing(
        step("a", outcomes="x|y") + step("b") + step("c") + gate("g") + gate("j", "parallel"),
        "start>a",
        "a>g",
        "g>b: x",
        "g>c: y",
        "b>j",
        "c>j",
        "j>end",
    )

    assert faults_of(waits) == [("parallelGateway", "j")]


def test_branches_that_come_together_without_a_join_are_refused() -> None:
    doubled = drawing(
        step("a") + step("b") + step("c") + gate("g", "parallel"), "start>g", "g>a", "g>b", "a>c", "b>c", "c>end"
    )

    assert faults_of(doubled) == [("userTask", "c")]


@pytest.mark.parametrize(
    "file",
    [
        b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;">'
        b'<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>' + HEAD[38:].encode() + b"&c;" + TAIL.encode(),
        b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
        + HEAD[38:].encode()
        + b"&x;"
        + TAIL.encode(),
        b'<?xml version="1.0"?><!DOCTYPE d SYSTEM "http://127.0.0.1:9/x.dtd">' + HEAD[38:].encode() + TAIL.encode(),
        b"<" * 5_000,
        b"",
        b"\xff\xfe\x00",
        b'<html xmlns="http://www.w3.org/1999/xhtml"/>',
        (HEAD + "<a>" * 5_000 + "</a>" * 5_000 + TAIL).encode(),
        (HEAD + "<documentation/>" * 30_000 + TAIL).encode(),
        (HEAD + f'<userTask id="a" name="{"x" * 50_000_000}"/>' + TAIL).encode(),
    ],
    ids=["laughs", "outside entity", "outside DTD", "brackets", "empty", "letters", "page", "deep", "many", "50 MB"],
)
def test_a_hostile_file_is_refused_as_a_whole(file: bytes) -> None:
    assert faults_of(file) == [("definitions", "definitions")]


def test_an_inclusion_is_a_stranger_and_is_not_fetched() -> None:
    told = '<x:include xmlns:x="http://www.w3.org/2001/XInclude" href="/etc/passwd" parse="text"/>'

    drawn = read_process(drawing(step("a") + told, "start>a", "a>end"))

    assert list(drawn.nodes) == ["start", "end", "a"]


@pytest.mark.parametrize(
    "expression",
    [
        '__import__("os").system("true")',
        "answer.__class__",
        "().__class__.__mro__",
        "[x for x in (1,)]",
        "answer[0]",
        "lambda: 1",
        "9**9**9",
        'f"{answer}"',
        "answer := 1",
        "open",
        "True if answer else False",
        "1.5 == answer",
        "answer == b'x'",
        "answer in (1, 2)",
        "answer ==",
        "",
        "a" * 301,
        "answer == __builtins__",
        "await answer",
        "answer\nimport os",
    ],
)
def test_a_condition_is_a_comparison_and_nothing_else(expression: str) -> None:
    hostile = drawing(step("a") + gate("g", default="f3"), "start>a", "a>g", f"g>a? {expression or 1.5}", "g>end")

    assert faults_of(hostile) == [("sequenceFlow", "f2")]


def test_what_was_checked_is_checked_again_before_it_is_worked_out() -> None:
    with pytest.raises(conditions.BadCondition):
        conditions.is_condition_true('__import__("os")', {"answer": "x"})

    assert conditions.is_condition_true('(answer == "x" or not answer) and channel >= 2', {"answer": "x", "channel": 2})


def test_the_built_in_way_is_somebody_who_works_and_somebody_who_signs() -> None:
    drawn = read_process(registered_runner().drawing.encode())

    assert [(one.id, one.right) for one in drawn.steps()] == [
        ("tham-dinh", "process cases"),
        ("duyet-ky", "decide cases"),
    ]
    assert {node.kind for node in drawn.nodes.values()} == {ElementKind.START, ElementKind.STEP, ElementKind.END}
    assert set(drawn.drawing.boxes) == set(drawn.nodes)

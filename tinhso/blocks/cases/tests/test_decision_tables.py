"""Tables of decisions that travel inside a drawing: what a cell may say, and cases that they decide."""

import pytest

from tinhso.blocks.bpmn.queries import decision_tables
from tinhso.blocks.bpmn.queries.reading import read_process
from tinhso.blocks.bpmn.queries.shapes import BadProcess
from tinhso.blocks.bpmn.tests.drawings import drawing, gate, step
from tinhso.blocks.cases.contract import Status
from tinhso.blocks.cases.tests import makers
from tinhso.blocks.cases.tests.test_processes import done, published, waiting
from tinhso.blocks.units.models import Unit
from tinhso.kernel.errors import Refused

DMN = "https://www.omg.org/spec/DMN/20191111/MODEL/"


@pytest.fixture
def commune() -> Unit:
    return makers.a_unit("28777", "Xã An")


def cells(name: str, texts: tuple[str, ...]) -> str:
    """Cells of a row; what XML takes for its own is escaped."""
    escaped = [text.replace("&", "&amp;").replace("<", "&lt;") for text in texts]
    return "".join(f'<d:{name} id="{name}{at}"><d:text>{text}</d:text></d:{name}>' for at, text in enumerate(escaped))


def table(*rows: tuple[str, str, str], policy: str = "UNIQUE") -> str:
    """Rows of: what ``xem`` was answered, by which channel, and what then is to be done."""
    inputs = "".join(
        f'<d:input id="in-{name}"><d:inputExpression><d:text>{name}</d:text></d:inputExpression></d:input>'
        for name in ("xem", "channel")
    )
    rules = "".join(
        f'<d:rule id="r{at}">{cells("inputEntry", row[:2])}{cells("outputEntry", row[2:])}</d:rule>'
        for at, row in enumerate(rows)
    )
    return (
        f'<extensionElements><d:definitions xmlns:d="{DMN}"><d:decision id="xet" name="Xét">'
        f'<d:decisionTable id="t" hitPolicy="{policy}">{inputs}<d:output id="o" name="muc"/>{rules}</d:decisionTable>'
        "</d:decision></d:definitions></extensionElements>"
    )


def decided(rows: str) -> tuple[str, tuple[str, ...]]:
    """A drawing in which the table decides who has the case next."""
    rule = '<businessRuleTask id="quyet" name="Xét mức" t:decision="xet"/>'
    steps = step("xem", outcomes="ít|nhiều") + step("nhanh") + step("ky")
    arrows = (
        "start>xem",
        "xem>quyet",
        "quyet>g",
        'g>nhanh? muc == "nhanh"',
        "g>ky",
        "nhanh>end",
        "ky>end",
    )
    return rows + steps + rule + gate("g", default="f4"), arrows


QUICK = (('"ít"', ">= 1", '"nhanh"'), ('"nhiều"', "-", '"kỹ"'))


@pytest.mark.django_db
@pytest.mark.parametrize(("answer", "then"), [("ít", "nhanh"), ("nhiều", "ky")])
def test_a_table_decides_which_way_a_dossier_goes(commune: Unit, answer: str, then: str) -> None:
    published(decided(table(*QUICK)))
    case = makers.received(commune)

    done(case, "xem", answer=answer)

    assert waiting(case) == [then]
    assert done(case, then).status == Status.FINISHED


@pytest.mark.django_db
@pytest.mark.parametrize("rows", [(("-", "-", '"a"'), ('"ít"', "-", '"b"')), (('"khác"', "-", '"a"'),)])
def test_a_dossier_for_which_no_row_or_more_than_one_fits_stays_where_it_was(
    commune: Unit, rows: tuple[tuple[str, str, str], ...]
) -> None:
    published(decided(table(*rows)))
    case = makers.received(commune)

    with pytest.raises(Refused, match="no_way_on"):
        done(case, "xem", answer="ít")

    assert waiting(case) == ["xem"]


@pytest.mark.django_db
def test_of_several_rows_that_fit_the_first_decides_where_the_table_says_so(commune: Unit) -> None:
    published(decided(table(("-", "-", '"nhanh"'), ('"ít"', "-", '"kỹ"'), policy="FIRST")))
    case = makers.received(commune)

    done(case, "xem", answer="ít")

    assert waiting(case) == ["nhanh"]


def test_a_rule_without_a_table_is_a_step_of_people() -> None:
    drawn = read_process(drawing('<businessRuleTask id="q" name="Xét"/>', "start>q", "q>end"))

    assert [one.id for one in drawn.steps()] == ["q"]
    assert "q" in {remark.element for remark in drawn.remarks}


@pytest.mark.parametrize(
    ("test", "value", "expected"),
    [
        ("", "x", True),
        ("-", "x", True),
        ('"x"', "x", True),
        ('"x"', "y", False),
        ('"x","y"', "y", True),
        ('"a,b", "c"', "a,b", True),
        ('not("x")', "x", False),
        ('not("x","y")', "z", True),
        ("< 5", 4, True),
        ("< 5", 5, False),
        (">= 5", "5", True),
        ("> 5", "chưa rõ", False),
        ("[1..5]", 5, True),
        ("[1..5)", 5, False),
        ("(1..5]", 1, False),
        ("]1..5[", 1, False),
        ("7", "7", True),
        ("true", True, True),
        ("1,2, 3", 3, True),
    ],
)
def test_a_cell_is_a_value_a_comparison_a_range_or_none_of_them(test: str, value: object, expected: bool) -> None:
    assert decision_tables.value_fits_test(test, value) is expected


@pytest.mark.parametrize(
    "cell",
    [
        '__import__("os").system("true")',
        "answer.__class__",
        "lambda: 1",
        "9**9**9",
        "[x for x in (1,)]",
        "open",
        'function(x) "a"',
        'date("2026-01-01")',
        "not(not(1))",
        '"a" or 1 == 1',
        '"a',
        "a" * 301,
    ],
)
def test_a_cell_that_says_anything_else_is_refused_by_its_table(cell: str) -> None:
    elements, arrows = decided(table((cell, "-", '"nhanh"')))
    answered, _arrows = decided(table(("-", "-", cell)))

    for told in (elements, answered):
        with pytest.raises(BadProcess) as refused:
            read_process(drawing(told, *arrows))
        assert [fault.element for fault in refused.value.faults] == ["xet"]


@pytest.mark.parametrize("policy", ["COLLECT", "ANY", "PRIORITY", "RULE ORDER"])
def test_a_table_that_is_read_in_another_way_is_refused(policy: str) -> None:
    elements, arrows = decided(table(*QUICK, policy=policy))

    with pytest.raises(BadProcess) as refused:
        read_process(drawing(elements, *arrows))

    assert [fault.element for fault in refused.value.faults] == ["xet"]

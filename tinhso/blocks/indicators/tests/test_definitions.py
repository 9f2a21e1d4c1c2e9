from typing import Any

import pytest

from tinhso.blocks.indicators.contract import ReadingKind
from tinhso.blocks.indicators.queries import definitions
from tinhso.blocks.indicators.queries.expressions import BadExpression, parse_expression
from tinhso.blocks.indicators.tests import makers
from tinhso.kernel.errors import Refused

SPEC: dict[str, Any] = {
    "code": "D-9",
    "name": "Tỷ lệ",
    "domain": "services",
    "fact": "DOSSIERS",
    "kind": "ratio",
    "count": "on_time",
    "out_of": "finished",
    "scale": 100,
    "unit_of_measure": "%",
    "method": "m",
    "source": "s",
    "agency": "A",
    "by": ["channel"],
}


def faulty_field(**change: Any) -> str:
    """The field that the refusal of a changed definition names."""
    with pytest.raises(Refused) as refusal:
        definitions.check_indicator(
            definitions.read_indicator({**SPEC, **change}), {"DOSSIERS": makers.DOSSIERS}, frozenset({"services"})
        )
    return str(refusal.value.params["field"])


def test_a_sound_definition_is_read() -> None:
    indicator = definitions.read_indicator(SPEC)
    definitions.check_indicator(indicator, {"DOSSIERS": makers.DOSSIERS}, frozenset({"services"}))

    assert (indicator.kind, indicator.scale, indicator.by) == (ReadingKind.RATIO, 100, ("channel",))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"method": None}, "method"),
        ({"kind": "average"}, "kind"),
        ({"scale": 0}, "scale"),
        ({"colour": "red"}, "colour"),
        ({"fact": "NONE"}, "fact"),
        ({"domain": "sport"}, "domain"),
        ({"out_of": ""}, "out_of"),
        ({"kind": "sum"}, "out_of"),
        ({"count": "late"}, "count"),
        ({"count": "on_time +"}, "count"),
        ({"count": "open + finished"}, "count"),
        ({"count": 'when(age == "old", finished)'}, "count"),
        ({"by": ["age"]}, "by"),
        ({"kind": "sum", "count": "open", "out_of": ""}, "kind"),
        ({"kind": "latest", "count": "finished", "out_of": ""}, "kind"),
        ({"targets": [{"from": "2024-01", "floor": "many"}]}, "targets"),
        ({"targets": [{"from": "2024-01"}]}, "targets"),
    ],
)
def test_a_faulty_definition_is_refused_with_the_name_of_the_field(change: dict[str, Any], field: str) -> None:
    assert faulty_field(**change) == field


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os')",
        "a.b",
        "a[0]",
        "a / b",
        "a ** b",
        "lambda: 1",
        "when(a, b)",
        "when(a == b, c)",
        "1.5",
        "'x'",
        "a if b else c",
    ],
)
def test_an_expression_cannot_run_anything(text: str) -> None:
    with pytest.raises(BadExpression):
        parse_expression(text)


def test_an_expression_knows_its_columns_and_whether_it_is_linear() -> None:
    assert parse_expression("a + 2 * b - c").linear
    assert not parse_expression("a * b").linear
    assert parse_expression('when(kind == "x", a)').dims == {"kind"}

"""Conditions of surveys mean the same on a phone as on the server; what is plain XPath means what libxml2 says."""

import json
import math
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from tinhso.blocks.surveys.queries import functions, reading
from tinhso.blocks.surveys.queries.evaluating import (
    FUNCTIONS,
    Context,
    FormNode,
    Value,
    evaluate,
    number_value,
    text_value,
)
from tinhso.blocks.surveys.queries.xpath import UnreadableExpression, parse_xpath

ROOT = Path(__file__).resolve().parents[2]
CASES: list[list[Any]] = json.loads(Path(__file__).with_name("survey_conditions.json").read_text(encoding="utf-8"))
NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
# xpath / right answer / what else: "odk" where ODK differs from plain XPath
PERSONS = "<m><n>1</n></m><m><n>2</n></m>"
DATA = f"<data><a>5</a><b>2</b><day>2026-01-01</day><kinds>x y</kinds><kind>river</kind>{PERSONS}</data>"
PLACES = [
    {"name": "a", "label": "Ao", "group": "pond"},
    {"name": "b", "label": "Bờ", "group": "river"},
]
PROGRAM = """
import { readFileSync } from "node:fs";
import { evaluate, Node, text } from "./sides.mjs";
const { cases, data, places, now } = JSON.parse(readFileSync(0, "utf8"));
const grow = ([name, value, below]) => {
  const node = new Node(name, value);
  for (const one of below) node.add(grow(one));
  return node;
};
const root = new Node("");
root.add(grow(data));
const node = root.children[0].children.find((one) => one.name === "kinds");
const list = new Node("places"), rows = list.add(new Node("root"));
for (const row of places) {
  const item = rows.add(new Node("item"));
  for (const [name, value] of Object.entries(row)) item.add(new Node(name, value));
}
const find = (name) => (name === "places" ? list : undefined);
const context = { node, root, now: new Date(now), current: node, list: find, label: (_path, value) => value };
const plain = (value) => (typeof value === "number" && !Number.isFinite(value) ? String(value) : value);
const told = (value) => (Array.isArray(value) ? text(value) : plain(value));
console.log(JSON.stringify(cases.map((tree) => told(evaluate(tree, context)))));
"""


def context() -> Context:
    """A small form filled in, at its question "kinds"."""
    root = FormNode("")
    root.add(reading.node_of(etree.fromstring(DATA)))
    data = root.children[0]
    data.add(FormNode("empty"))
    data.children.insert(5, data.children.pop())
    places = FormNode("places")
    rows = places.add(FormNode("root"))
    for row in PLACES:
        item = rows.add(FormNode("item"))
        for name, value in row.items():
            item.add(FormNode(name, value))
    here = next(one for one in data.children if one.name == "kinds")
    return Context(here, root, NOW, {"places": places}, current=here)


def plain_value(value: Value) -> Any:
    """A value as JSON tells it."""
    if isinstance(value, list):
        return text_value(value)
    if isinstance(value, float) and not math.isfinite(value):
        return text_value(value)
    return value


def right(case: list[Any]) -> Any:
    """What a case says is right."""
    return case[1]


@pytest.mark.parametrize("case", CASES, ids=[case[0] for case in CASES])
def test_the_server_works_a_condition_out(case: list[Any]) -> None:
    assert plain_value(evaluate(parse_xpath(case[0]), context())) == pytest.approx(right(case))


@pytest.mark.parametrize("case", [one for one in CASES if len(one) == 2], ids=lambda case: str(case[0]))
def test_plain_xpath_means_what_libxml2_says(case: list[Any]) -> None:
    tree = etree.fromstring(DATA.replace("<kind>", "<empty/><kind>"))
    here = tree.find("kinds")
    assert here is not None

    found = here.xpath(case[0])

    plain = (found[0].text or "" if found else "") if isinstance(found, list) else found
    assert (
        text_value(float(plain)) if isinstance(plain, float) and not math.isfinite(plain) else plain
    ) == pytest.approx(right(case))


@pytest.fixture
def phone(tmp_path: Path) -> Path:
    """The page's own sources, bundled without the page around them."""
    bundler = ROOT / "node_modules" / ".bin" / "rolldown"
    if shutil.which("node") is None or not bundler.exists():
        pytest.skip("máy không có Node.js hoặc node_modules (make setup)")
    parts = ROOT / "frontend" / "parts"
    entry = tmp_path / "sides.ts"
    lines = [f'import "{parts}/survey-functions.ts";', f'export * from "{parts}/survey-xpath.ts";']
    entry.write_text("\n".join(lines), encoding="utf-8")
    command = [str(bundler), str(entry), "--file", str(tmp_path / "sides.mjs"), "--format", "esm"]
    subprocess.run(command, check=True, capture_output=True, cwd=ROOT)
    program = tmp_path / "asked.mjs"
    program.write_text(PROGRAM, encoding="utf-8")
    return program


def test_a_phone_works_the_same_conditions_out(phone: Path) -> None:
    def plain(node: FormNode) -> list[Any]:
        return [node.name, node.value, [plain(one) for one in node.children]]

    given = {
        "cases": [parse_xpath(case[0]) for case in CASES],
        "data": plain(context().root.children[0]),
        "places": PLACES,
        "now": NOW.isoformat(),
    }

    done = subprocess.run(
        ["node", str(phone)], input=json.dumps(given), capture_output=True, text=True, check=False, cwd=ROOT
    )

    assert done.returncode == 0, done.stderr
    found = dict(zip([case[0] for case in CASES], json.loads(done.stdout), strict=True))
    wrong = {case[0]: found[case[0]] for case in CASES if found[case[0]] != pytest.approx(right(case))}
    assert wrong == {}


def test_both_sides_know_the_same_functions() -> None:
    source = (ROOT / "frontend/parts/survey-functions.ts").read_text(encoding="utf-8").partition("Object.assign(")[2]

    missing = [
        name
        for name in FUNCTIONS
        if not any(f"\n  {mark}" in source for mark in (f"{name}:", f'"{name}":', f"{name},"))
    ]

    assert missing == []
    assert FUNCTIONS.keys() >= functions.CHANGING


@pytest.mark.parametrize("source", ["", "1 +", "(1", "a b", "f(", "/data/[1]", "'open", "a[", "é è", "(" * 500 + "1"])
def test_what_is_no_expression_is_said_to_be_none(source: str) -> None:
    with pytest.raises(UnreadableExpression):
        evaluate(parse_xpath(source), context())


def test_a_day_is_a_number_of_days() -> None:
    assert number_value("1970-01-02") == 1

"""The page's script and the server read and check answers alike: same values, same faults, for whatever is typed."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from tinhso.blocks.forms.queries import checking, rendering, words
from tinhso.blocks.forms.queries.shape import FormField, FormShape
from tinhso.blocks.forms.tests import makers as a

pytestmark = [pytest.mark.conformance, pytest.mark.django_db]
ROOT = Path(__file__).resolve().parents[2]
CASES = json.loads(Path(__file__).with_name("form_cases.json").read_text(encoding="utf-8"))
SHAPE = a.a_shape()
FORMS = sorted((ROOT / "provinces").glob("*/forms/*.json"))
BRIDGE = """
import { createInterface } from "node:readline";
import { canonical, firstFaults } from "./sides.mjs";
const spec = JSON.parse(process.argv[2]);
for await (const line of createInterface({ input: process.stdin })) {
  const values = canonical(spec.fields, spec.schema, JSON.parse(line));
  const found = firstFaults(spec.schema, values, spec.today, spec.order, []);
  const faults = [...found].map(([path, [code]]) => [path, code]);
  process.stdout.write(JSON.stringify({ values, faults }) + "\\n");
}
"""
LETTERS = some.characters(max_codepoint=0x2FFF)  # both sides know these letters, whatever their Unicode version
LIKELY = [
    "",
    "1.234",
    "12,5",
    "0.500",
    "31/02/2024",
    "05102024",
    "khac",
    "other",
    "on",
    "OFF",
    " x ",
    "+84 9",
    "a@b.vn",
]
LEAF = some.one_of(
    some.sampled_from(LIKELY),
    some.text(LETTERS, max_size=12),
    some.integers(-(10**15), 10**15),
    some.booleans(),
    some.none(),
    some.lists(some.text(LETTERS, max_size=3), max_size=3),
)


class Side:
    """The script, running in Node."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process

    def answer(self, typed: Any) -> tuple[Any, dict[str, str]]:
        """Canonical values and the first fault of each path."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(typed) + "\n")
        self.process.stdin.flush()
        said = json.loads(self.process.stdout.readline())
        return said["values"], dict(said["faults"])


@pytest.fixture(scope="module")
def sides(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The front end's own sources, bundled without the page around them."""
    bundler = ROOT / "node_modules" / ".bin" / "rolldown"
    if shutil.which("node") is None or not bundler.exists():
        pytest.skip("máy không có Node.js hoặc node_modules (make setup)")
    folder = tmp_path_factory.mktemp("sides")
    parts = ROOT / "frontend" / "parts"
    exports = [f'export * from "{parts / name}.ts";' for name in ("form-values", "form-rules")]
    (folder / "sides.ts").write_text("\n".join(exports), encoding="utf-8")
    (folder / "bridge.mjs").write_text(BRIDGE, encoding="utf-8")
    bundle = [str(bundler), str(folder / "sides.ts"), "--file", str(folder / "sides.mjs"), "--format", "esm"]
    subprocess.run(bundle, check=True, capture_output=True, cwd=ROOT)
    return folder / "bridge.mjs"


@contextmanager
def _running(bridge: Path, shape: FormShape) -> Iterator[Side]:
    spec = {
        "schema": shape.schema,
        "fields": [rendering.script_field(one) for one in shape.fields],
        "today": a.TODAY.isoformat(),
        "order": list(words.PRECEDENCE),
    }
    command = ["node", str(bridge), json.dumps(spec)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    ) as process:
        yield Side(process)
        assert process.stdin is not None
        process.stdin.close()


@pytest.fixture(scope="module")
def script(sides: Path) -> Iterator[Side]:
    """The script with the felling form."""
    with _running(sides, SHAPE) as side:
        yield side


def _server(typed: Any, shape: FormShape = SHAPE) -> tuple[Any, dict[str, str]]:
    checked = checking.check_typed_values(shape, typed, day=a.TODAY)
    return checked.values, {one.path: one.code for one in checked.problems if one.code != "unit"}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["say"])
def test_both_sides_agree_on_the_table_of_cases(case: dict[str, Any], script: Side) -> None:
    typed = case["typed"]

    said = script.answer(typed)

    assert said == _server(typed)


def _anything_for(fields: tuple[FormField, ...]) -> some.SearchStrategy[dict[str, Any]]:
    return some.fixed_dictionaries({}, optional={field.name: _anything(field) for field in fields})


def _anything(field: FormField) -> some.SearchStrategy[Any]:
    if field.kind == "group":
        return some.one_of(LEAF, _anything_for(field.fields))
    if field.kind == "repeat":
        return some.one_of(LEAF, some.lists(_anything_for(field.fields), max_size=3))
    choices = some.sampled_from([choice.value for choice in field.choices]) if field.choices else LEAF
    return some.one_of(choices, LEAF)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(typed=_anything_for(SHAPE.fields))
def test_both_sides_agree_on_whatever_is_typed(typed: dict[str, Any], script: Side) -> None:
    said = script.answer(typed)

    assert said == _server(typed)


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_both_sides_agree_on_every_form_of_a_province(path: Path, sides: Path) -> None:
    shape = a.a_shape(json.loads(path.read_text(encoding="utf-8")))

    @settings(max_examples=40, deadline=None)
    @given(typed=_anything_for(shape.fields))
    def agree(typed: dict[str, Any]) -> None:
        assert side.answer(typed) == _server(typed, shape)

    with _running(sides, shape) as side:
        agree()

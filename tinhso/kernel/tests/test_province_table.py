"""Files of a province are described once, and a wrong one says where and what."""

from pathlib import Path
from typing import Annotated, Literal

import pytest
from pydantic import Field

from tinhso.kernel.errors import Refused
from tinhso.kernel.province_table import ProvinceTable, line_numbers, table


@table
class Days:
    """Working days."""

    directive: int = 5
    before: Annotated[int, Field(ge=0)] = 2


@table
class Step:
    """A step up."""

    to: Literal["office", "above"]
    after: Annotated[float, Field(alias="from")] = 1.0


@table
class Rules:
    """A file."""

    days: Days = Days()
    steps: Annotated[tuple[Step, ...], Field(alias="step")] = ()
    words: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if len(self.steps) > 2:
            raise ValueError("không quá hai bước")


RULES = ProvinceTable("rules.toml", Rules)


def refusal(folder: Path, text: str) -> str:
    (folder / "rules.toml").write_text(text, encoding="utf-8")
    with pytest.raises(Refused) as refused:
        RULES.read_folder(folder)
    assert refused.value.code == "bad_province_table"
    return refused.value.message


def test_a_province_without_the_file_has_the_defaults(tmp_path: Path) -> None:
    rules = RULES.read_folder(tmp_path)

    assert rules == Rules()


def test_a_file_lies_over_the_defaults_and_is_read_again_when_it_has_changed(tmp_path: Path) -> None:
    import os

    path = tmp_path / "rules.toml"
    path.write_text('[days]\ndirective = 7\n[[step]]\nto = "office"\nfrom = 2\n', encoding="utf-8")
    first = RULES.read_folder(tmp_path)

    path.write_text("[days]\ndirective = 8\n", encoding="utf-8")
    os.utime(path, ns=(1, 1))
    second = RULES.read_folder(tmp_path)

    assert first == Rules(days=Days(directive=7), steps=(Step("office", 2.0),))
    assert second == Rules(days=Days(directive=8))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('[days]\n\ndirective = "5"', "rules.toml, dòng 3, days.directive: phải là số nguyên"),
        ("[days]\nbefore = -1", "rules.toml, dòng 2, days.before: không được nhỏ hơn 0"),
        ("[days]\ndirektive = 5", "rules.toml, dòng 2, days.direktive: không có mục nào tên như vậy"),
        ("days = 5", "rules.toml, dòng 1, days: phải là một bảng"),
        (
            '[[step]]\nto = "office"\n[[step]]\nto = "left"',
            "rules.toml, dòng 4, step[2].to: phải là một trong: office, above",
        ),
        ("[[step]]\nfrom = 1", "rules.toml, dòng 1, step[1].to: thiếu mục này"),
        ("words = [\n  1,\n]", "rules.toml, dòng 1, words[1]: phải là chữ, đặt trong ngoặc kép"),
        ('[[step]]\nto="above"\n' * 3, "rules.toml: không quá hai bước"),
        ("[days]\ndirective =", "rules.toml, dòng 2: sai cú pháp TOML"),
    ],
)
def test_a_wrong_file_is_refused_with_its_line_and_key_and_what_was_expected(
    tmp_path: Path, text: str, expected: str
) -> None:
    message = refusal(tmp_path, text)

    assert expected in message


def test_all_faults_of_a_file_are_said_at_once(tmp_path: Path) -> None:
    message = refusal(tmp_path, 'words = "một"\n[days]\ndirective = true\n')

    assert "dòng 1, words: phải là một danh sách" in message
    assert "dòng 3, days.directive: phải là số nguyên" in message


def test_lines_are_counted_over_long_strings_comments_and_nested_arrays() -> None:
    text = '''# a = 1
"a b".c = "x # [y]"
[one]
long = """
[not.a.table]
key = 1
"""
list = [
  "[", # ]
  { key = 2 },
]
[[many]]
[many.inside]
key = 1
[[many.deep]]
key = 2
[[many]]
key = 3
'''

    lines = line_numbers(text)

    assert lines == {
        ("a b", "c"): 2,
        ("one",): 3,
        ("one", "long"): 4,
        ("one", "list"): 8,
        ("many", 0): 12,
        ("many", 0, "inside"): 13,
        ("many", 0, "inside", "key"): 14,
        ("many", 0, "deep", 0): 15,
        ("many", 0, "deep", 0, "key"): 16,
        ("many", 1): 17,
        ("many", 1, "key"): 18,
    }

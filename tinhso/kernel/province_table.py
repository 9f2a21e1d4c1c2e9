"""Files of a province's folder, each described once by a frozen dataclass and checked against it.

Field names are the file's keys (an ``Annotated[…, Field(alias="from")]`` gives another), nested dataclasses its tables,
tuples of them its arrays of tables, defaults what holds where the file says nothing. Types are those of TOML: a whole
number is not text. Checks that need several keys stand in ``__post_init__`` and raise ValueError in Vietnamese.
"""

import json
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Annotated, Any, ClassVar, Generic, TypeVar, dataclass_transform

from pydantic import BeforeValidator, ConfigDict, TypeAdapter, ValidationError

from tinhso.kernel.errors import Refused, gettext_noop

T = TypeVar("T")
Place = tuple[str | int, ...]  # of a value in a file: keys, and positions (from 0) in arrays

WORDS = {
    "missing": gettext_noop("thiếu mục này"),
    "unexpected_keyword_argument": gettext_noop("không có mục nào tên như vậy"),
    "extra_forbidden": gettext_noop("không có mục nào tên như vậy"),
    "int_type": gettext_noop("phải là số nguyên"),
    "float_type": gettext_noop("phải là một số"),
    "decimal_type": gettext_noop("phải là một số"),
    "decimal_parsing": gettext_noop("phải là một số"),
    "string_type": gettext_noop("phải là chữ, đặt trong ngoặc kép"),
    "bool_type": gettext_noop("phải là true hoặc false"),
    "date": gettext_noop("phải là ngày, ví dụ 2026-09-02"),
    "time": gettext_noop("phải là giờ, ví dụ 07:30"),
    "tuple_type": gettext_noop("phải là một danh sách"),
    "frozen_set_type": gettext_noop("phải là một danh sách"),
    "dataclass_type": gettext_noop("phải là một bảng"),
    "dict_type": gettext_noop("phải là một bảng"),
    "literal_error": gettext_noop("phải là một trong: %(expected)s"),
    "enum": gettext_noop("phải là một trong: %(expected)s"),
    "greater_than_equal": gettext_noop("không được nhỏ hơn %(ge)s"),
    "greater_than": gettext_noop("phải lớn hơn %(gt)s"),
    "less_than_equal": gettext_noop("không được lớn hơn %(le)s"),
    "less_than": gettext_noop("phải nhỏ hơn %(lt)s"),
    "too_short": gettext_noop("phải có ít nhất %(min_length)s phần tử"),
    "string_too_short": gettext_noop("không được ngắn hơn %(min_length)s ký tự"),
    "string_too_long": gettext_noop("không được dài hơn %(max_length)s ký tự"),
    "string_pattern_mismatch": gettext_noop("phải viết theo mẫu %(pattern)s"),
    "value_error": "%(error)s",
}


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def table(described: type[T]) -> type[T]:
    """Make a class the description of a TOML table: a frozen dataclass that knows every key that may stand there."""
    described.__pydantic_config__ = ConfigDict(extra="forbid")  # type: ignore[attr-defined]
    return dataclass(frozen=True)(described)


class ProvinceTable(Generic[T]):
    """A file of the province's folder as a value. Calling it reads the file of the province at hand, again once the
    file has changed; without the file the defaults hold.

    Raises Refused: ``bad_province_table`` with file, line, key and what was expected of each fault.
    """

    folder: ClassVar[Callable[[], Path]] = Path  # the composition root puts the province's folder here

    def __init__(self, name: str, described: type[T], *, may_be_missing: bool = False) -> None:
        self.name, self.described, self.may_be_missing = name, described, may_be_missing

    def __call__(self) -> T:
        """What the file says now."""
        return self.read_folder(type(self).folder())

    def read_folder(self, folder: Path) -> T:
        """What the file of another folder says."""
        value: T = _read_table(self, *self.version(folder))
        return value

    def or_none(self) -> T | None:
        """What the file says now; None in a province without the file."""
        return self() if self.version()[1] else None

    def version(self, folder: Path | None = None) -> tuple[Path, int]:
        """What changes when the file changes, for caches of what was reckoned from it; 0 without a file."""
        path = (folder or type(self).folder()) / self.name
        try:
            return path, path.stat().st_mtime_ns
        except OSError:
            return path, 0

    @cached_property
    def adapter(self) -> TypeAdapter[T]:
        """Checks values against the description."""
        return TypeAdapter(self.described)


TABLES: list[ProvinceTable[Any]] = []


def _duration_reader(seconds: int) -> BeforeValidator:
    """Reads a number of units of so many ``seconds`` as a time."""

    def read_duration(number: object) -> timedelta:
        if isinstance(number, bool) or not isinstance(number, (int, float)) or number < 0:
            raise ValueError(Refused.translate(gettext_noop("phải là một số không âm")))
        return timedelta(seconds=number * seconds)

    return BeforeValidator(read_duration)


Seconds = Annotated[timedelta, _duration_reader(1)]
Minutes = Annotated[timedelta, _duration_reader(60)]
Hours = Annotated[timedelta, _duration_reader(3600)]
Days = Annotated[timedelta, _duration_reader(86400)]


def province_table(name: str, described: type[T], *, may_be_missing: bool = False) -> ProvinceTable[T]:
    """Declare the file called ``name`` in a province's folder; declared files are checked together at the start.

    ``may_be_missing``: a province without the file has none of what it describes; else it has the defaults.
    """
    declared = ProvinceTable(name, described, may_be_missing=may_be_missing)
    TABLES.append(declared)
    return declared


def faults_of_folder(folder: Path) -> list[str]:
    """Everything that is wrong in the declared files of ``folder``, in words; nothing where all are right."""
    faults = []
    for declared in TABLES:
        if declared.may_be_missing and not declared.version(folder)[1]:
            continue
        try:
            declared.read_folder(folder)
        except Refused as refusal:
            faults.append(refusal.message)
    return list(dict.fromkeys(faults))


@lru_cache(maxsize=128)
def _read_table(declared: ProvinceTable[Any], path: Path, changed: int) -> Any:
    text = _file_text(path) if changed else ""
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        words = gettext_noop("%(file)s, dòng %(line)s: sai cú pháp TOML (%(why)s)")
        raise _faults_refusal(
            [_fill_words(words, file=declared.name, line=line[1] if line else len(text.splitlines()), why=error)]
        ) from error
    return checked_value(declared.adapter, values, file=declared.name, text=text)


def _file_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise _faults_refusal([_fill_words(gettext_noop("%(file)s: phải là văn bản UTF-8"), file=path.name)]) from error


def checked_value(adapter: TypeAdapter[T], values: Mapping[str, Any], *, file: str, text: str = "") -> T:
    """The value that ``given`` (read from ``text`` of ``file``) describes; refuses with every fault at once."""
    plain = json.dumps(
        values, default=lambda moment: moment.isoformat()
    )  # JSON: TOML's arrays may fill tuples and sets
    try:
        return adapter.validate_json(plain, strict=True)
    except ValidationError as error:
        lines = line_numbers(text)
        fault_sentences = [
            _fault_sentence(file, _place_without_key(detail["loc"], lines), detail, lines)
            for detail in error.errors(include_url=False)
        ]
        raise _faults_refusal(fault_sentences) from error


def _faults_refusal(found: list[str]) -> Refused:
    return Refused("bad_province_table", gettext_noop("Tệp của tỉnh có lỗi: %(faults)s."), faults="; ".join(found))


def _place_without_key(loc: Place, lines: Mapping[Place, int]) -> Place:
    return loc[:-1] if loc and loc[-1] == "[key]" else loc


def _fault_sentence(file: str, place: Place, error: Mapping[str, Any], lines: Mapping[Place, int]) -> str:
    line_number = next((lines[place[:size]] for size in range(len(place), 0, -1) if place[:size] in lines), 0)
    words = _fill_words(_fault_words(error["type"]), **_error_context(error)) or str(error["msg"])
    parts = [
        file,
        _fill_words(gettext_noop("dòng %(line)s"), line=line_number) if line_number else "",
        _place_text(place),
    ]
    return f"{', '.join(part for part in parts if part)}: {words}"


def _fault_words(kind: str) -> str:
    for family in ("date", "time"):
        if kind.startswith(f"{family}_"):
            return WORDS[family]
    return WORDS.get(kind, "")


def _error_context(error: Mapping[str, Any]) -> dict[str, Any]:
    context = dict(error.get("ctx", {}))
    if "expected" in context:
        context["expected"] = ", ".join(re.findall(r"'([^']*)'", context["expected"]))
    return context


def _fill_words(words: str, **values: object) -> str:
    return Refused.translate(words) % values if words else ""


def _place_text(place: Place) -> str:
    """A place as people write it; they count from 1."""
    key = "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in place)
    return key.removeprefix(".")


NAME = r"""(?:[\w-]+|"[^"]*"|'[^']*')"""
PATH = rf"{NAME}(?:\s*\.\s*{NAME})*"
HEADER = re.compile(rf"\s*(?P<open>\[\[?)\s*(?P<path>{PATH})\s*\]")
KEY = re.compile(rf"\s*(?P<path>{PATH})\s*=")
QUOTED = re.compile(r'"""|\'\'\'|"(?:\\.|[^"\\])*"|\'[^\']*\'|#.*')


def line_numbers(text: str) -> dict[Place, int]:
    """Where tables and keys stand in a TOML text, lines from 1. What lies within the value of a key has no line of its
    own."""
    lines_by_place: dict[Place, int] = {}
    counts: dict[Place, int] = {}
    top: Place = ()
    for number, line in _lines_that_begin_something(text):
        if header := HEADER.match(line):
            top = _resolved_place((), header["path"], counts, is_array=header["open"] == "[[")
            lines_by_place.setdefault(top, number)
        elif key := KEY.match(line):
            lines_by_place.setdefault(_resolved_place(top, key["path"], counts), number)
    return lines_by_place


def _lines_that_begin_something(text: str) -> Iterator[tuple[int, str]]:
    """Lines outside of longer values: of strings over several lines and of open brackets."""
    quote, depth = "", 0
    for number, line in enumerate(text.splitlines(), start=1):
        if not quote and not depth:
            yield number, line
        rest = line
        if quote:
            if quote not in line:
                continue
            rest, quote = line.partition(quote)[2], ""
        for mark in QUOTED.findall(rest):
            if mark in ('"""', "'''"):
                quote = "" if quote == mark else quote or mark
        bare = QUOTED.sub("", rest)
        depth = max(0, depth + bare.count("[") + bare.count("{") - bare.count("]") - bare.count("}"))


def _resolved_place(top: Place, path: str, counts: dict[Place, int], *, is_array: bool = False) -> Place:
    names = [name.strip("\"'") for name in re.findall(NAME, path)]
    place = top
    for at, name in enumerate(names, start=1):
        place += (name,)
        if is_array and at == len(names):
            counts[place] = counts.get(place, -1) + 1
        if place in counts:
            place += (counts[place],)
    return place

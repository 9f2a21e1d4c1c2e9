"""What was typed becomes canonical values, or a sentence that says what to do."""

from typing import Any

import pytest
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from tinhso.blocks.forms.queries import checking
from tinhso.blocks.forms.queries import values as reading
from tinhso.blocks.forms.queries.shape import FormField
from tinhso.blocks.forms.tests import makers as a
from tinhso.blocks.units.models import Unit

SHAPE = a.a_shape()
DUA = {"species": "dua", "count": "1"}
TYPED = some.one_of(
    some.text(max_size=20),
    some.sampled_from(["", "1.234", "12,5", "31/02/2024", "05102024", "khac", "other", "on"]),
    some.integers(),
    some.booleans(),
    some.none(),
    some.lists(some.text(max_size=3), max_size=3),
)


def anything_for(fields: tuple[FormField, ...]) -> some.SearchStrategy[dict[str, Any]]:
    """Whatever somebody, or a program, may send for these questions."""
    return some.fixed_dictionaries({}, optional={field.name: _anything(field) for field in fields})


def _anything(field: FormField) -> some.SearchStrategy[Any]:
    likely = some.sampled_from([choice.value for choice in field.choices]) if field.choices else TYPED
    if field.kind == "group":
        return some.one_of(TYPED, anything_for(field.fields))
    if field.kind == "repeat":
        return some.one_of(TYPED, some.lists(anything_for(field.fields), max_size=4))
    return some.one_of(likely, TYPED)


@pytest.mark.django_db
def test_what_a_careful_person_types_becomes_canonical(commune: Unit) -> None:
    typed = a.everything(compensation="1.500.000", email="lan@vidu.vn", uses=["go", "go", "cui"])

    checked = checking.check_typed_values(SHAPE, typed, day=a.TODAY)

    assert checked.problems == ()
    assert checked.values == {
        "full_name": "Nguyễn Văn Ví Dụ",
        "id_number": "083090000001",
        "birthday": "1990-10-05",
        "phone": "0912345678",
        "email": "lan@vidu.vn",
        "reason": "sick",
        "place": {"commune": "C1", "sheet": 12, "parcel": 1204},
        "trees": [{"species": "khac", "species_name": "Bằng lăng", "height": "12.5", "count": 2}],
        "uses": ["go", "cui"],
        "compensation": 1_500_000,
        "permit": "GT-1",
        "notify": False,
        "agreed": True,
    }


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "path", "code"),
    [
        ({"full_name": " "}, "full_name", "required"),
        ({"full_name": "L"}, "full_name", "minLength"),
        ({"full_name": "L" * 81}, "full_name", "maxLength"),
        ({"id_number": "12"}, "id_number", "pattern"),
        ({"birthday": "31/02/2020"}, "birthday", "format"),
        ({"birthday": "26/11/2026"}, "birthday", "x-not-after"),
        ({"reason": "vi thich"}, "reason", "enum"),
        ({"reason": "other"}, "other_reason", "required"),
        ({"place": {"commune": "XX", "sheet": "1", "parcel": "1"}}, "place.commune", "unit"),
        ({"place": None}, "place.sheet", "required"),
        ({"trees": []}, "trees", "required"),
        ({"trees": [{"species": "dua", "count": "0"}]}, "trees.0.count", "minimum"),
        ({"trees": [{"species": "dua", "count": "nhiều"}]}, "trees.0.count", "type"),
        ({"trees": [DUA, {"species": "khac", "count": "1"}]}, "trees.1.species_name", "required"),
        ({"trees": [DUA] * 6}, "trees", "maxItems"),
        ({"trees": [DUA | {"height": "12,345"}]}, "trees.0.height", "format"),
        ({"compensation": "một ít", "email": "a@vidu.vn"}, "compensation", "type"),
        ({"compensation": "5"}, "email", "required"),
        ({"email": "lan"}, "email", "format"),
        ({"permit": None}, "permit", "required"),
        ({"agreed": None}, "agreed", "const"),
        ({"notify": "on"}, "notify_by", "required"),
    ],
)
def test_one_wrong_answer_gives_one_sentence_in_both_languages(
    commune: Unit, change: dict[str, Any], path: str, code: str
) -> None:
    typed = a.everything(**change)

    problems = checking.check_typed_values(SHAPE, typed, day=a.TODAY).problems

    assert (path, code) in [(one.path, one.code) for one in problems]
    assert len(problems) == len({one.path for one in problems})
    assert all(one.message_vi and one.message_en and one.message_vi != one.message_en for one in problems)
    with translation.override("en"):
        assert problems[0].message == problems[0].message_en


@pytest.mark.django_db
def test_a_paper_that_is_held_is_not_asked_for(commune: Unit) -> None:
    typed = a.everything(permit=None)

    checked = checking.check_typed_values(SHAPE, typed, day=a.TODAY, held=["permit"])

    assert checked.problems == ()


@pytest.mark.django_db
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(typed=anything_for(SHAPE.fields))
def test_canonical_values_are_canonical_and_hold_nothing_hidden(commune: Unit, typed: dict[str, Any]) -> None:
    once = checking.check_typed_values(SHAPE, typed, day=a.TODAY)

    again = checking.check_typed_values(SHAPE, once.values, day=a.TODAY)

    assert again == once
    hidden = reading.hidden_paths(SHAPE, once.values)
    assert [path for path in hidden if checking.value_at(once.values, path) is not None] == []
    assert once.values.keys() <= {field.name for field in SHAPE.fields}


@pytest.mark.django_db
def test_unknown_names_and_hidden_answers_never_survive(commune: Unit) -> None:
    typed = a.everything(other_reason="giấu", is_admin="on", notify_by="thu")
    typed["trees"] = [{"species": "dua", "count": "1", "species_name": "giấu", "price": "1"}]

    checked = checking.check_typed_values(SHAPE, typed, day=a.TODAY)

    assert checked.problems == ()
    assert checked.values.keys() & {"other_reason", "is_admin", "notify_by"} == set()
    assert checked.values["trees"] == [{"species": "dua", "count": 1}]


@pytest.mark.django_db
def test_ten_thousand_rows_and_deep_nesting_are_an_answer_like_any_other(commune: Unit) -> None:
    deep: Any = "x"
    for _level in range(400):
        deep = {"a": [deep]}
    typed = a.everything(trees=[{"species": "dua", "count": "1"}] * 10_000, full_name=deep)

    problems = {one.path: one.code for one in checking.check_typed_values(SHAPE, typed, day=a.TODAY).problems}

    assert problems == {"trees": "maxItems", "full_name": "type"}

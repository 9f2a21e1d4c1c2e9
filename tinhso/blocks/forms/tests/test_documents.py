"""A document with a fault is refused with its place, so that whoever wrote it finds it."""

import re
from typing import Any

import pytest

from tinhso.blocks.forms.queries import documents, patterns
from tinhso.blocks.forms.tests import makers as a

TEXT = {"type": "string", "maxLength": 20}
YES_NO = {"type": "string", "enum": ["co", "khong"]}
IF_YES = {"properties": {"first": {"const": "co"}}, "required": ["first"]}


def _conditional(**branch: Any) -> dict[str, Any]:
    return a.changed(a.a_small_document(first=YES_NO, second=TEXT), "/schema/allOf", [{"if": IF_YES, **branch}])


def test_a_form_with_every_widget_is_sound() -> None:
    document = a.a_document()

    found = documents.document_faults(document)

    assert found == []


@pytest.mark.parametrize(
    ("where", "value", "place"),
    [
        ("/schema/properties/full_name/maxLength", 0, "/schema/properties/full_name/maxLength"),
        ("/schema/properties/full_name/contentEncoding", "base64", "/schema/properties/full_name/contentEncoding"),
        ("/schema/properties/full_name/minLength", "two", "/schema/properties/full_name/minLength"),
        ("/schema/properties/id_number/pattern", "^([0-9]{1,9}){1,9}$", "/schema/properties/id_number/pattern"),
        ("/schema/properties/email/format", "uri", "/schema/properties/email/format"),
        ("/schema/properties/place/$ref", "https://example.org/s.json", "/schema"),
        ("/schema/properties/place/$ref", "#/$defs/khong-co", "/schema"),
        ("/schema/$defs/parcel/properties/again", {"$ref": "#/$defs/parcel"}, "/schema"),
        ("/schema/properties/trees/maxItems", 100_000, "/schema/properties/trees/maxItems"),
        ("/schema/additionalProperties", True, "/schema/additionalProperties"),
        ("/schema/required", ["khong_co"], "/schema/required"),
        ("/schema/properties/agreed/type", "number", "/schema/properties/agreed/type"),
        ("/layout/0/items/0/field", "khong_co", "/layout/0/items/0/field"),
        ("/layout/0/items/0/label", "", "/layout/0/items/0/label"),
        ("/layout/0/items/0/widget", "radio", "/layout/0/items/0/widget"),
        ("/layout/0/items/0/widget", "date", "/layout/0/items/0/widget"),
        ("/layout/0/items/0/autocomplete", "cc-number", "/layout/0/items/0/autocomplete"),
        ("/layout/0/items/0/onclick", "x", "/layout/0/items/0/onclick"),
        ("/layout/1/items/0/choices", {"sick": ["Cây bệnh"]}, "/layout/1/items/0/choices"),
        ("/layout/2/items/0/paper", "", "/layout/2/items/0/paper"),
        ("/prefill/khong_co", "person.full_name", "/prefill/khong_co"),
        ("/code", "Đơn xin", "/code"),
        ("/effective_from", "01/07/2026", "/effective_from"),
        ("/script", "x", "/script"),
    ],
)
def test_a_fault_names_its_place(where: str, value: Any, place: str) -> None:
    document = a.changed(a.a_document(), where, value)

    found = documents.document_faults(document)

    assert place in {fault.where for fault in found}
    assert all(fault.why for fault in found)


@pytest.mark.parametrize(
    ("branch", "place"),
    [
        ({"if": {"properties": {"first": {"const": "co"}}}}, "/schema/if/required"),
        ({"if": {"properties": {"second": {"const": "x"}}, "required": ["second"]}}, "/schema/if"),
        ({"if": {"properties": {"first": {"pattern": "^a$"}}, "required": ["first"]}}, "/schema/if/properties/first"),
        ({"if": {"not": {}}}, "/schema/if"),
        ({"then": {"properties": {"third": False}}}, "/schema/then/properties/third"),
        ({"then": {"properties": {"second": {"format": "date"}}}}, "/schema/then/properties/second"),
        ({"else": {"required": ["third"]}}, "/schema/else/required"),
    ],
)
def test_a_condition_that_two_readers_could_take_differently_is_refused(branch: dict[str, Any], place: str) -> None:
    document = _conditional(**({"else": {"properties": {"second": False}}} | branch))

    found = {fault.where for fault in documents.document_faults(document)}

    assert place in found


def test_what_may_be_hidden_cannot_be_asked_of_everybody() -> None:
    document = a.changed(_conditional(**{"else": {"properties": {"second": False}}}), "/schema/required", ["second"])

    found = {fault.where for fault in documents.document_faults(document)}

    assert found == {"/schema/required"}


@pytest.mark.parametrize("given", [[], "x", None, {"code": "x"}, {"schema": []}])
def test_what_is_no_form_at_all_is_said_to_be_none(given: Any) -> None:
    found = documents.document_faults(given)

    assert found


def test_a_document_too_deep_to_be_read_is_refused() -> None:
    deep: dict[str, Any] = {"type": "object"}
    for _level in range(200):
        deep = {"type": "object", "properties": {"a": deep}}

    found = documents.document_faults(a.changed(a.a_document(), "/schema/properties/full_name", deep))

    assert len(found) == 1


@pytest.mark.parametrize(
    "pattern", ["^[0-9]{12}$", "^0[0-9]{9,10}$", "^(nam|nu)$", r"^[A-Z]{1,3}-?[0-9]{2}\.[0-9]$", "^$"]
)
def test_a_plain_pattern_is_taken(pattern: str) -> None:
    found = patterns.pattern_fault(pattern)

    assert found == ""
    assert re.compile(pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        "[0-9]",
        "^(a+)+$",
        "^a*$",
        "^(a|a){1,30}$",
        r"^\d{3}$",
        r"^(?=a)a$",
        r"^(a)\1$",
        "^[0-9]{1,}$",
        "^[0-9]{9999}$",
        "^a{1,9}b{1,9}c{1,9}d{1,9}$",
        "^(a$",
        "^[z-a]$",
        "^a)b($",
        "^?a$",
    ],
)
def test_a_pattern_that_may_run_away_or_be_read_in_two_ways_is_refused(pattern: str) -> None:
    found = patterns.pattern_fault(pattern)

    assert found != ""


def test_the_fingerprint_does_not_depend_on_the_order_of_keys() -> None:
    document = a.a_document()
    turned = dict(reversed(document.items()))

    found = documents.fingerprint(turned)

    assert found == documents.fingerprint(document)
    assert found != documents.fingerprint(document | {"name": "Khác"})

"""Keys, filters, versions and media types: what they mean, and that nothing written there breaks anything."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinhso.blocks.sdmx.queries.errors import No
from tinhso.blocks.sdmx.queries.filters import _CODE, MOST_KEYS, component_filter, parse_keys
from tinhso.blocks.sdmx.queries.names import sdmx_id
from tinhso.blocks.sdmx.queries.negotiation import CSV, JSON, XML, choose_format
from tinhso.blocks.sdmx.queries.versions import wants_version

MONTHS = ["2023-12", "2024-01", "2024-06", "2024-Q1", "2024-Q2", "2024"]
anything = st.text(max_size=60)


def outcome(ask: Callable[..., Any], *arguments: str) -> tuple[int, Any]:
    """The status of a refusal, or 200 and what was found."""
    try:
        return 200, ask(*arguments)
    except No as refused:
        return refused.status, None


def test_a_key_names_a_box_and_leaves_out_what_it_does_not_say() -> None:
    assert parse_keys("M.D-1") == ((frozenset({"M"}), frozenset({"D-1"}), None, None, None),)
    assert parse_keys("M.*.Ua1+Ua2") == ((frozenset({"M"}), None, frozenset({"Ua1", "Ua2"}), None, None),)
    assert parse_keys("*") == parse_keys("") == ((None,) * 5,)


def test_full_keys_between_commas_are_boxes_of_their_own() -> None:
    assert len(parse_keys("M.D-1.Ua1,A.D-2.Up")) == 2


@pytest.mark.parametrize(
    ("key", "status"),
    [
        ("M.D-1.Ua1._T.published.2024-05.x", 400),
        ("M.D'; DROP TABLE x", 400),
        ("M.é", 400),
        ("M.D-1\n", 400),
        ("A" * 9000, 414),
        (",".join(["M"] * (MOST_KEYS + 1)), 414),
    ],
)
def test_what_cannot_be_a_key_is_refused(key: str, status: int) -> None:
    with pytest.raises(No) as refused:
        parse_keys(key)

    assert refused.value.status == status


@given(anything)
def test_any_key_is_read_or_refused(key: str) -> None:
    status, found = outcome(parse_keys, key)

    assert status in (400, 414) or all(len(box) == 5 for box in found)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("2024-01", ["2024-01"]),
        ("ge:2024-01", ["2024-01", "2024-06", "2024-Q1", "2024-Q2", "2024"]),
        ("ge:2024-01+le:2024-03", ["2024-01", "2024-Q1"]),
        ("lt:2024", ["2023-12"]),
        ("gt:2024-Q1", ["2024-06", "2024-Q2"]),
        ("ne:2024", ["2023-12", "2024-01", "2024-06", "2024-Q1", "2024-Q2"]),
        ("ge:2024-06+le:2024-06,eq:2024-Q1", ["2024-06", "2024-Q1"]),
        ("ge:2024-06-01T00:00:00+le:2024-06-30", ["2024-06"]),
        ("sw:2024-Q", ["2024-Q1", "2024-Q2"]),
    ],
)
def test_periods_of_different_lengths_compare_by_their_days(text: str, kept: list[str]) -> None:
    assert sorted(component_filter("TIME_PERIOD", text).among(MONTHS)) == sorted(kept)


def test_numbers_compare_as_numbers_and_codes_as_text() -> None:
    assert component_filter("OBS_VALUE", "ge:9.5").holds(Decimal(10))
    assert not component_filter("OBS_VALUE", "ge:9.5").holds(None)
    assert component_filter("OBS_STATUS", "A,P").holds("P")
    assert component_filter("INDICATOR", "sw:D-+ne:D-1").among(["D-1", "D-2", "E-1"]) == {"D-2"}
    assert component_filter("INDICATOR", "co:1,ew:2").among(["D-1", "D-2", "E-3"]) == {"D-1", "D-2"}


@pytest.mark.parametrize(
    ("component", "text"),
    [
        ("NOPE", "A"),
        ("TIME_PERIOD", "ge:soon"),
        ("OBS_VALUE", "gt:NaN"),
        ("OBS_VALUE", "x"),
        ("FREQ", ""),
        ("FREQ", "M,"),
        ("FREQ", "eq:"),
        ("TIME_PERIOD", "2024-13"),
    ],
)
def test_what_is_no_comparison_is_refused(component: str, text: str) -> None:
    with pytest.raises(No) as refused:
        component_filter(component, text)

    assert refused.value.status == 400


@given(st.sampled_from(["FREQ", "TIME_PERIOD", "OBS_VALUE", "SOURCE"]), anything)
def test_any_filter_is_read_or_refused(component: str, text: str) -> None:
    status, found = outcome(component_filter, component, text)
    value: Any = {"TIME_PERIOD": "2024-01", "OBS_VALUE": Decimal(1)}.get(component, "M")

    assert status in (400, 414) or found.holds(value) in (True, False)


@pytest.mark.parametrize("asked", ["1.0", "*", "~", "+", "latest", "1.~", "1~.0", "1.0+", "1.*", "~.0", "0~.0", "1.0~"])
def test_these_versions_are_the_one_there_is(asked: str) -> None:
    assert wants_version(asked)


@pytest.mark.parametrize("asked", ["1.1", "2.0", "1.0.0", "2~.0", "1.1+", "1", "1.0-draft", "~.0.0", "2.*"])
def test_these_versions_are_not_there(asked: str) -> None:
    assert not wants_version(asked)


@given(anything)
def test_any_version_is_read_or_refused(asked: str) -> None:
    status, found = outcome(wants_version, asked)

    assert status == 400 or found in (True, False)


@given(st.text(min_size=1, max_size=30), st.text(min_size=1, max_size=30))
def test_identifiers_are_lawful_and_two_codes_never_share_one(one: str, other: str) -> None:
    assert _CODE.fullmatch(sdmx_id(one)[:200])
    assert (sdmx_id(one) == sdmx_id(other)) == (one == other)


@pytest.mark.parametrize(
    ("accept", "format_"),
    [
        ("", JSON),
        ("*/*", JSON),
        ("application/vnd.sdmx.data+json;version=2.0.0", JSON),
        ("application/vnd.sdmx.data+json;version=2.0+.0", JSON),
        ("application/vnd.sdmx.data+csv;version=2.0.0;labels=both", CSV),
        ("application/vnd.sdmx.data+xml;version=3.0.0", XML),
        ("application/vnd.sdmx.data+json;version=1.0.0, text/csv;q=0.5", CSV),
        ("application/json;q=0.2, text/xml;q=0.9", XML),
    ],
)
def test_the_format_wanted_most_is_chosen(accept: str, format_: str) -> None:
    assert choose_format("data", accept).name == format_


@pytest.mark.parametrize(
    "accept",
    [
        "image/png",
        "application/vnd.sdmx.data+json;version=1.0.0",
        "application/vnd.sdmx.data+csv;version=2.0.0;labels=all",
        "application/vnd.sdmx.data+csv;timeFormat=normalized",
        "application/vnd.sdmx.structure+json",
        "application/json;q=0",
    ],
)
def test_a_format_that_is_not_written_is_refused(accept: str) -> None:
    with pytest.raises(No) as refused:
        choose_format("data", accept)

    assert refused.value.status == 406


@given(anything)
def test_any_accept_header_is_answered_or_refused(accept: str) -> None:
    status, found = outcome(choose_format, "data", accept)

    assert status == 406 or found.name in (JSON, CSV, XML)

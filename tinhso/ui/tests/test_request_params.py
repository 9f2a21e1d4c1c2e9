"""What an address or a form carries, read in one way."""

from datetime import UTC, date, datetime

import pytest
from django.http import QueryDict
from django.test import RequestFactory

from tinhso.kernel import clock
from tinhso.ui import request_params as params
from tinhso.ui.tabs import tabs_by


def test_a_text_loses_nul_spaces_around_it_and_what_is_too_long() -> None:
    request = RequestFactory().get("/", {"q": " \0chợ\0 lách ", "ref": ["a\0", "b", "c"]})

    assert params.query_param(request, "q") == "chợ lách"
    assert params.query_param(request, "q", 3) == "chợ"
    assert params.query_param(request, "no such") == ""
    assert params.param_list(request, "ref", most=2) == ["a", "b"]


def test_a_form_is_read_like_an_address() -> None:
    request = RequestFactory().post("/", {"why": " sai\0 tên ", "ref": ["x\0y", "z"]})

    assert params.posted_field(request, "why") == "sai tên"
    assert params.posted_list(request, "ref", most=9, longest=1) == ["x", "z"]


@pytest.mark.parametrize(
    ("sent", "number"), [("12", 12), ("0", 0), ("999999", 999_999), ("1000000", 0), ("-1", 0), ("²", 0), ("", 0)]
)
def test_a_number_is_plain_digits_and_anything_else_is_nought(sent: str, number: int) -> None:
    assert params.posted_number(RequestFactory().post("/", {"n": sent}), "n") == number


@pytest.mark.parametrize(
    ("text", "day"), [("2026-12-31", date(2026, 12, 31)), ("31/12/2026", None), ("2026-02-30", None), ("", None)]
)
def test_a_day_is_written_as_browsers_send_it(text: str, day: date | None) -> None:
    assert params.day_in(text) == day


def test_a_moment_without_a_zone_is_on_the_provinces_clock() -> None:
    assert params.moment_in("2026-11-24T07:30") == datetime(2026, 11, 24, 0, 30, tzinfo=UTC)
    assert params.moment_in("2026-11-24T07:30+00:00") == datetime(2026, 11, 24, 7, 30, tzinfo=UTC)
    assert params.moment_in("hôm qua") is None


def test_a_text_that_is_no_day_is_said_and_today_stands_in() -> None:
    wrong, none, right = (RequestFactory().get("/", {"day": text}) for text in ("32", "", "2024-01-02"))

    assert params.day_param(wrong) == (clock.today(), True)
    assert params.day_param(none) == (clock.today(), False)
    assert params.day_param(right) == (date(2024, 1, 2), False)


def test_tabs_change_their_own_parameter_and_keep_the_rest_but_for_the_page() -> None:
    query = QueryDict("q=ch%E1%BB%A3&tray=a&page=3")

    first, second = tabs_by("tray", {"a": "Cần làm", "b": "Tất cả"}, "b", counts={"a": 0}, query=query)

    assert (first["href"], first["active"], first["count"]) == ("?q=ch%E1%BB%A3&tray=a", False, 0)
    assert (second["href"], second["active"], second["count"]) == ("?q=ch%E1%BB%A3&tray=b", True, "")
    assert query["page"] == "3"

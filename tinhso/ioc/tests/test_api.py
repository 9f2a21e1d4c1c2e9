import pytest
from django.test import Client

from tinhso.ioc.tests.makers import dossiers, published

pytestmark = pytest.mark.usefixtures("centre")


def test_a_program_reads_a_series_with_its_parts_and_its_snapshot(reader: Client) -> None:
    published(*dossiers("2024-07", "x"), *dossiers("2024-08", "x", "y"))

    found = reader.get("/api/v1/indicators/D-2/series?unit=p").json()

    assert (found["total"], found["next_offset"], found["unit_of_measure"], found["source"]) == (2, None, "%", "s")
    august = found["items"][1]
    assert (august["value"], august["count"], august["out_of"], august["status"]) == ("86.67", "26", "30", "official")
    assert found["snapshot"] > 0


def test_a_program_is_told_why_a_value_is_missing(reader: Client) -> None:
    published(*dossiers("2024-01", "a1", "a2", "b1", "b2"), *dossiers("2024-08", "x", "y"))

    january = reader.get("/api/v1/indicators/D-1/series?unit=x&basis=current").json()["items"][0]

    assert (january["value"], january["computable"]) == (None, False)
    assert "b1" in january["note"]


def test_a_program_reads_units_side_by_side(reader: Client) -> None:
    published(*dossiers("2024-08", "x"), ("y", "2024-08", "desk", 10, 1, 0, "0"))

    found = reader.get("/api/v1/indicators/D-2/units?period=2024-08").json()

    assert [(one["unit"], one["value"]) for one in found["items"]] == [("x", "86.67"), ("y", "10.00")]


def test_the_catalogue_is_searched_without_diacritics(reader: Client) -> None:
    published(*dossiers("2024-08", "x"))

    found = reader.get("/api/v1/indicators?q=dung+han").json()

    assert [one["code"] for one in found["items"]] == ["D-2"]
    assert found["items"][0]["families"] == {"channel": ["desk", "online"]}


@pytest.mark.parametrize(
    "address",
    ["indicators/D-9", "indicators/D-1/series?unit=nowhere", "indicators/D-1/series?unit=x&basis=old", "units/nowhere"],
)
def test_an_unknown_name_is_a_problem_document(reader: Client, address: str) -> None:
    published(*dossiers("2024-08", "x"))

    answer = reader.get(f"/api/v1/{address}")

    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")


def test_a_stranger_is_asked_to_log_in() -> None:
    assert Client().get("/api/v1/indicators").status_code == 401


def test_units_of_a_day_and_what_they_became(reader: Client) -> None:
    published(*dossiers("2024-08", "x"))

    june = reader.get("/api/v1/units?day=2024-06-30").json()
    split = reader.get("/api/v1/units/b1").json()

    assert {one["ref"] for one in june["items"]} == {"p", "a", "b", "a1", "a2", "b1", "b2"}
    assert [(edge["after"], edge["share"]) for edge in split["became"]] == [("x", None), ("y", None)]

"""Returns for programs."""

from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from ninja import NinjaAPI

from tinhso.blocks.units.models import Unit
from tinhso.government.reporting.api import router
from tinhso.government.reporting.models import Return
from tinhso.government.reporting.tests import makers as a
from tinhso.government.reporting.tests.test_pages import an_official, logged_in
from tinhso.kernel.errors import Forbidden, Refused

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]
api = NinjaAPI(urls_namespace="reporting-alone")
api.add_router("", router)


@api.exception_handler(Refused)
def tell(request: HttpRequest, refusal: Refused) -> HttpResponse:
    status = 403 if isinstance(refusal, Forbidden) else 409
    return api.create_response(request, {"code": refusal.code, "detail": refusal.message}, status=status)


urlpatterns = [path("api/", api.urls)]


@pytest.fixture
def units() -> dict[str, Unit]:
    return a.a_province()


@pytest.fixture
def one(units: dict[str, Unit]) -> Return:
    return a.a_return(a.a_data_set(), units["VP"])


@pytest.fixture
def clerk(units: dict[str, Unit]) -> Client:
    return logged_in(an_official("A", units["VP"]))


def rows(**values: Any) -> dict[str, Any]:
    return {
        "rows": [
            {"unit": unit, "members": {"kenh": member}, "values": values}
            for unit in ("X1", "X2")
            for member in ("quay", "mang")
        ]
    }


def put(client: Client, one: Return, body: object, query: str = "") -> Any:
    return client.put(f"/api/returns/{one.ref}/values{query}", body, content_type="application/json")


def test_a_program_fills_in_hands_in_and_reads_back_exactly(clerk: Client, one: Return) -> None:
    filled = put(clerk, one, rows(nhan=1482176, xong="90", gio="1.234"))
    handed_in = clerk.post(f"/api/returns/{one.ref}/submit?status=preliminary")
    read = clerk.get(f"/api/returns/{one.ref}").json()

    assert filled.json() == {"stored": True, "errors": 0, "problems": []}
    assert handed_in.json()["state"] == "submitted"
    assert read["status"] == "preliminary"
    assert read["rows"][0] == {
        "unit": "X2",
        "members": {"kenh": "quay"},
        "values": {"nhan": "1482176", "xong": "90", "gio": "1.234"},
    }


def test_a_dry_run_says_everything_and_stores_nothing(clerk: Client, one: Return) -> None:
    answer = put(clerk, one, rows(nhan=5, xong=6), "?dry_run=true")

    assert answer.status_code == 200
    assert answer.json()["stored"] is False
    assert {problem["code"] for problem in answer.json()["problems"]} == {"part_le_whole"}
    assert a.sheet_of(one).values == {}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"rows": [{"unit": "KX", "members": {"kenh": "quay"}, "values": {"nhan": 1}}]}, "foreign_unit"),
        ({"rows": [{"unit": "X1", "members": {}, "values": {"nhan": 1}}]}, "unknown_member"),
        ({"rows": [{"unit": "X1", "members": {"kenh": "quay"}, "values": {"la": 1}}]}, "unknown_column"),
        ({"rows": [{"unit": "X1", "members": {"kenh": "quay"}, "values": {"nhan": "nhiều"}}]}, "not_a_number"),
    ],
)
def test_values_that_cannot_be_read_are_named_and_nothing_is_stored(
    clerk: Client, one: Return, body: dict[str, Any], code: str
) -> None:
    answer = put(clerk, one, body)

    assert answer.status_code == 422
    assert code in {problem["code"] for problem in answer.json()["problems"]}
    assert a.sheet_of(one).values == {}


def test_csv_and_workbooks_go_the_same_way(clerk: Client, one: Return) -> None:
    template = clerk.get(f"/api/returns/{one.ref}/template.csv").content.decode()
    filled = template.replace(",,", ",7,5,").replace("5,,", "5,")
    by_csv = clerk.put(f"/api/returns/{one.ref}/file", filled, content_type="text/csv").json()
    values = a.sheet_of(one).values
    workbook = a.as_bytes(a.a_workbook(one))
    by_xlsx = clerk.put(f"/api/returns/{one.ref}/file", workbook, content_type="application/octet-stream").json()

    assert by_csv["stored"]
    assert {row["nhan"] for row in values.values()} == {"7"}
    assert by_xlsx["stored"]
    assert {row["nhan"] for row in a.sheet_of(one).values.values()} == {"100"}


def test_a_broken_rule_refuses_handing_in_with_its_reason(clerk: Client, one: Return) -> None:
    put(clerk, one, rows(nhan=5, xong=6))

    answer = clerk.post(f"/api/returns/{one.ref}/submit")

    assert (answer.status_code, answer.json()["code"]) == (409, "has_errors")


def test_nobody_and_strangers_get_nothing(units: dict[str, Unit], one: Return) -> None:
    stranger = logged_in(an_official("C", units["X1"]))
    addresses = ["data-sets", "data-sets/HS", "returns", f"returns/{one.ref}", f"returns/{one.ref}/template.csv"]

    for address in addresses:
        assert Client().get(f"/api/{address}").status_code == 403
    assert stranger.get(f"/api/returns/{one.ref}").status_code == 403
    assert stranger.get("/api/returns").json() == []
    assert put(stranger, one, rows(nhan=1)).status_code == 403
    assert stranger.post(f"/api/returns/{one.ref}/submit").status_code == 403


def test_forms_and_returns_are_listed(clerk: Client, one: Return) -> None:
    forms = clerk.get("/api/data-sets").json()
    found = clerk.get("/api/returns?data_set=HS&period=2024-09&tray=fill-in").json()

    assert [form["code"] for form in forms] == ["HS"]
    assert [(item["ref"], item["unit"], item["state"]) for item in found] == [(one.ref, "VP", "draft")]
    assert clerk.get("/api/returns?tray=khac").status_code == 409

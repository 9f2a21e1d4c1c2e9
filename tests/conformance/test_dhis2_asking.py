"""Asking through PyPI ``dhis2.py``, and what strangers and hostile programs get."""

import csv
import json
from collections.abc import Callable
from typing import Any

import pytest
import requests
from dhis2 import Api, RequestException

from tests.conformance.dhis2_side import AB, PLANTED, SHADE, a_value, stored
from tests.journeys.world import World
from tinhso.blocks.exchange.queries.dhis2.uids import uid

pytestmark = pytest.mark.conformance


# --- analytics ---


def _analysed(api: Api, *params: tuple[str, str]) -> dict[str, Any]:
    answer: dict[str, Any] = api.get("analytics", params=list(params)).json()
    return answer


def test_analytics_gives_the_published_figures(clerk: Api) -> None:
    share, planted = uid("indicator", "CX-1"), uid("indicator", "CX-2")
    found = _analysed(
        clerk, ("dimension", f"dx:{share};{planted}"), ("dimension", "ou:LEVEL-1"), ("dimension", "pe:202303")
    )

    top = uid("unit", "T")
    assert [header["name"] for header in found["headers"]] == ["dx", "ou", "pe", "value"]
    assert found["rows"] == [[share, top, "202303", "81.04"], [planted, top, "202303", "1234.0"]]
    assert (found["width"], found["height"]) == (4, 2)
    assert found["metaData"]["items"][share]["name"] == "Tỷ lệ cây trồng còn sống"
    assert found["metaData"]["dimensions"]["pe"] == ["202303"]


def test_what_is_in_a_filter_is_added_up_and_never_averaged(clerk: Api) -> None:
    share = uid("indicator", "CX-1")
    ask = [("dimension", f"dx:{share}"), ("filter", "ou:LEVEL-2"), ("filter", "pe:202303"), ("includeNumDen", "true")]

    (row,) = _analysed(clerk, *ask)["rows"]

    assert row[:5] == [share, "81.04", "1000.0", "1234.0", "100.0"]


def test_relative_periods_count_from_a_day(clerk: Api) -> None:
    found = _analysed(
        clerk,
        ("dimension", "pe:LAST_3_MONTHS;THIS_YEAR"),
        ("filter", f"dx:{uid('indicator', 'CX-2')}"),
        ("filter", "ou:USER_ORGUNIT"),
        ("relativePeriodDate", "2023-05-10"),
        ("skipMeta", "true"),
    )

    assert [row[0] for row in found["rows"]] == ["202302", "202303", "202304", "2023"]
    assert "metaData" not in found


def test_a_pivot_table_has_a_column_for_each_period(clerk: Api) -> None:
    found = _analysed(
        clerk,
        ("dimension", f"dx:{uid('indicator', 'CX-2')}"),
        ("dimension", "ou:LEVEL-1"),
        ("dimension", "pe:202303;202304"),
        ("tableLayout", "true"),
        ("columns", "pe"),
        ("rows", "dx;ou"),
    )

    (row,) = found["rows"]
    assert [h["column"] for h in found["headers"] if not h["hidden"]] == [
        "Data",
        "Organisation unit",
        "March 2023",
        "April 2023",
    ]
    assert row[8] == "1234.0"


def test_analytics_as_csv_has_the_same_figures(clerk: Api) -> None:
    params = [("dimension", f"dx:{uid('indicator', 'CX-2')}"), ("filter", "ou:T"), ("filter", "pe:202303")]

    text = clerk.get("analytics", file_type="csv", params=params).text

    assert text.splitlines() == ["Data,Value", f"{uid('indicator', 'CX-2')},1234.0"]


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ([("dimension", "dx:abcdefghijk"), ("dimension", "ou:T"), ("dimension", "pe:2023")], "E7124"),
        ([("dimension", "dx:CX-1"), ("dimension", "pe:2023")], "E7124"),
        ([("dimension", "dx:CX-1"), ("dimension", "ou:T"), ("dimension", "pe:soon")], "E7124"),
        ([("dimension", "dx:CX-1"), ("dimension", "ou:T"), ("dimension", "pe:9999")], "E7124"),
        (
            [
                ("dimension", "dx:CX-1"),
                ("dimension", "ou:T"),
                ("dimension", "pe:LAST_10_YEARS"),
                ("relativePeriodDate", "0003-01-01"),
            ],
            "E7124",
        ),
        ([("dimension", "colour:red")], "E7125"),
        ([("dimension", "dx:CX-1"), ("filter", "dx:CX-2")], "E7121"),
        ([("dimension", "dx:CX-1"), ("dimension", "ou:LEVEL-x"), ("dimension", "pe:2023")], "E7143"),
    ],
)
def test_a_query_that_does_not_fit_together_is_a_conflict(clerk: Api, params: list[tuple[str, str]], code: str) -> None:
    with pytest.raises(RequestException) as refused:
        clerk.get("analytics", params=params)

    assert (refused.value.code, json.loads(refused.value.description)["errorCode"]) == (409, code)


# --- strangers and hostile requests ---


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "ApiToken tinhso_unknown"},
        {"Authorization": "Basic !!!"},
        {"Authorization": "Basic /////w=="},
        {"Authorization": "Digest x"},
    ],
)
def test_without_a_valid_token_there_is_nothing_to_see(province: World, headers: dict[str, str]) -> None:
    answer = requests.get(f"{province.address}/dhis2/api/system/info.json", headers=headers, timeout=20)

    assert (answer.status_code, answer.json()["status"]) == (401, "ERROR")
    assert answer.headers["WWW-Authenticate"].startswith("Basic")


def test_a_token_may_also_come_as_dhis2s_own(province: World, token: Callable[..., str]) -> None:
    headers = {"Authorization": f"ApiToken {token('chuyen-vien')}"}

    answer = requests.get(f"{province.address}/dhis2/api/me.json", headers=headers, timeout=20)

    assert answer.json()["organisationUnits"] == [{"id": uid("unit", "T")}]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"\xff\xfe", 400),
        (b"[" * 100_000, 400),
        (b'{"dataValues":' + b'[{"a":' * 50_000, 400),
        (b'{"dataValues":[{"value":NaN}]}', 400),
        (b'{"dataValues":[{"value":{"a":1}}]}', 400),
        (b'{"dataValues":{"a":1}}', 400),
        (b'{"dataValues":[7]}', 400),
        (b'{"dataValues":[{"dataElement":"\\u0000"}]}', 400),
        (b'{"dataValues":[' + b",".join([b"{}"] * 50_001) + b"]}", 413),
        (b'{"x":"' + b"a" * 11_000_000 + b'"}', 413),
    ],
    ids=["cut", "no text", "deep", "deeper", "nan", "object", "no list", "number", "nul", "many", "huge"],
)
def test_a_hostile_body_is_refused_in_dhis2s_words(clerk: Api, body: bytes, status: int) -> None:
    answer = clerk.session.post(
        f"{clerk.api_url}/dataValueSets", data=body, headers={"Content-Type": "application/json"}
    )

    assert (answer.status_code, answer.json()["status"]) == (status, "ERROR")


# --- XML, identifiers that the payload names, lists as CSV ---


def _posted(api: Api, body: bytes, kind: str, **params: str) -> requests.Response:
    address = f"{api.api_url}/dataValueSets"
    answer: requests.Response = api.session.post(address, data=body, headers={"Content-Type": kind}, params=params)
    return answer


XML = """<?xml version='1.0' encoding='UTF-8'?>
<dataValueSet {namespace} {about}><!-- as DHIS2 writes it -->
  <dataValue dataElement="{element}" period="202401" orgUnit="{unit}" categoryOptionCombo="{combo}" value="{value}"
    storedBy="a" lastUpdated="2024-06-01" followUp="false" /></dataValueSet>"""
DXF = 'xmlns="http://dhis2.org/schema/dxf/2.0"'


def _xml(value: str, *, namespace: str = DXF, about: str = "", by_code: bool = False) -> bytes:
    combo = "loai=bong-mat" if by_code else SHADE
    names = ("CX.trong", "AB", combo) if by_code else (PLANTED, AB, combo)
    element, unit, combo = names
    return XML.format(namespace=namespace, about=about, element=element, unit=unit, combo=combo, value=value).encode()


@pytest.mark.parametrize("namespace", [DXF, ""], ids=["dxf2", "plain"])
@pytest.mark.parametrize("kind", ["application/xml", "text/xml"])
def test_a_data_value_set_may_be_xml(clerk: Api, namespace: str, kind: str) -> None:
    value = str(31 + len(namespace) % 7 + len(kind))

    answer = _posted(clerk, _xml(value, namespace=namespace), kind).json()

    assert answer["status"] == "SUCCESS", answer
    assert value in str(stored("2024-01"))


@pytest.mark.parametrize(
    "about", ['idScheme="CODE"', 'dataElementIdScheme="code" orgUnitIdScheme="CODE" categoryOptionComboIdScheme="CODE"']
)
def test_identifiers_are_read_as_the_payload_says(clerk: Api, about: str) -> None:
    value = str(51 + len(about))

    answer = _posted(clerk, _xml(value, about=about, by_code=True), "application/xml", idScheme="UID").json()

    assert answer["status"] == "SUCCESS", answer
    assert value in str(stored("2024-01"))


def test_the_same_holds_for_json(clerk: Api) -> None:
    told = {"dataElement": "CX.trong", "period": "202401", "orgUnit": "AB", "categoryOptionCombo": "loai=bong-mat"}
    body = {"idScheme": "CODE", "dryRun": True, "dataValues": [told | {"value": "99"}]}

    answer = _posted(clerk, json.dumps(body).encode(), "application/json").json()

    assert (answer["status"], answer["importOptions"]["dryRun"]) == ("SUCCESS", True)
    assert "99" not in str(stored("2024-01"))


@pytest.mark.parametrize(
    "body",
    [
        b"<dataValueSet",
        b"<!DOCTYPE a [<!ENTITY b 'c'>]><dataValueSet><dataValue value='&b;'/></dataValueSet>",
        "<?xml version='1.0' encoding='UTF-16'?><!DOCTYPE a [<!ENTITY b 'c'>]><dataValueSet/>".encode("utf-16"),
        b"<!DOCTYPE a SYSTEM 'file:///etc/passwd'><dataValueSet/>",
        b"<other xmlns='http://dhis2.org/schema/dxf/2.0'/>",
        b"<dataValueSet xmlns='urn:ihe:qrph:adx:2015'/>",
        b"<dataValueSet><row/></dataValueSet>",
        b"<dataValueSet idScheme='NAME'/>",
        b"<dataValueSet dryRun='perhaps'/>",
        b"<dataValueSet importStrategy='GUESS'/>",
        b"<a>" * 5_000,
    ],
)
def test_a_hostile_or_strange_xml_is_refused_in_dhis2s_words(clerk: Api, body: bytes) -> None:
    answer = _posted(clerk, body, "application/xml")

    assert (answer.status_code, answer.json()["status"]) == (400, "ERROR")


def test_lists_of_objects_are_also_csv(clerk: Api) -> None:
    asked = {"fields": "id,code,parent[id,code]", "paging": "false"}

    by_ending = clerk.session.get(f"{clerk.api_url}/organisationUnits.csv", params=asked)
    by_header = clerk.session.get(f"{clerk.api_url}/organisationUnits", params=asked, headers={"Accept": "text/csv"})

    rows = list(csv.DictReader(by_ending.text.splitlines()))
    listed = clerk.get("organisationUnits", params=asked).json()["organisationUnits"]
    assert by_ending.text == by_header.text
    assert [row["id"] for row in rows] == [unit["id"] for unit in listed]
    assert {row["code"]: row["parent.code"] for row in rows}["AB"] == next(
        unit["parent"]["code"] for unit in listed if unit["code"] == "AB"
    )


@pytest.mark.parametrize("value", ["1e400", "9" * 40, "-1", "0x10", "１２", "12.0", "", " ", True, 1e999, "'; DROP"])
def test_text_that_is_no_number_of_that_type_is_never_stored(clerk: Api, value: Any) -> None:
    body = json.dumps({"dataValues": [a_value(period="202405", value=value)]}).replace("Infinity", '"Infinity"')

    summary = clerk.session.post(
        f"{clerk.api_url}/dataValueSets", data=body.encode(), headers={"Content-Type": "application/json"}
    ).json()

    assert summary["importCount"]["ignored"] == 1
    assert stored("2024-05") == {}


@pytest.mark.parametrize(
    ("start", "end"),
    [("9999-12-01", "9999-12-31"), ("0001-01-01", "9999-12-31"), ("2024-02-01", "2024-01-01"), ("x", "y")],
)
def test_a_span_of_time_that_cannot_be_is_a_conflict(clerk: Api, start: str, end: str) -> None:
    params = {"dataSet": "CX", "orgUnit": "T", "startDate": start, "endDate": end}

    with pytest.raises(RequestException) as refused:
        clerk.get("dataValueSets", params=params)

    assert refused.value.code == 409


@pytest.mark.parametrize(
    "params",
    [
        {"fields": "parent[children[parent[children[parent[children[parent[children[id]]]]]]]]]"},
        {"fields": "id[" * 50},
        {"filter": "name:regexp:(a+)+$"},
        {"page": "-1"},
        {"pageSize": "9" * 400},
    ],
)
def test_hostile_questions_about_objects_are_refused(clerk: Api, params: dict[str, str]) -> None:
    with pytest.raises(RequestException) as refused:
        clerk.get("organisationUnits", params=params)

    assert refused.value.code in (400, 409)

"""The DHIS2 interface through PyPI ``dhis2.py``, as it is published, against a running server."""

import json
from collections.abc import Callable
from typing import Any

import pytest
import requests
from dhis2 import Api, RequestException
from dhis2.utils import import_response_ok, is_valid_uid

from tests.journeys import world as worlds
from tests.journeys.world import World
from tinhso.blocks.audit.models import Entry
from tinhso.blocks.exchange.queries.dhis2.uids import uid
from tinhso.blocks.units import queries as units
from tinhso.government.reporting.models import Return
from tinhso.government.reporting.queries import returns as returns_queries

pytestmark = [pytest.mark.conformance, pytest.mark.xdist_group("served")]
OPEN, OPEN_TOO, PUBLISHED = "202401", "202402", "202309"
HANDED_IN = "202404"
PLANTED, LIVING, RUNS, WATER = (uid("element", f"{code}") for code in ("CX.trong", "CX.song", "TC.luot", "TC.nuoc"))
AB, C1 = uid("unit", "AB"), uid("unit", "C1")


@pytest.fixture(scope="module")
def clerk(province: World, token: Callable[..., str]) -> Api:
    """The clerk of the department of trees, through the client."""
    return Api(f"{province.address}/dhis2", "any", token("chuyen-vien"))


@pytest.fixture(scope="module")
def shade(clerk: Api) -> str:
    """The category option combination of shade trees."""
    return _combo(clerk, "loai=bong-mat")


def _combo(api: Api, code: str) -> str:
    found = api.get("categoryOptionCombos", params={"filter": f"code:eq:{code}", "paging": "false"}).json()
    return str(found["categoryOptionCombos"][0]["id"])


def _value(shade: str, **more: Any) -> dict[str, Any]:
    return {
        "dataElement": PLANTED, "period": OPEN, "orgUnit": AB, "categoryOptionCombo": shade, "value": "7",
    } | more  # fmt: skip


def _sent(api: Api, *values: dict[str, Any], **params: str) -> dict[str, Any]:
    answer: dict[str, Any] = api.post("dataValueSets", json={"dataValues": list(values)}, params=params).json()
    return answer


def _stored(month: str, unit: str = "AB", *, data_set: str = "CX", owner: str = "T-SO") -> dict[str, dict[str, str]]:
    one = worlds.a_return(month, data_set=data_set, unit=owner)
    values = returns_queries.values_of(Return.objects.select_related("revision").get(pk=one.pk).revision)
    unit_pk = units.by_ref(unit).pk
    return {member: dict(row) for (pk, member), row in values.items() if pk == unit_pk}


# --- what the server says of itself ---


def test_the_client_reads_the_version(clerk: Api) -> None:
    assert (clerk.version_int, clerk.info["calendar"]) == (37, "iso8601")
    assert clerk.info["contextPath"].endswith("/dhis2")


def test_identifiers_are_dhis2s_and_do_not_change(clerk: Api) -> None:
    units = clerk.get_paged("organisationUnits", merge=True)["organisationUnits"]

    assert all(is_valid_uid(unit["id"]) for unit in units)
    assert uid("unit", "AB") == "WnqhwHxOiTW"


def test_units_come_in_pages_that_the_client_puts_together(clerk: Api) -> None:
    pages = list(clerk.get_paged("organisationUnits", params={"fields": "id,code"}, page_size=3))

    assert [len(page["organisationUnits"]) for page in pages] == [3, 3, 1]
    assert {unit["code"] for page in pages for unit in page["organisationUnits"]} == {*"TABC", "AB", "C1", "C2"}


def test_a_unit_knows_its_level_path_parent_and_time(clerk: Api) -> None:
    old = clerk.get(f"organisationUnits/{uid('unit', 'A')}", params={"fields": "level,path,closedDate,parent[code]"})

    assert old.json() == {
        "level": 2,
        "path": f"/{uid('unit', 'T')}/{uid('unit', 'A')}",
        "closedDate": "2023-07-01T00:00:00.000",
        "parent": {"code": "T"},
    }


def test_filters_order_and_nested_fields_work(clerk: Api) -> None:
    params = {
        "filter": ["parent.code:eq:T", "name:ilike:chanh"],
        "order": "name:desc",
        "fields": "name,parent[children~size]",
        "paging": "false",
    }
    found = clerk.get("organisationUnits", params=params).json()["organisationUnits"]

    assert [unit["name"] for unit in found] == ["Xã Chánh Tây", "Xã Chánh Đông", "Xã Chánh"]
    assert found[0]["parent"] == {"children": 6}


def test_a_form_names_its_elements_their_types_and_their_combinations(clerk: Api) -> None:
    fields = "periodType,dataSetElements[dataElement[code,valueType,categoryCombo[categoryOptionCombos[code]]]]"
    found = clerk.get(f"dataSets/{uid('form', 'CX')}", params={"fields": fields}).json()

    assert found["periodType"] == "Monthly"
    assert found["dataSetElements"][0]["dataElement"] == {
        "code": "CX.trong",
        "valueType": "INTEGER_ZERO_OR_POSITIVE",
        "categoryCombo": {"categoryOptionCombos": [{"code": "loai=bong-mat"}, {"code": "loai=an-qua"}]},
    }


def test_families_are_indicators_of_their_own(clerk: Api) -> None:
    found = clerk.get("indicators", params={"fields": "code,indicatorType[factor]", "paging": "false"}).json()

    assert {one["code"]: one["indicatorType"]["factor"] for one in found["indicators"]} == {
        "CX-1": 100, "CX-1:loai=bong-mat": 100, "CX-1:loai=an-qua": 100, "CX-2": 1,
    }  # fmt: skip


# --- importing ---


def test_values_become_the_draft_of_the_agencys_return(clerk: Api, shade: str) -> None:
    first = _sent(clerk, _value(shade), _value(shade, orgUnit=C1, value=12))
    again = _sent(clerk, _value(shade), _value(shade, orgUnit=C1, value=12))

    assert first["importCount"] == {"imported": 2, "updated": 0, "ignored": 0, "deleted": 0}
    assert again["importCount"] == {"imported": 0, "updated": 2, "ignored": 0, "deleted": 0}
    assert import_response_ok(first)
    assert import_response_ok(again)
    assert _stored("2024-01") == {"loai=bong-mat": {"trong": "7"}}
    assert worlds.a_return("2024-01").state == Return.State.DRAFT


def test_a_draft_can_be_read_back_as_it_was_sent(clerk: Api, shade: str) -> None:
    _sent(clerk, _value(shade, value="31"))

    asked = {"dataSet": uid("form", "CX"), "period": OPEN, "orgUnit": AB}
    found = clerk.get("dataValueSets", params=asked).json()["dataValues"]
    as_csv = clerk.get("dataValueSets", file_type="csv", params=asked).text
    assert [(one["dataElement"], one["categoryOptionCombo"], one["value"]) for one in found] == [(PLANTED, shade, "31")]
    assert f'"{PLANTED}","{OPEN}","{AB}","{shade}"' in as_csv


def test_every_illegal_value_is_ignored_with_dhis2s_code(clerk: Api, shade: str) -> None:
    other = _combo(clerk, "default")
    wrong = {
        "E7612": _value(shade, orgUnit="abcdefghijk"),
        "E7610": _value(shade, dataElement="abcdefghijk"),
        "E7611": _value(shade, period="2024-13"),
        "E7613": _value("abcdefghijk"),
        "E7615": _value(shade, attributeOptionCombo="abcdefghijk"),
        "E7618": _value(shade, value=None),
        "E7619": _value(shade, value="7,5"),
        "E7632": _value(shade, period="2024Q1"),
        "E7634": _value(other),
        "E7636": _value(shade, orgUnit=uid("unit", "A")),
        "E7641": _value(shade, period="209901"),
        "E7643": _value(shade, period="201001"),
    }

    summary = _sent(clerk, *wrong.values())

    found = {conflict["indexes"][0]: conflict["errorCode"] for conflict in summary["conflicts"]}
    assert found == dict(enumerate(wrong))
    assert summary["importCount"] == {"imported": 0, "updated": 0, "ignored": len(wrong), "deleted": 0}
    assert (summary["status"], summary["rejectedIndexes"]) == ("WARNING", list(range(len(wrong))))
    assert not import_response_ok(summary)


def test_a_legal_value_beside_an_illegal_one_is_stored(clerk: Api, shade: str) -> None:
    summary = _sent(clerk, _value(shade, period=OPEN_TOO), _value(shade, period=OPEN_TOO, orgUnit="zzzzzzzzzzz"))

    assert summary["importCount"] == {"imported": 1, "updated": 0, "ignored": 1, "deleted": 0}
    assert summary["conflicts"] == [
        {
            "object": "zzzzzzzzzzz",
            "objects": {"organisationUnit": "zzzzzzzzzzz"},
            "value": "Organisation unit not found or not accessible: `zzzzzzzzzzz`",
            "errorCode": "E7612",
            "property": "orgUnit",
            "indexes": [1],
        }
    ]


def test_of_two_values_for_an_empty_cell_the_first_stands(clerk: Api, shade: str) -> None:
    cell = {"period": OPEN_TOO, "dataElement": LIVING}

    summary = _sent(clerk, _value(shade, **cell, value="1"), _value(shade, **cell, value="2"))

    assert summary["importCount"] == {"imported": 1, "updated": 0, "ignored": 1, "deleted": 0}
    assert _stored("2024-02")["loai=bong-mat"]["song"] == "1"


def test_deleting_takes_the_value_away(clerk: Api, shade: str) -> None:
    cell = {"period": OPEN_TOO, "orgUnit": C1}
    _sent(clerk, _value(shade, **cell))

    marked = _sent(clerk, _value(shade, **cell, deleted=True))
    by_strategy = _sent(clerk, _value(shade, **cell), importStrategy="DELETE")

    assert marked["importCount"] == {"imported": 0, "updated": 0, "ignored": 0, "deleted": 1}
    assert by_strategy["importCount"] == {"imported": 0, "updated": 0, "ignored": 1, "deleted": 0}
    assert _stored("2024-02", "C1") == {}


@pytest.mark.parametrize(("strategy", "counts"), [("CREATE", (0, 0, 1)), ("UPDATE", (0, 1, 0)), ("NEW", (0, 0, 1))])
def test_a_strategy_bounds_what_is_touched(clerk: Api, shade: str, strategy: str, counts: tuple[int, int, int]) -> None:
    _sent(clerk, _value(shade))

    told = _sent(clerk, _value(shade, value="8"), importStrategy=strategy, dryRun="true")["importCount"]

    assert (told["imported"], told["updated"], told["ignored"]) == counts


def test_a_dry_run_tells_and_leaves_everything_as_it_is(clerk: Api, shade: str) -> None:
    cell = _value(shade, period="202403")
    recorded = Entry.objects.count()

    summary = _sent(clerk, cell, dryRun="true")

    assert summary["importCount"]["imported"] == 1
    assert _stored("2024-03") == {}
    assert Entry.objects.count() == recorded


def test_names_may_be_codes(clerk: Api) -> None:
    value = {
        "dataElement": "CX.trong",
        "period": OPEN_TOO,
        "orgUnit": "C2",
        "categoryOptionCombo": "loai=an-qua",
        "value": 3,
    }

    _sent(clerk, value, idScheme="CODE")

    assert _stored("2024-02", "C2") == {"loai=an-qua": {"trong": "3"}}


def test_outer_names_stand_for_every_value(clerk: Api, shade: str) -> None:
    body = {
        "dataSet": uid("form", "CX"), "period": OPEN_TOO, "orgUnit": AB,
        "dataValues": [{"dataElement": PLANTED, "categoryOptionCombo": shade, "value": 44}],
    }  # fmt: skip

    assert import_response_ok(clerk.post("dataValueSets", json=body).json())
    assert _stored("2024-02")["loai=bong-mat"]["trong"] == "44"


def test_an_unknown_data_set_aborts_the_whole(clerk: Api, shade: str) -> None:
    body = {"dataSet": "abcdefghijk", "dataValues": [_value(shade)]}

    summary = clerk.post("dataValueSets", json=body).json()

    assert (summary["status"], summary["conflicts"][0]["errorCode"]) == ("ERROR", "E7600")
    assert summary["importCount"]["ignored"] == 1


def test_csv_is_imported_too(province: World, clerk: Api, shade: str) -> None:
    lines = f'"dataelement","period","orgunit","catoptcombo","attroptcombo","value"\n{LIVING},{OPEN},{AB},{shade},,5\n'

    answer = clerk.session.post(
        f"{clerk.api_url}/dataValueSets", data=lines.encode(), headers={"Content-Type": "application/csv"}
    )

    assert answer.json()["importCount"]["imported"] == 1
    assert _stored("2024-01")["loai=bong-mat"]["song"] == "5"


def test_a_published_return_is_opened_again_only_by_a_changed_value(clerk: Api, shade: str) -> None:
    one = worlds.a_return("2023-09")
    stored = _stored("2023-09")["loai=bong-mat"]["trong"]
    value = _value(shade, period=PUBLISHED, comment="Đếm lại")

    same = _sent(clerk, value | {"value": stored})
    untouched = worlds.a_return("2023-09").state
    changed = _sent(clerk, value | {"value": str(int(stored) + 1)})

    after = Return.objects.select_related("revision", "published_revision").get(pk=one.pk)
    assert same["importCount"]["updated"] == changed["importCount"]["updated"] == 1
    assert untouched == Return.State.PUBLISHED
    assert (after.state, after.revision.why) == (Return.State.DRAFT, "Đếm lại")  # type: ignore[union-attr]
    assert after.published_revision_id == one.published_revision_id


def test_what_was_handed_in_takes_no_values(clerk: Api, shade: str) -> None:
    Return.objects.filter(pk=worlds.a_return("2024-04").pk).update(state=Return.State.SUBMITTED)

    summary = _sent(clerk, _value(shade, period=HANDED_IN))

    assert summary["conflicts"][0]["errorCode"] == "E7642"


def test_an_import_is_in_the_audit_log_with_its_program(clerk: Api, shade: str) -> None:
    _sent(clerk, _value(shade))

    entry = Entry.objects.filter(did="imported").latest("pk")
    assert (entry.subject, entry.after["protocol"]) == ("CX", "dhis2")  # type: ignore[index]
    assert entry.actor.startswith("MT-")


def test_from_version_38_on_a_summary_comes_in_a_message_with_a_conflict_status(
    province: World, clerk: Api, shade: str
) -> None:
    modern = Api(clerk.base_url, clerk.username, clerk.session.auth[1], api_version=40)

    fine = modern.post("dataValueSets", json={"dataValues": [_value(shade)]}).json()
    with pytest.raises(RequestException) as refused:
        modern.post("dataValueSets", json={"dataValues": [_value(shade, orgUnit="x")]})

    assert (fine["httpStatusCode"], fine["response"]["responseType"]) == (200, "ImportSummary")
    assert refused.value.code == 409
    assert json.loads(refused.value.description)["response"]["conflicts"][0]["errorCode"] == "E7612"


# --- whose values ---


def test_a_commune_fills_in_its_own_returns_and_nobody_elses(province: World, token: Callable[..., str]) -> None:
    api = Api(f"{province.address}/dhis2", "any", token("cong-chuc-an-binh"))
    mine = {"dataElement": RUNS, "period": OPEN, "orgUnit": AB, "value": "3"}
    theirs = mine | {"orgUnit": C1}
    agencys = mine | {"dataElement": PLANTED, "categoryOptionCombo": _combo(api, "loai=bong-mat")}

    summary = _sent(api, mine, theirs, agencys)

    assert summary["importCount"] == {"imported": 1, "updated": 0, "ignored": 2, "deleted": 0}
    assert {(c["errorCode"], *c["indexes"]) for c in summary["conflicts"]} == {("E7617", 1), ("E7617", 2)}
    assert _stored("2024-01", data_set="TC", owner="AB") == {"": {"luot": "3"}}
    assert _stored("2024-01", "C1", data_set="TC", owner="C1") == {}


def test_a_token_that_may_only_read_writes_nothing(province: World, token: Callable[..., str], shade: str) -> None:
    reader = Api(f"{province.address}/dhis2", "any", token("chuyen-vien", "see indicators", "see returns"))

    summary = _sent(reader, _value(shade, value="999"))

    assert summary["conflicts"][0]["errorCode"] == "E7617"
    assert _stored("2024-01")["loai=bong-mat"]["trong"] != "999"


def test_without_the_right_nobody_elses_drafts_are_read(province: World, token: Callable[..., str]) -> None:
    api = Api(f"{province.address}/dhis2", "any", token("cong-chuc-chanh-dong"))

    found = api.get("dataValueSets", params={"dataSet": uid("form", "CX"), "period": OPEN, "orgUnit": AB}).json()

    assert found == {"dataValues": []}


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
        "Data", "Organisation unit", "March 2023", "April 2023",
    ]  # fmt: skip
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


@pytest.mark.parametrize("value", ["1e400", "9" * 40, "-1", "0x10", "１２", "12.0", "", " ", True, 1e999, "'; DROP"])
def test_text_that_is_no_number_of_that_type_is_never_stored(clerk: Api, shade: str, value: Any) -> None:
    body = json.dumps({"dataValues": [_value(shade, period="202405", value=value)]}).replace("Infinity", '"Infinity"')

    summary = clerk.session.post(
        f"{clerk.api_url}/dataValueSets", data=body.encode(), headers={"Content-Type": "application/json"}
    ).json()

    assert summary["importCount"]["ignored"] == 1
    assert _stored("2024-05") == {}


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

"""Importing through PyPI ``dhis2.py``, as it is published, against a running server."""

import json
from collections.abc import Callable

import pytest
from dhis2 import Api, RequestException
from dhis2.utils import import_response_ok, is_valid_uid

from tests.conformance.dhis2_side import (
    AB,
    C1,
    HANDED_IN,
    LIVING,
    OPEN,
    OPEN_TOO,
    PLANTED,
    PUBLISHED,
    RUNS,
    SHADE,
    a_value,
    sent,
    stored,
)
from tests.journeys import world as worlds
from tests.journeys.world import World
from tinhso.blocks.audit.models import Entry
from tinhso.blocks.exchange.queries.dhis2.uids import DEFAULT_OPTION_COMBO, uid
from tinhso.government.reporting.models import Return

pytestmark = pytest.mark.conformance


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
        "CX-1": 100,
        "CX-1:loai=bong-mat": 100,
        "CX-1:loai=an-qua": 100,
        "CX-2": 1,
    }


# --- importing ---


def test_values_become_the_draft_of_the_agencys_return(clerk: Api) -> None:
    first = sent(clerk, a_value(), a_value(orgUnit=C1, value=12))
    again = sent(clerk, a_value(), a_value(orgUnit=C1, value=12))

    assert first["importCount"] == {"imported": 2, "updated": 0, "ignored": 0, "deleted": 0}
    assert again["importCount"] == {"imported": 0, "updated": 2, "ignored": 0, "deleted": 0}
    assert import_response_ok(first)
    assert import_response_ok(again)
    assert stored("2024-01") == {"loai=bong-mat": {"trong": "7"}}
    assert worlds.a_return("2024-01").state == Return.State.DRAFT


def test_a_draft_can_be_read_back_as_it_wassent(clerk: Api) -> None:
    sent(clerk, a_value(value="31"))

    asked = {"dataSet": uid("form", "CX"), "period": OPEN, "orgUnit": AB}
    found = clerk.get("dataValueSets", params=asked).json()["dataValues"]
    as_csv = clerk.get("dataValueSets", file_type="csv", params=asked).text
    assert [(one["dataElement"], one["categoryOptionCombo"], one["value"]) for one in found] == [(PLANTED, SHADE, "31")]
    assert f'"{PLANTED}","{OPEN}","{AB}","{SHADE}"' in as_csv


def test_every_illegal_value_is_ignored_with_dhis2s_code(clerk: Api) -> None:
    other = DEFAULT_OPTION_COMBO
    wrong = {
        "E7612": a_value(orgUnit="abcdefghijk"),
        "E7610": a_value(dataElement="abcdefghijk"),
        "E7611": a_value(period="2024-13"),
        "E7613": a_value(categoryOptionCombo="abcdefghijk"),
        "E7615": a_value(attributeOptionCombo="abcdefghijk"),
        "E7618": a_value(value=None),
        "E7619": a_value(value="7,5"),
        "E7632": a_value(period="2024Q1"),
        "E7634": a_value(categoryOptionCombo=other),
        "E7636": a_value(orgUnit=uid("unit", "A")),
        "E7641": a_value(period="209901"),
        "E7643": a_value(period="201001"),
    }

    summary = sent(clerk, *wrong.values())

    found = {conflict["indexes"][0]: conflict["errorCode"] for conflict in summary["conflicts"]}
    assert found == dict(enumerate(wrong))
    assert summary["importCount"] == {"imported": 0, "updated": 0, "ignored": len(wrong), "deleted": 0}
    assert (summary["status"], summary["rejectedIndexes"]) == ("WARNING", list(range(len(wrong))))
    assert not import_response_ok(summary)


def test_a_legal_value_beside_an_illegal_one_isstored(clerk: Api) -> None:
    summary = sent(clerk, a_value(period=OPEN_TOO), a_value(period=OPEN_TOO, orgUnit="zzzzzzzzzzz"))

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


def test_of_two_values_for_an_empty_cell_the_first_stands(clerk: Api) -> None:
    cell = {"period": OPEN_TOO, "dataElement": LIVING}

    summary = sent(clerk, a_value(**cell, value="1"), a_value(**cell, value="2"))

    assert summary["importCount"] == {"imported": 1, "updated": 0, "ignored": 1, "deleted": 0}
    assert stored("2024-02")["loai=bong-mat"]["song"] == "1"


def test_deleting_takes_the_value_away(clerk: Api) -> None:
    cell = {"period": OPEN_TOO, "orgUnit": C1}
    sent(clerk, a_value(**cell))

    marked = sent(clerk, a_value(**cell, deleted=True))
    by_strategy = sent(clerk, a_value(**cell), importStrategy="DELETE")

    assert marked["importCount"] == {"imported": 0, "updated": 0, "ignored": 0, "deleted": 1}
    assert by_strategy["importCount"] == {"imported": 0, "updated": 0, "ignored": 1, "deleted": 0}
    assert stored("2024-02", "C1") == {}


@pytest.mark.parametrize(("strategy", "counts"), [("CREATE", (0, 0, 1)), ("UPDATE", (0, 1, 0)), ("NEW", (0, 0, 1))])
def test_a_strategy_bounds_what_is_touched(clerk: Api, strategy: str, counts: tuple[int, int, int]) -> None:
    sent(clerk, a_value())

    told = sent(clerk, a_value(value="8"), importStrategy=strategy, dryRun="true")["importCount"]

    assert (told["imported"], told["updated"], told["ignored"]) == counts


def test_a_dry_run_tells_and_leaves_everything_as_it_is(clerk: Api) -> None:
    cell = a_value(period="202403")
    recorded = Entry.objects.count()

    summary = sent(clerk, cell, dryRun="true")

    assert summary["importCount"]["imported"] == 1
    assert stored("2024-03") == {}
    assert Entry.objects.count() == recorded


def test_names_may_be_codes(clerk: Api) -> None:
    value = {
        "dataElement": "CX.trong",
        "period": OPEN_TOO,
        "orgUnit": "C2",
        "categoryOptionCombo": "loai=an-qua",
        "value": 3,
    }

    sent(clerk, value, idScheme="CODE")

    assert stored("2024-02", "C2") == {"loai=an-qua": {"trong": "3"}}


def test_outer_names_stand_for_every_value(clerk: Api) -> None:
    body = {
        "dataSet": uid("form", "CX"),
        "period": OPEN_TOO,
        "orgUnit": AB,
        "dataValues": [{"dataElement": PLANTED, "categoryOptionCombo": SHADE, "value": 44}],
    }

    assert import_response_ok(clerk.post("dataValueSets", json=body).json())
    assert stored("2024-02")["loai=bong-mat"]["trong"] == "44"


def test_an_unknown_data_set_aborts_the_whole(clerk: Api) -> None:
    body = {"dataSet": "abcdefghijk", "dataValues": [a_value()]}

    summary = clerk.post("dataValueSets", json=body).json()

    assert (summary["status"], summary["conflicts"][0]["errorCode"]) == ("ERROR", "E7600")
    assert summary["importCount"]["ignored"] == 1


def test_csv_is_imported_too(province: World, clerk: Api) -> None:
    lines = f'"dataelement","period","orgunit","catoptcombo","attroptcombo","value"\n{LIVING},{OPEN},{AB},{SHADE},,5\n'

    answer = clerk.session.post(
        f"{clerk.api_url}/dataValueSets", data=lines.encode(), headers={"Content-Type": "application/csv"}
    )

    assert answer.json()["importCount"]["imported"] == 1
    assert stored("2024-01")["loai=bong-mat"]["song"] == "5"


def test_a_published_return_is_opened_again_only_by_a_changed_value(clerk: Api) -> None:
    one = worlds.a_return("2023-09")
    trees = stored("2023-09")["loai=bong-mat"]["trong"]
    given = a_value(period=PUBLISHED, comment="Đếm lại")

    same = sent(clerk, given | {"value": trees})
    untouched = worlds.a_return("2023-09").state
    changed = sent(clerk, given | {"value": str(int(trees) + 1)})

    after = Return.objects.select_related("revision", "published_revision").get(pk=one.pk)
    assert same["importCount"]["updated"] == changed["importCount"]["updated"] == 1
    assert untouched == Return.State.PUBLISHED
    assert (after.state, after.revision.why) == (Return.State.DRAFT, "Đếm lại")  # type: ignore[union-attr]
    assert after.published_revision_id == one.published_revision_id


def test_what_was_handed_in_takes_no_values(clerk: Api) -> None:
    Return.objects.filter(pk=worlds.a_return("2024-04").pk).update(state=Return.State.SUBMITTED)

    summary = sent(clerk, a_value(period=HANDED_IN))

    assert summary["conflicts"][0]["errorCode"] == "E7642"


def test_an_import_is_in_the_audit_log_with_its_program(clerk: Api) -> None:
    sent(clerk, a_value())

    entry = Entry.objects.filter(did="imported").latest("pk")
    assert (entry.subject, entry.after["protocol"]) == ("CX", "dhis2")  # type: ignore[index]
    assert entry.actor.startswith("MT-")


def test_from_version_38_on_a_summary_comes_in_a_message_with_a_conflict_status(province: World, clerk: Api) -> None:
    modern = Api(clerk.base_url, clerk.username, clerk.session.auth[1], api_version=40)

    fine = modern.post("dataValueSets", json={"dataValues": [a_value()]}).json()
    with pytest.raises(RequestException) as refused:
        modern.post("dataValueSets", json={"dataValues": [a_value(orgUnit="x")]})

    assert (fine["httpStatusCode"], fine["response"]["responseType"]) == (200, "ImportSummary")
    assert refused.value.code == 409
    assert json.loads(refused.value.description)["response"]["conflicts"][0]["errorCode"] == "E7612"


# --- whose values ---


def test_a_commune_fills_in_its_own_returns_and_nobody_elses(province: World, token: Callable[..., str]) -> None:
    api = Api(f"{province.address}/dhis2", "any", token("cong-chuc-an-binh"))
    mine = {"dataElement": RUNS, "period": OPEN, "orgUnit": AB, "value": "3"}
    theirs = mine | {"orgUnit": C1}
    agencys = mine | {"dataElement": PLANTED, "categoryOptionCombo": SHADE}

    summary = sent(api, mine, theirs, agencys)

    assert summary["importCount"] == {"imported": 1, "updated": 0, "ignored": 2, "deleted": 0}
    assert {(c["errorCode"], *c["indexes"]) for c in summary["conflicts"]} == {("E7617", 1), ("E7617", 2)}
    assert stored("2024-01", data_set="TC", owner="AB") == {"": {"luot": "3"}}
    assert stored("2024-01", "C1", data_set="TC", owner="C1") == {}


def test_a_token_that_may_only_read_writes_nothing(province: World, token: Callable[..., str]) -> None:
    reader = Api(f"{province.address}/dhis2", "any", token("chuyen-vien", "see indicators", "see returns"))

    summary = sent(reader, a_value(value="999"))

    assert summary["conflicts"][0]["errorCode"] == "E7617"
    assert stored("2024-01")["loai=bong-mat"]["trong"] != "999"


def test_without_the_right_nobody_elses_drafts_are_read(province: World, token: Callable[..., str]) -> None:
    api = Api(f"{province.address}/dhis2", "any", token("cong-chuc-chanh-dong"))

    found = api.get("dataValueSets", params={"dataSet": uid("form", "CX"), "period": OPEN, "orgUnit": AB}).json()

    assert found == {"dataValues": []}

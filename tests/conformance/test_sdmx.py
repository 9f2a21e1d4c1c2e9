"""SDMX as two clients see it that we did not write: PyPI ``sdmx1`` over HTTP, and ``pysdmx`` on the same messages.

What they cannot read is written in ``docs/handbook/sdmx.md``.
"""

import io
import json
from collections.abc import Iterator
from typing import Any

import pandas as pd
import pytest
import requests
import sdmx
from django.conf import settings
from pysdmx.api.dc.query import NumberFilter, Operator
from pysdmx.api.qb import ApiVersion, DataContext, DataQuery
from pysdmx.io import get_datasets, read_sdmx
from pytest_django.live_server_helper import LiveServer

from tinhso.blocks.indicators.contract import Indicator
from tinhso.blocks.sdmx.queries.names import agency_id, area_code
from tinhso.blocks.sdmx.tests.sdmx_world import FINISHED, OFFICIAL, ON_TIME, released_reading, world
from tinhso.kernel.actor import NOBODY

__all__ = ["world"]
pytestmark = [
    pytest.mark.conformance,
    pytest.mark.django_db(transaction=True),
    pytest.mark.filterwarnings("ignore::DeprecationWarning:sdmx"),
]
STRUCTURE = {"Accept": "application/vnd.sdmx.structure+xml;version=3.0.0"}
AS_CSV = {"Accept": "application/vnd.sdmx.data+csv;version=2.0.0"}
AS_XML = {"Accept": "application/vnd.sdmx.data+xml;version=3.0.0"}
PERIODS = {"month": "M", "quarter": "Q", "year": "A"}


@pytest.fixture
def base(world: Any, live_server: LiveServer) -> str:
    """The service as a client reaches it."""
    return f"{live_server.url}/sdmx/3.0"


@pytest.fixture
def client(base: str) -> Iterator[sdmx.Client]:
    """``sdmx1`` knowing the service as it knows those of the world's statistical offices."""
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "localhost"]
    about = {
        "id": agency_id(),
        "name": "Province",
        "url": base,
        "versions": ["3.0.0"],
        "headers": {
            "dataflow": STRUCTURE,
            "datastructure": STRUCTURE,
            "codelist": STRUCTURE,
            "categoryscheme": STRUCTURE,
            "conceptscheme": STRUCTURE,
            "agencyscheme": STRUCTURE,
            "availableconstraint": STRUCTURE,
            "data": AS_CSV,
        },
        "supports": {"availableconstraint": True},
    }
    sdmx.add_source(about, override=True)
    yield sdmx.Client(agency_id())
    sdmx.source.sources.pop(agency_id())


def the_structure(client: sdmx.Client, flow: str = "INDICATORS") -> Any:
    return client.dataflow(flow, params={"references": "descendants"}).dataflow[flow]


def figures(indicator: Indicator, units: list[str], kind: str = "month") -> dict[tuple[str, ...], float]:
    """What the readings say to the public, by (unit, period); NaN where nothing is told."""
    return {
        (area_code(unit), period): float("nan") if reading.value is None else round(float(reading.value), 2)
        for unit in units
        for period, reading in released_reading(indicator, unit, NOBODY, kind=kind).items()
    }


def frame(text: str) -> pd.DataFrame:
    """The first data set of a message as pysdmx reads it."""
    message: Any = read_sdmx(text)
    found: pd.DataFrame = message.data[0].data
    return found


def table(found: "pd.Series[float]") -> dict[tuple[str, ...], float]:
    """What a client read, by (unit, period); refuses a place that is told twice."""
    levels = ("REF_AREA", "TIME_PERIOD")
    places = list(zip(*(map(str, found.index.get_level_values(level)) for level in levels), strict=True))
    assert len(places) == len(set(places))
    return dict(zip(places, map(float, found), strict=True))


def test_sdmx1_lists_the_dataflows_and_their_names(client: sdmx.Client) -> None:
    message = client.dataflow()

    assert set(message.dataflow) == {"INDICATORS", "services"}
    assert message.dataflow["services"].name["vi"] == "Dịch vụ"


def test_sdmx1_reads_the_structure_with_everything_it_refers_to(client: sdmx.Client) -> None:
    message = client.dataflow("services", params={"references": "all"})

    structure = message.structure["DSD_INDICATORS"]
    assert [one.id for one in structure.dimensions] == [
        "FREQ",
        "INDICATOR",
        "REF_AREA",
        "BASIS",
        "BREAKDOWN",
        "TIME_PERIOD",
    ]
    assert [one.id for one in structure.measures] == ["OBS_VALUE"]
    areas = structure.dimensions.get("REF_AREA").local_representation.enumerated
    assert areas is message.codelist["CL_REF_AREA"]
    assert areas["Ua1"].parent.id == "Ua"
    assert {str(note.type): note.title for note in areas["Ua1"].annotations}["VALID_UNTIL"] == "2024-07-01"
    concept = structure.attributes.get("OBS_STATUS").concept_identity
    assert concept.name["vi"] == "Trạng thái quan sát"
    assert set(message.category_scheme["CAS_DOMAINS"].items) == {"services"}
    assert message.categorisation["CAT_services"].artefact.id == "services"


def test_sdmx1_asks_what_is_available(client: sdmx.Client) -> None:
    message: Any = client.get(
        "availableconstraint",
        "INDICATORS",
        version="1.0",
        key="M.D-1",
        context="dataflow",
        component_id="*",
        references="all",
    )

    region = message.constraint["AVAILABLE_INDICATORS"].data_content_region[0]
    values = {member.values_for.id: {one.value for one in member.values} for member in region.member.values()}
    assert values["INDICATOR"] == {"D-1"}
    assert {"Ua1", "Up", "Ux"} <= values["REF_AREA"]


def test_sdmx1_reads_the_same_figures_as_csv_that_our_readings_have(client: sdmx.Client, base: str) -> None:
    structure = the_structure(client)
    address = f"{base}/data/dataflow/{agency_id()}/INDICATORS/+/M.D-2.Up+Ua1.published._T"

    raw = requests.get(address, headers=AS_CSV, timeout=30).content
    found = sdmx.to_pandas(sdmx.reader.csv.Reader().convert(io.BytesIO(raw), structure=structure))

    assert table(found) == pytest.approx(figures(ON_TIME, ["p", "a1"]), nan_ok=True, rel=0, abs=1e-9)
    assert found.notna().any()
    assert found.isna().any()


@pytest.mark.parametrize("kind", ["month", "quarter", "year"])
def test_sdmx1_reads_the_same_figures_as_xml_that_our_readings_have(client: sdmx.Client, kind: str) -> None:
    structure = the_structure(client).structure

    message = client.data(
        "INDICATORS", key=f"{PERIODS[kind]}.D-2.Up.published._T", dsd=structure, headers=AS_XML, context="dataflow"
    )

    assert table(sdmx.to_pandas(message)) == pytest.approx(figures(ON_TIME, ["p"], kind), nan_ok=True, rel=0, abs=1e-9)
    observation = message.data[0].obs[0]
    assert str(observation.attached_attribute["OBS_STATUS"].value) == "A"


def test_sdmx1_gets_no_more_than_its_key_and_filter_name(client: sdmx.Client) -> None:
    message = client.data(
        "INDICATORS",
        key="M.*.Up",
        dsd=the_structure(client).structure,
        headers=AS_XML,
        context="dataflow",
        params={"last_n_observations": 1},
    )

    found = sdmx.to_pandas(message).reset_index()
    assert set(found["INDICATOR"]) == {"D-1", "D-2"}
    assert set(found["REF_AREA"]) == {"Up"}
    assert set(found["TIME_PERIOD"]) == {"2024-07"}


def test_what_is_withheld_reaches_no_client(client: sdmx.Client, base: str) -> None:
    address = f"{base}/data/dataflow/*/INDICATORS/+/M.D-1.Ub2.published._T?c[TIME_PERIOD]=2024-05"

    answers = {name: requests.get(f"{address}&format={name}", timeout=30).text for name in ("csv", "json", "xml")}

    assert released_reading(FINISHED, "b2", OFFICIAL)["2024-05"].count == 3
    data = frame(answers["csv"])
    assert list(data["OBS_VALUE"]) == ["NaN"]
    assert list(data["CONF_STATUS"]) == ["C"]
    assert 'NUMERATOR="' not in answers["xml"]
    assert json.loads(answers["json"])["data"]["dataSets"][0]["series"]["0:0:0:0:0"] == {
        "observations": {"0": [None, 6, 2, None, None, 1, 1, None, "2024-01-01T00:00:00Z"]}
    }


def test_pysdmx_reads_structures_as_json_and_as_xml(base: str) -> None:
    address = f"{base}/structure/*"

    as_json = read_sdmx(requests.get(address, timeout=30).text)
    as_xml = read_sdmx(requests.get(address, headers=STRUCTURE, timeout=30).text)

    for message in (as_json, as_xml):
        structure = message.get_data_structure_definitions()[0]
        assert [one.id for one in structure.components.dimensions] == [
            "FREQ",
            "INDICATOR",
            "REF_AREA",
            "BASIS",
            "BREAKDOWN",
            "TIME_PERIOD",
        ]
        assert {one.id for one in message.get_dataflows()} == {"INDICATORS", "services"}
        codes = {one.id: one for one in message.get_codelists()}["CL_REF_AREA"].codes
        assert {"Up", "Ua1", "Ux"} <= {code.id for code in codes}


def test_pysdmx_reads_the_same_figures_as_csv_and_as_xml(base: str) -> None:
    address = f"{base}/data/dataflow/*/INDICATORS/+/M.D-2.Up.published._T"
    structures = requests.get(
        f"{base}/structure/dataflow/*/INDICATORS?references=descendants", headers=STRUCTURE, timeout=30
    )

    found: list[Any] = [frame(requests.get(address, headers=AS_CSV, timeout=30).text)]
    found.append(get_datasets(requests.get(address, headers=AS_XML, timeout=30).text, structures.text)[0].data)

    for one in found:
        numbers = one.set_index(["REF_AREA", "TIME_PERIOD"])["OBS_VALUE"].astype(float)
        assert table(numbers) == pytest.approx(figures(ON_TIME, ["p"]), nan_ok=True, rel=0, abs=1e-9)


def test_queries_that_pysdmx_builds_are_understood(base: str) -> None:
    above = NumberFilter("OBS_VALUE", Operator.GREATER_THAN, 80)
    where = (DataContext.DATAFLOW, agency_id(), "INDICATORS", "1.0", "M.D-2.Up")
    query = DataQuery(*where, above, last_n_obs=1, obs_dimension="AllDimensions", attributes="none")

    answer = requests.get(base + query.get_url(ApiVersion.V2_0_0, omit_defaults=True), headers=AS_CSV, timeout=30)

    found = frame(answer.text)
    assert (found["OBS_VALUE"].astype(float) > 80).all()
    assert "OBS_STATUS" not in found.columns
    assert len(found) == len(found.drop_duplicates(["BASIS", "BREAKDOWN"]))

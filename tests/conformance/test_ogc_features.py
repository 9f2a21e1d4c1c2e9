"""OGC API – Features as OWSLib, GDAL and ogc-client of npm read it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from owslib.ogcapi.features import Features

from tests.journeys.world import World
from tinhso.blocks.registers import services
from tinhso.blocks.registers.contract import REGISTERS
from tinhso.kernel import clock
from tinhso.project.cli.place import operator_actor

pytestmark = pytest.mark.conformance
BOX = [107.0, 15.0, 107.05, 15.1]


@pytest.fixture(scope="module")
def address(province: World) -> str:
    """Twelve lines in the tiny province, four of them in its west."""
    for n in range(12):
        services.add_record(
            register=REGISTERS["lines"],
            by=operator_actor(),
            now=clock.now(),
            values={
                "code": f"D{n}",
                "name": f"Đường {n}",
                "unit": "AB",
                "kind": "lan" if n % 2 else "tslcd",
                "mbps": 10 * n,
                "longitude": 107.02 if n < 4 else 107.12,
                "latitude": 15.05,
            },
        )
    return f"{province.address}/ogc/"


# registers with open columns
OPEN = {"lines", "services", "operators", "stations", "posts", "coverage", "firms", "households", "teams"}


def test_owslib_reads_collections_and_items_in_a_box_page_by_page(address: str) -> None:
    client = Features(address)
    first = client.collection_items("lines", limit=3, bbox=BOX)
    one = first["features"][0]

    assert set(client.feature_collections()) == OPEN
    assert "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core" in client.conformance()["conformsTo"]
    assert client.api()["paths"]["/collections/lines/items"]
    assert (first["numberReturned"], [link["rel"] for link in first["links"]]) == (3, ["self", "collection", "next"])
    assert client.collection_item("lines", one["id"])["properties"] == one["properties"]
    assert set(one["properties"]) == {"name", "unit", "unit_ref", "kind", "mbps", "state", "valid_from", "ended_on"}


GDAL = """
import json, sys
from pyogrio import list_layers
from pyogrio.raw import read
source, box = sys.argv[1], tuple(json.loads(sys.argv[2]))
points, inside = read(source, layer="lines", PAGE_SIZE=5)[2], read(source, layer="lines", bbox=box)[2]
print(json.dumps([list_layers(source).tolist(), len(points), len(inside)]))
"""


def test_gdal_reads_every_page_of_a_layer(address: str) -> None:
    # apart: GDAL keeps Python's lock while it waits for the server, which is a thread of this process
    run = [sys.executable, "-c", GDAL, f"OAPIF:{address}", json.dumps(BOX)]

    told = subprocess.run(run, capture_output=True, text=True, check=True, timeout=60).stdout

    layers, points, inside = json.loads(told)
    assert ["lines", "Point"] in layers
    assert (points, inside) == (12, 4)


def test_ogc_client_of_npm_reads_landing_conformance_collections_pages_and_a_box(address: str) -> None:
    run = ["node", str(Path(__file__).with_name("ogc_client.mjs")), address, "lines", json.dumps(BOX)]

    told = json.loads(subprocess.run(run, capture_output=True, text=True, check=True, timeout=60).stdout)

    assert told["title"].endswith("OGC API – Features")
    assert "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core" in told["conforms"]
    assert (told["hasFeatures"], set(told["collections"])) == (True, OPEN)
    assert "application/geo+json" in told["formats"]
    assert [len(page) for page in told["pages"]] == [5, 5, 2, 0]
    assert len({ref for page in told["pages"] for ref in page}) == 12
    assert told["inside"] == [[107.02, 15.05]] * 4
    assert told["one"]["id"] == told["pages"][0][0]


def test_links_lead_on_and_back_from_where_an_offset_begins(address: str) -> None:
    import requests

    def page(href: str) -> tuple[list[str], dict[str, str]]:
        told = requests.get(href, timeout=30).json()
        return [one["id"] for one in told["features"]], {link["rel"]: link["href"] for link in told["links"]}

    everything, _links = page(f"{address}collections/lines/items?limit=100")
    middle, links = page(f"{address}collections/lines/items?limit=4&offset=4")

    assert middle == everything[4:8]
    assert (page(links["prev"])[0], page(links["next"])[0]) == (everything[:4], everything[8:])


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("colour=red", 400),
        ("limit=0", 400),
        ("limit=x", 400),
        ("bbox=1,2,3", 400),
        ("bbox=107,16,108,15", 400),
        ("datetime=yesterday", 400),
        ("datetime=2026-02-01/2026-01-01", 400),
        ("crs=EPSG:1", 400),
        ("mbps=10", 400),
        ("offset=100001", 400),
        ("offset=-1", 400),
        ("offset=5", 200),
        ("limit=1&datetime=../2030-01-01", 200),
        ("kind=lan&state=in_use", 200),
        ("kind=none", 200),
        ("unit=AB", 200),
        ("crs=http://www.opengis.net/def/crs/EPSG/0/3405", 200),
        ("bbox=179,-1,-179,1", 200),
        ("bbox=800000,1650000,1000000,1680000&bbox-crs=http://www.opengis.net/def/crs/EPSG/0/3405", 200),
    ],
)
def test_queries_are_answered_or_refused_as_the_standard_says(
    query: str, status: int, address: str, client: Any
) -> None:
    import requests

    answer = requests.get(f"{address}collections/lines/items?{query}", timeout=30)

    assert answer.status_code == status
    if status == 200:
        assert answer.headers["Content-Type"] == "application/geo+json"
        assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_vn_2000_leads_there_and_back(address: str) -> None:
    import requests

    crs = "http://www.opengis.net/def/crs/EPSG/0/3405"
    told = requests.get(f"{address}collections/lines/items?limit=1&crs={crs}", timeout=30)
    x, y = told.json()["features"][0]["geometry"]["coordinates"]
    box = f"{x - 5},{y - 5},{x + 5},{y + 5}"

    found = requests.get(f"{address}collections/lines/items?bbox={box}&bbox-crs={crs}", timeout=30).json()

    assert told.headers["Content-Crs"] == f"<{crs}>"
    assert found["numberReturned"] == 4
    assert found["features"][0]["geometry"]["coordinates"] == [107.02, 15.05]


def test_every_system_has_its_own_axes_and_says_by_which_operation(address: str) -> None:
    import requests

    wgs84 = "http://www.opengis.net/def/crs/EPSG/0/4326"
    base = f"{address}collections/lines"
    told = requests.get(f"{base}/items?limit=1&crs={wgs84}", timeout=30)
    over = requests.get(f"{base}/items?bbox=15,107,15.1,107.05&bbox-crs={wgs84}", timeout=30).json()
    swapped = requests.get(f"{base}/items?bbox=107,15,107.05,15.1&bbox-crs={wgs84}", timeout=30)
    operations = requests.get(base, timeout=30).json()["coordinateOperations"]

    assert told.headers["Content-Crs"] == f"<{wgs84}>"
    assert told.json()["features"][0]["geometry"]["coordinates"] == [15.05, 107.02]
    assert (over["numberReturned"], swapped.status_code) == (4, 400)
    assert "VN-2000 to WGS 84 (2) (EPSG:6960)" in operations["http://www.opengis.net/def/crs/EPSG/0/3405"]


def test_nothing_that_is_not_open_is_told_to_strangers(address: str) -> None:
    import requests

    answers = [
        requests.get(f"{address}collections/{code}/items", timeout=30).status_code for code in ("rooms", "servers", "x")
    ]

    assert answers == [404, 404, 404]

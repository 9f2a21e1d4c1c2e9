"""Open311: a client that we did not write, and the published schemas."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client, override_settings
from georeport import GeoReport
from jsonschema import Draft7Validator
from pytest_django.live_server_helper import LiveServer
from referencing import Registry, Resource

from tests.journeys.world import FOLDER
from tinhso.kernel import clock
from tinhso.society.field_reports.models import Report
from tinhso.society.field_reports.tests import makers

pytestmark = pytest.mark.conformance
NAMES = ("services", "service", "service-definition", "requests", "request")


@pytest.fixture
def check(vectors: Path) -> Callable[[str, Any], None]:
    """Checks an answer against one of the published schemas."""
    folder = vectors / "05-reports" / "georeport-v2-schema"
    if not folder.is_dir():
        pytest.skip("không có mẫu đối chiếu của Open311 (TINHSO_VECTORS)")
    read = {name: json.loads((folder / f"{name}.json").read_text(encoding="utf-8")) for name in NAMES}
    known: Registry[Any] = Registry().with_resources(
        (f"{name}.json", Resource.from_contents({"$schema": "http://json-schema.org/draft-07/schema#"} | told))
        for name, told in read.items()
    )

    def valid(name: str, told: Any) -> None:
        faults = [fault.message for fault in Draft7Validator(read[name], registry=known).iter_errors(told)]
        assert faults == []

    return valid


@pytest.mark.django_db
def test_answers_fit_the_published_schemas(check: Callable[[str, Any], None]) -> None:
    with override_settings(PROVINCE_DIR=FOLDER):
        place = makers.a_place()
        shown = makers.mended(place, clock.now(), request="a")
        makers.in_progress(place, clock.now(), category="an-ninh", text="Có đánh bạc trong nhà", request="b")
        read = {
            name: json.loads(Client().get(f"/open311/v2/{name}.json").content)
            for name in ("services", "services/duong", "services/rac", "requests", f"requests/{shown.ref}")
        }

    check("services", read["services"])
    check("service-definition", read["services/duong"])
    check("service-definition", read["services/rac"])
    check("requests", read["requests"])
    check("request", read[f"requests/{shown.ref}"][0])
    assert len(read["requests"]) == 2


@pytest.fixture(scope="module")
def served(own_database: None) -> Iterator[tuple[str, list[Report]]]:
    """An address, and two released reports to be read there."""
    with override_settings(PROVINCE_DIR=FOLDER):
        cache.clear()
        place = makers.a_place()
        shown = [makers.in_progress(place, clock.now(), request=name) for name in ("a", "b")]
        server = LiveServer("127.0.0.1")
        try:
            yield server.url, shown
        finally:
            server.stop()
            cache.clear()


@pytest.mark.parametrize("form", ["json", "xml"])
def test_a_client_that_we_did_not_write_reads_services_and_reports(served: tuple[str, list[Report]], form: str) -> None:
    address, shown = served
    client = GeoReport(f"{address}/open311/v2", jurisdiction="hai-song.example.vn", output_format=form)

    offered = client.get_service_list()
    definition = client.get_service_definition("duong")
    found = client.get_service_requests(service_code="rac", status="open")
    one = client.get_service_request(shown[0].ref)

    assert {"rac", "duong"} <= {service["service_code"] for service in offered}
    assert definition["service_code"] == "duong"
    assert {told["service_request_id"] for told in found} == {report.ref for report in shown}
    assert one["service_request_id"] == shown[0].ref

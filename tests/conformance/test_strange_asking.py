"""Machine interfaces are asked for what they do not describe: they refuse it in words, and never fall over."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.conformance import govstack_side as govstack
from tests.conformance.dhis2_side import AB, OPEN, a_value
from tests.conformance.strange import Asking, Door, must_be_strict
from tests.journeys.world import FOLDER, World
from tinhso.blocks.dhis2.queries.uids import uid
from tinhso.blocks.identity import queries as identity
from tinhso.blocks.identity import services as people
from tinhso.blocks.identity.tests.makers import a_unit
from tinhso.blocks.registers import services as registers
from tinhso.blocks.registers.contract import REGISTERS
from tinhso.blocks.surveys.contract import SURVEYS, declare_survey
from tinhso.blocks.surveys.tests import makers as surveys
from tinhso.government.public_services.tests import makers as catalogue
from tinhso.government.reporting.tests.test_pages import an_official
from tinhso.kernel import clock
from tinhso.project.cli.place import operator_actor
from tinhso.society.field_reports.tests import makers as field_reports
from tinhso.society.field_reports.tests.test_open311 import SENT, a_key

pytestmark = pytest.mark.conformance
FORM = "application/x-www-form-urlencoded"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
DAYS = {"start_date": "2024-01-01T00:00:00Z", "end_date": "2024-01-02T00:00:00Z", "page": "1", "page_size": "3"}
PAGING = {"firstResult": "0", "maxResult": "5", "sortBy": "created", "sortOrder": "asc"}


@pytest.mark.django_db
def test_open311_takes_nothing_strange(settings: Any) -> None:
    settings.PROVINCE_DIR = FOLDER
    place = field_reports.a_place()
    report = field_reports.in_progress(place, clock.now())
    key = a_key(place, "take field reports")
    found = DAYS | {"service_code": "duong", "status": "open", "q": "a", "locale": "vi", "extensions": "true"}
    said = {"api_key": key, "service_request_id": report.ref, "update_id": "1", "status": "open", "description": "x"}

    must_be_strict(
        Door({}),
        [
            Asking("GET", "/open311/v2/requests.json", found),
            Asking("GET", "/open311/v2/requests.xml", {"updated_after": "2024-01-01T00:00:00Z"}),
            Asking("GET", "/open311/v2/servicerequestupdates.json", DAYS),
            Asking("POST", "/open311/v2/requests.json", {}, SENT | {"api_key": key, "attribute[x]": "1"}, FORM),
            Asking("POST", "/open311/v2/servicerequestupdates.json", {}, said, FORM),
        ],
        is_open=lambda asking: "updates" in asking.path and asking.method == "POST",
    )


@pytest.mark.django_db
def test_govstack_takes_nothing_strange() -> None:
    units = govstack.a_place()
    catalogue.put(govstack.a_service("CH", "khac", "Chặt hạ cây"))
    mine, desk = (
        govstack.a_system("toi", units["XA"], "file cases"),
        govstack.a_system("ban", units["SO"], "receive cases"),
    )
    root, client = govstack.ROOT, {"Information-Mediator-Client": govstack.CLIENT}
    form = {"eFormId": "", "data": {"a": "b"}}
    body = {"applicantId": "nguoi-1", "applicationName": "x", "formData": form, "documentUrls": ["http://x/y"]}
    filed = mine.browser.generic(
        "POST",
        f"{root}/services/CH/applications",
        b'{"applicantId": "n"}',
        "application/json",
        headers=client | {"Authorization": f"Bearer {mine.token}"},
    )
    file = filed.json()["fileId"]
    days = {"startDate": "2024-01-01", "endDate": "2024-01-02", "operator": "x", "role": "y", "timeframe": "day"}

    must_be_strict(
        Door(client | {"Authorization": f"Bearer {mine.token}"}),
        [
            Asking("GET", f"{root}/services", {"name": "x"}),
            Asking("GET", f"{root}/applications", PAGING | {"serviceId": "x", "applicantId": "y"}),
            Asking("GET", f"{root}/data/statistics", days),
            Asking("POST", f"{root}/services/CH/applications", {}, body | {"created": "2024-01-01T00:00:00Z"}),
            Asking("PUT", f"{root}/applications/{file}", {}, body),
        ],
        is_open=lambda asking: asking.method == "PUT",  # nothing was asked for
    )
    must_be_strict(
        Door({"Authorization": f"Bearer {desk.token}"}),
        [
            Asking("GET", f"{root}/tasks", PAGING | {"mainTaskId": "x", "fileId": "y", "assigneeId": "z"}),
            Asking(
                "POST",
                f"{root}/tasks/{file}:1/complete",
                {},
                {"data": {"decision": "APPROVED", "note": {"value": "y"}}},
            ),
        ],
    )


@pytest.fixture
def survey() -> Iterator[str]:
    """A survey that anybody fills in."""
    before = dict(SURVEYS)
    SURVEYS.clear()
    yield declare_survey(surveys.a_survey(may_fill=lambda _by: True)).code
    SURVEYS.clear()
    SURVEYS.update(before)


@pytest.mark.django_db
def test_odk_takes_nothing_strange(survey: str) -> None:
    surveys.published()
    commune = a_unit("xa")
    person, now = an_official("A", commune, "see trees", "manage trees"), clock.now()
    secret = people.make_token(
        person=person,
        name="x",
        rights=["see trees", "manage trees"],
        expires_at=now.replace(year=now.year + 1),
        by=identity.actor_for(person),
        now=now,
    )[1]
    root = f"/odk/v1/projects/1/forms/{survey}"
    door, form = Door({"Authorization": f"Bearer {secret}"}), surveys.a_form()
    taken = door.client.post(f"{root}/submissions", form, "application/xml", headers=door.headers)
    one = f"{root}/submissions/{taken.json()['instanceId']}"
    filtering = {
        "$top": "1",
        "$skip": "0",
        "$count": "true",
        "$filter": "__system/submissionDate gt 2024-01-01T00:00:00Z",
    }

    must_be_strict(
        door,
        [
            Asking("GET", "/odk/formList", {"formID": survey, "verbose": "true"}),
            Asking("GET", f"/odk/forms/{survey}", {"version": "1"}),
            Asking("GET", f"/odk/forms/{survey}/manifest", {"version": "1"}),
            Asking("GET", f"{root}/submissions.csv", {"attachments": "true"}),
            Asking("GET", f"{root}.svc/Submissions", filtering),
            Asking("POST", "/odk/v1/sessions", {}, {"email": "A", "password": secret}),
            Asking("POST", f"{root}/submissions", {"deviceID": "x"}, form, "application/xml"),
            Asking("PUT", one, {}, form, "application/xml"),
            Asking("PATCH", one, {}, {"reviewState": "approved"}),
            Asking("POST", f"{one}/comments", {}, {"body": "x"}),
            Asking("POST", f"{one}/attachments/x.jpg", {}, b"x", "image/jpeg"),
        ],
        is_open=lambda asking: asking.method == "PUT" or "attachments/" in asking.path,
    )
    broken = [b"", b"<", b"<a>", b"<!DOCTYPE a><a/>", b"\xff\xfe", form.replace(b"</data>", b"")]
    kinds = ["application/xml", "text/plain", "multipart/form-data", "multipart/form-data; boundary=x"]
    sent = [
        Asking("POST", path, {}, body, kind)
        for path in ("/odk/submission", f"{root}/submissions")
        for body in broken
        for kind in kinds
    ]
    assert {door.ask(asking, "", asking.body) // 100 for asking in sent} == {4}


@pytest.mark.django_db
def test_ogc_features_take_nothing_strange(province: World) -> None:
    where = {"longitude": 107.02, "latitude": 15.05}
    values = {"code": "D1", "name": "Đường 1", "unit": "AB", "kind": "lan", "mbps": 10} | where
    registers.add_record(register=REGISTERS["lines"], by=operator_actor(), now=clock.now(), values=values)
    asked = {"limit": "2", "offset": "0", "bbox": "107,15,108,16", "bbox-crs": CRS84, "crs": CRS84, "kind": "lan"}

    must_be_strict(
        Door({}),
        [
            Asking("GET", "/ogc/collections", {"f": "json"}),
            Asking("GET", "/ogc/collections/lines/items", asked | {"datetime": "2024-01-01/.."}),
        ],
    )


def test_dhis2_takes_nothing_strange(province: World, token: Callable[..., str]) -> None:
    values = {"dataSet": uid("form", "CX"), "period": OPEN, "orgUnit": AB, "dataValues": [a_value()]}
    analytics = {"dimension": f"dx:{uid('indicator', 'CX-2')}", "skipMeta": "true", "relativePeriodDate": "2023-05-10"}
    span = {"dataSet": uid("form", "CX"), "orgUnit": AB, "period": OPEN, "children": "true", "limit": "5"}

    must_be_strict(
        Door({"Authorization": f"ApiToken {token('quan-tri')}"}),
        [
            Asking(
                "GET",
                "/dhis2/api/dataElements.json",
                {"fields": "id", "filter": "name:like:a", "page": "1", "pageSize": "5", "order": "name:asc"},
            ),
            Asking("GET", "/dhis2/api/analytics", analytics | {"filter": "ou:LEVEL-1", "columns": "dx"}),
            Asking("GET", "/dhis2/api/dataValueSets", span),
            Asking("POST", "/dhis2/api/dataValueSets", {"dryRun": "true", "idScheme": "UID"}, values),
        ],
        is_open=lambda asking: "analytics" in asking.path or asking.method == "POST",
    )


def test_sdmx_takes_nothing_strange(province: World) -> None:
    data, structure = "/sdmx/3.0/data/dataflow/*/INDICATORS/*/*", "/sdmx/3.0/structure/dataflow/*/*/*"

    must_be_strict(
        Door({}),
        [
            Asking("GET", data, {"c[TIME_PERIOD]": "ge:2023-01", "firstNObservations": "1", "attributes": "dsd"}),
            Asking("GET", structure, {"references": "none", "detail": "full"}),
            Asking(
                "GET", structure.replace("structure", "availability") + "/*", {"mode": "exact", "references": "none"}
            ),
        ],
        is_open=lambda _asking: True,
    )

"""Data queries: each figure is what the readings say, to whom they say it, in every format."""

import csv
import io
import json
import tracemalloc
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import repeat
from typing import Any

import jsonschema_rs
import pytest
from django.conf import settings
from django.test import Client

from tinhso.blocks.audit.models import Entry
from tinhso.blocks.identity.models import Person, Role
from tinhso.blocks.identity.tests import makers as a
from tinhso.blocks.indicators.tests import makers
from tinhso.blocks.sdmx.queries import DataQuestion, observations, sdmx_desk
from tinhso.blocks.sdmx.queries.data_csv import Columns, data_csv
from tinhso.blocks.sdmx.queries.data_json import data_json
from tinhso.blocks.sdmx.queries.data_xml import data_xml
from tinhso.blocks.sdmx.queries.filters import component_filter, parse_keys
from tinhso.blocks.sdmx.queries.shapes import DataflowAnswer, DataForm
from tinhso.blocks.sdmx.tests.sdmx_world import (
    BASE,
    FINISHED,
    OFFICIAL,
    ON_TIME,
    PUBLISHED_AT,
    flow,
    published,
    released_reading,
    world,
)
from tinhso.blocks.sdmx.tests.test_sdmx_structures import SCHEMAS
from tinhso.blocks.units.models import Unit
from tinhso.kernel.actor import NOBODY, Actor, program_actor

__all__ = ["world"]
pytestmark = pytest.mark.usefixtures("world")
CSV = {"Accept": "application/vnd.sdmx.data+csv;version=2.0.0"}
TRUSTED = program_actor("trusted", rights=["see indicators", "see restricted indicators"])


@pytest.fixture(scope="module")
def data_schema() -> jsonschema_rs.Validator:
    text = SCHEMAS.joinpath("json/sdmx20/sdmx-json-data-schema.json").read_text()
    return jsonschema_rs.validator_for(json.loads(text), validate_formats=True)


def rows(client: Client, address: str) -> list[dict[str, str]]:
    answer = client.get(address, headers=CSV)
    assert answer.status_code == 200, answer.content
    return list(csv.DictReader(io.StringIO(body(answer))))


def an_official_of(unit: Unit) -> Person:
    person = a.a_person()
    role = Role.objects.create(code="reader", name="Đọc", rights=["see indicators"])
    a.a_post(person, unit, role)
    return person


def body(answer: Any) -> str:
    return b"".join(answer.streaming_content).decode()


def seen(by: Actor, key: str = "*", **filters: str) -> list[Any]:
    at = sdmx_desk(by)
    narrowed = {name: component_filter(name, text) for name, text in filters.items()}
    return list(observations(at, DataQuestion(at.flows["INDICATORS"], parse_keys(key), narrowed)))


def test_each_figure_is_what_the_reading_says(client: Client) -> None:
    readings = released_reading(ON_TIME, "p", NOBODY)

    found = rows(client, flow(key="M.D-2.Up.published._T"))

    assert [row["TIME_PERIOD"] for row in found] == list(readings) == ["2024-05", "2024-06", "2024-07"]
    for row in found:
        reading = readings[row["TIME_PERIOD"]]
        assert float(row["OBS_VALUE"]) == round(float(reading.value), 2)
        assert (row["NUMERATOR"], row["DENOMINATOR"]) == (f"{reading.count:f}", f"{reading.out_of:f}")
        assert (row["REPORTED"], row["EXPECTED"]) == (str(reading.reported), str(reading.expected))
        assert (row["OBS_STATUS"], row["CONF_STATUS"], row["UNIT_MEASURE"]) == ("A", "F", "PCT")
        assert row["MARGIN"] == ""


def test_an_estimate_says_how_far_it_may_be_off() -> None:
    exact = seen(OFFICIAL, "M.D-1.Ua1.published.DOSSIERS__channel__online")[0]
    reading = replace(exact.reading, indicator=replace(exact.reading.indicator, sample=16))

    estimate = replace(exact, reading=reading)

    assert estimate.value_of("MARGIN") == reading.margin == Decimal(59)  # 1.96 × √(15 × 60), upwards
    assert estimate.text("MARGIN") == "59"


def test_a_breakdown_is_asked_for_by_its_code() -> None:
    found = seen(OFFICIAL, "M.D-1.Ua1.published.DOSSIERS__channel__online")

    assert [(one.period, one.value) for one in found] == [("2024-05", "60")]


def test_a_small_count_is_withheld_from_the_public_and_told_to_officials(client: Client) -> None:
    address = flow(key="M.D-1.Ub2.published._T")

    public = rows(client, f"{address}?c[TIME_PERIOD]=2024-05")[0]

    assert (public["OBS_VALUE"], public["NUMERATOR"], public["DENOMINATOR"]) == ("NaN", "", "")
    assert (public["OBS_STATUS"], public["CONF_STATUS"]) == ("Q", "C")
    assert seen(OFFICIAL, "M.D-1.Ub2.published._T", TIME_PERIOD="2024-05")[0].value == "3"


def test_a_figure_for_officials_has_no_value_for_the_public_in_any_format(client: Client) -> None:
    address = flow(key="M.D-2.Ua1.published._T")

    found = rows(client, address)
    texts = [body(client.get(f"{address}?format={name}")) for name in ("json", "xml")]

    assert {(row["OBS_VALUE"], row["OBS_STATUS"], row["CONF_STATUS"]) for row in found} == {("NaN", "Q", "N")}
    value = next(iter(released_reading(ON_TIME, "a1", OFFICIAL).values())).value
    assert all(f"{value:.2f}" not in text for text in texts)
    assert seen(OFFICIAL, "M.D-2.Ua1.published._T")[0].value == f"{value:.2f}"


def test_filters_on_values_do_not_reveal_what_is_withheld() -> None:
    assert seen(OFFICIAL, "M.D-1.Ub2.published._T", OBS_VALUE="le:4")
    assert seen(NOBODY, "M.D-1.Ub2.published._T", OBS_VALUE="le:4") == []
    assert seen(NOBODY, "M.D-1.Ub2.published._T", NUMERATOR="ge:0", TIME_PERIOD="2024-05") == []


def test_each_reader_finds_the_indicators_that_are_theirs() -> None:
    def known(by: Actor) -> set[str]:
        return {one.key[1] for one in seen(by)}

    assert known(NOBODY) == {"D-1", "D-2"}
    assert known(OFFICIAL) == {"D-1", "D-2", "D-3"}
    assert known(TRUSTED) == {"D-1", "D-2", "D-3", "D-4"}


def test_a_figure_that_cannot_be_known_says_so() -> None:
    split = seen(OFFICIAL, "M.D-1.Ux.current._T", TIME_PERIOD="2024-05")

    assert [(one.value, one.status) for one in split] == [("", "L")]


def test_keys_lists_and_filters_meet_in_the_same_observations() -> None:
    by_keys = seen(OFFICIAL, "M.D-1.Ua1.published._T,M.D-1.Ub2.published._T")
    by_or = seen(OFFICIAL, "M.D-1.Ua1+Ub2.published._T")
    by_filters = seen(OFFICIAL, FREQ="M", INDICATOR="D-1", REF_AREA="Ua1,Ub2", BASIS="published", BREAKDOWN="_T")

    keys_of = [[(one.key, one.period) for one in found] for found in (by_keys, by_or, by_filters)]
    assert keys_of[0] == keys_of[1] == keys_of[2]
    assert len({one.key for one in by_keys}) == 2


def test_no_observation_is_told_twice() -> None:
    found = [(one.key, one.period) for one in seen(TRUSTED, "M.*,*.D-1,*.*.Ua1")]

    assert len(found) == len(set(found)) > 0


def test_only_the_ends_of_a_series(client: Client) -> None:
    ends = {
        "firstNObservations=1": ["2024-05"],
        "lastNObservations=1": ["2024-07"],
        "firstNObservations=1&lastNObservations=1": ["2024-05", "2024-07"],
        "lastNObservations=9": ["2024-05", "2024-06", "2024-07"],
        "offset=1&limit=1": ["2024-06"],
    }

    found = {end: rows(client, f"{flow(key='M.D-1.Up.published._T')}?{end}") for end in ends}

    assert {end: [row["TIME_PERIOD"] for row in mine] for end, mine in found.items()} == ends


def test_only_what_became_known_after_a_moment(client: Client) -> None:
    address = flow(key="M.D-1.Up.published._T")

    assert rows(client, f"{address}?updatedAfter=2023-12-31T00:00:00+07:00")
    assert client.get(f"{address}?updatedAfter=2024-02-01", headers=CSV).status_code == 404


def test_the_figures_as_they_were_at_a_past_moment(client: Client) -> None:
    makers.dossiers([("x", "2024-08", "desk", 500, 400, 1, "1")])
    published(PUBLISHED_AT + timedelta(days=10))
    address = flow(key="M.D-1.Ux.published._T")

    now = rows(client, address)
    then = rows(client, f"{address}?asOf=2025-01-05T00:00:00Z")

    assert [row["TIME_PERIOD"] for row in now] == ["2024-07", "2024-08"]
    assert [row["TIME_PERIOD"] for row in then] == ["2024-07"]
    assert client.get(f"{address}?asOf=2020-01-01T00:00:00Z").status_code == 404
    assert client.get(f"{address}?asOf=2024-06-01&updatedAfter=2024-07-01").status_code == 400


def test_json_is_valid_and_says_the_same_however_it_is_grouped(client: Client, data_schema: Any) -> None:
    expected = {(*one.key, one.period): (float(one.value) if one.value else None, one.status) for one in seen(NOBODY)}
    shapes = ["", "&attributes=none", "&measures=none", "&attributes=none&measures=none", "&attributes=OBS_STATUS"]

    for at in ("TIME_PERIOD", "AllDimensions", "REF_AREA"):
        for more in shapes:
            message = json.loads(body(client.get(f"{flow()}?dimensionAtObservation={at}{more}")))
            assert list(data_schema.iter_errors(message)) == [], (at, more)
            if more in ("", "&attributes=OBS_STATUS"):
                assert unpacked(message) == expected


def unpacked(message: dict[str, Any]) -> dict[tuple[str, ...], tuple[float | None, str]]:
    """Every observation by its full key, read as the specification of SDMX-JSON 2.0 describes."""
    found = {}
    for data_set in message["data"]["dataSets"]:
        shape = message["data"]["structures"][data_set["structure"]]
        series, inside = (shape["dimensions"][level] for level in ("series", "observation"))
        statuses = shape["attributes"]["observation"][0]["values"]
        groups = data_set.get("series", {"": {"observations": data_set.get("observations", {})}})
        for outer, group in groups.items():
            for inner, values in group["observations"].items():
                places = [int(place) for place in f"{outer}:{inner}".strip(":").split(":")]
                named = {
                    dim["keyPosition"]: dim["values"][place].get("id") or dim["values"][place]["value"]
                    for dim, place in zip([*series, *inside], places, strict=True)
                }
                key = tuple(named[place] for place in sorted(named))
                assert key not in found
                found[key] = (values[0], statuses[values[1]]["id"])
    return found


WRONG = {
    "data/dataflow/*/nope": 404,
    "data/dataflow/NOBODY/INDICATORS": 404,
    "data/dataflow/*/INDICATORS/2.0": 404,
    "data/dataflow/*/INDICATORS/~/M.NOPE": 404,
    "data/provisionagreement/*/X": 404,
    "data/nope": 400,
    "data/dataflow/*/INDICATORS/~/a.b.c.d.e.f": 400,
    'data/dataflow/*/INDICATORS/~/M.\'; DROP TABLE "DOSSIERS"; --': 400,
    "data/dataflow/*/INDICATORS/~/*?c[TIME_PERIOD]=ge:2024-01') OR TRUE --": 400,
    "data/dataflow/*/INDICATORS/~/*?c[REF_AREA]=x') OR ('1'='1": 404,
    "data?c[FREQ]=M&c[FREQ]=A": 400,
    "data?firstNObservations=0": 400,
    "data?firstNObservations=1e9": 400,
    "data?limit=99999999999999999999": 400,
    "data?updatedAfter=yesterday": 400,
    "data?attributes=NOPE": 400,
    "data?measures=NOPE": 400,
    "data?dimensionAtObservation=NOPE": 400,
    "data?dimensionAtObservation=INDICATOR": 501,
    "data?includeHistory=true": 501,
    "data?sort=TIME_PERIOD": 501,
    "data?format=pdf": 406,
    "data?c[SOURCE]=%00": 400,
    "data?c[SOURCE]=%ff": 400,
    "data/dataflow/*/INDICATORS/~/" + "M," * 9000: 414,
    "availability?mode=nope": 400,
    "availability/dataflow/*/INDICATORS/~/*/NOPE": 400,
    "availability/dataflow/*/INDICATORS/~/M.NOPE": 404,
}


def test_a_wrong_or_hostile_question_is_refused_and_harms_nothing(client: Client) -> None:
    before = [(one.key, one.period, one.value) for one in seen(TRUSTED)]

    answers = {address: client.get(f"{BASE}/{address}") for address in WRONG}

    assert {address: answer.status_code for address, answer in answers.items()} == WRONG
    assert all(answer.json()["errors"][0]["code"] == answer.status_code for answer in answers.values())
    assert [(one.key, one.period, one.value) for one in seen(TRUSTED)] == before


def test_availability_counts_what_a_data_query_would_tell(client: Client) -> None:
    address = flow(key="M.D-1").replace("/data/", "/availability/")
    expected = seen(NOBODY, "M.D-1")

    answer = client.get(address).json()["data"]["dataConstraints"][0]

    counts = {note["id"]: int(note["title"]) for note in answer["annotations"]}
    values = {
        one["id"]: {value["value"] for value in one.get("values", [])} for one in answer["cubeRegions"][0]["keyValues"]
    }
    assert counts == {"obs_count": len(expected), "series_count": len({one.key for one in expected})}
    assert values["REF_AREA"] == {one.key[2] for one in expected}
    assert values["BREAKDOWN"] == {one.key[4] for one in expected}


def test_availability_can_show_what_else_may_be_chosen(client: Client) -> None:
    address = flow(key="M.D-1.Ua1.published._T").replace("/data/", "/availability/")

    def areas(more: str) -> set[str]:
        answer = client.get(f"{address}/REF_AREA{more}").json()["data"]["dataConstraints"][0]
        return {value["value"] for value in answer["cubeRegions"][0]["keyValues"][0]["values"]}

    assert areas("") == {"Ua1"}
    assert {"Ua1", "Ua2", "Up"} <= areas("?mode=available")


def test_nothing_changes_until_something_is_published(client: Client) -> None:
    address = flow(key="M.D-1.Up.published._T")
    first = client.get(address, headers=CSV)

    again = client.get(address, headers=CSV | {"If-None-Match": first.headers["ETag"]})
    as_json = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    published(PUBLISHED_AT + timedelta(days=1))
    later = client.get(address, headers=CSV | {"If-None-Match": first.headers["ETag"]})

    assert first.headers["Last-Modified"] == "Tue, 31 Dec 2024 00:00:00 GMT"
    assert (again.status_code, as_json.status_code, later.status_code) == (304, 200, 200)


def test_answers_say_on_what_they_depend_and_are_read_only(client: Client) -> None:
    answer = client.get(flow(key="M.D-1.Up"), headers={"Accept-Encoding": "gzip"})

    assert {"Accept", "Accept-Language", "Authorization"} <= set(answer.headers["Vary"].split(", "))
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert [client.generic(method, flow()).status_code for method in ("POST", "PUT", "DELETE")] == [405, 405, 405]
    assert client.get(flow(), headers={"Authorization": "Bearer nonsense"}).status_code == 401


def test_before_the_first_publication_there_is_nothing_and_no_error(client: Client) -> None:
    from tinhso.blocks.indicators.models import Snapshot

    Snapshot.objects.all().delete()

    assert client.get(flow()).status_code == 404
    assert client.get(f"{BASE}/structure/dataflow").status_code == 200


def test_the_value_is_rounded_as_the_indicator_is_published() -> None:
    found = seen(OFFICIAL, "M.D-2.Ua1.published._T", TIME_PERIOD="2024-05")[0]

    assert (found.value, found.text("NUMERATOR"), found.text("DENOMINATOR")) == ("85.00", "85", "100")
    assert FINISHED.decimals == 0
    assert datetime.fromisoformat(found.text("LAST_UPDATE")).tzinfo in (UTC, datetime.now(UTC).tzinfo)


def test_who_takes_figures_away_is_written_down_unless_they_are_for_everybody(client: Client) -> None:
    person = an_official_of(Unit.objects.get(ref="p"))
    body(client.get(flow(key="M.D-1"), headers=CSV))
    client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[-1])

    body(client.get(flow(key="M.D-3"), headers=CSV))

    written = Entry.objects.filter(did="exported")
    assert [(one.subject, (one.after or {})["form"]) for one in written] == [("INDICATORS", "csv")]


@pytest.mark.parametrize("name", ["csv", "json", "xml"])
def test_a_long_answer_takes_no_more_memory_than_a_short_one(name: str) -> None:
    at, one = sdmx_desk(OFFICIAL), seen(OFFICIAL, "M.D-1.Up.published._T")[0]
    asked = DataQuestion(at.flows["INDICATORS"], at="AllDimensions")
    write: Any = {
        "csv": lambda answers: data_csv(at, answers, DataForm(), Columns()),
        "json": lambda answers: data_json(at, answers, DataForm(), now=PUBLISHED_AT),
        "xml": lambda answers: data_xml(at, answers, DataForm(), now=PUBLISHED_AT),
    }[name]

    def peak(count: int) -> int:
        tracemalloc.start()
        for _chunk in write([DataflowAnswer(asked, repeat(one, count))]):
            pass
        highest = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return highest

    peak(10)
    assert peak(20_000) < peak(2_000) + 200_000

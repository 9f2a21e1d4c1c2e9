import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tinhso.blocks.identity.models import Person
from tinhso.blocks.identity.queries import actor_for
from tinhso.blocks.indicators import contract
from tinhso.blocks.indicators.contract import Box, CounterRead, DayCounter, Happening, Layer, Spot
from tinhso.blocks.units.models import Boundary, Unit
from tinhso.ioc.queries import frame as frames
from tinhso.ioc.queries import wall_day, walls
from tinhso.ioc.queries.wall_map import in_time
from tinhso.ioc.queries.walls import Scene
from tinhso.ioc.tests.makers import dossiers, published, text_of
from tinhso.kernel import clock
from tinhso.kernel.errors import Refused
from tinhso.kernel.reads import DeferredRead
from tinhso.ui.round_trips import read_together

pytestmark = pytest.mark.usefixtures("centre")
MONDAY_MORNING = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # 08:00 in Việt Nam
MONDAY_NIGHT = datetime(2026, 11, 23, 15, 30, tzinfo=UTC)  # 22:30


@pytest.fixture
def seen(reader: Client) -> Client:
    """A reader of a province in which cases of two months were published."""
    published(*dossiers("2024-07", "x", "y"), *dossiers("2024-08", "x", "y"))
    return reader


def write_walls(text: str) -> None:
    (Path(django_settings.PROVINCE_DIR) / "walls.toml").write_text(text, encoding="utf-8")


def codes(client: Client, name: str) -> list[str]:
    """The scenes of a wall in order, as its pages lead from one to the next."""
    found: list[str] = []
    address = client.get(f"/wall/{name}/").headers["Location"]
    while (code := address.split("/")[-2]) not in found:
        found.append(code)
        answer = client.get(address, headers={"X-Live": "1"}).content.decode()
        address = re.search(r'data-next="([^"]+)"', answer)[1]  # type: ignore[index]
    return found


def outline(*refs: str) -> None:
    """A square for each unit, side by side."""
    for number, ref in enumerate(refs):
        ring = [[number, 0], [number + 1, 0], [number + 1, 1], [number, 1], [number, 0]]
        geometry = {"type": "Polygon", "coordinates": [ring]}
        Boundary.objects.create(unit=Unit.objects.get(ref=ref), geometry=geometry, schematic=True, source="t")


def test_a_province_that_says_nothing_has_one_wall_of_all_there_is(seen: Client) -> None:
    assert codes(seen, "chung")[:4] == ["overview", "today", "domain-services", "attention"]


def test_a_province_chooses_its_walls_scenes_and_seconds(seen: Client) -> None:
    write_walls('[[wall]]\ncode = "sanh"\nname = "Sảnh"\nunit = "x"\n[[wall.scene]]\nshow = "today"\nseconds = 45\n')

    scene = seen.get("/wall/sanh/today/", headers={"X-Live": "1"}).content.decode()

    assert codes(seen, "sanh") == ["today"]
    assert 'data-seconds="45"' in scene
    assert "Đơn vị x" in text_of(seen, "/wall/sanh/today/")
    assert "Sảnh" in text_of(seen, "/walls/")


def test_a_scene_is_shown_only_in_its_hours_and_on_its_days() -> None:
    office = Scene("overview", days=(1, 2, 3, 4, 5), since="07:00", until="17:30")
    night = Scene("today", since="22:00", until="05:00")

    assert office.is_due(MONDAY_MORNING)
    assert not office.is_due(MONDAY_NIGHT)
    assert not office.is_due(MONDAY_MORNING.replace(day=22))
    assert night.is_due(MONDAY_NIGHT)
    assert not night.is_due(MONDAY_MORNING)


def test_when_nothing_is_due_the_overview_stays(seen: Client) -> None:
    write_walls('[[wall]]\ncode = "m"\n[[wall.scene]]\nshow = "domain"\nabout = "khong-co"\n')

    assert codes(seen, "m") == ["overview"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[[wall]]\ncode = "m"\n[[wall.scene]]\nshow = "phim"', "không có cảnh “phim”"),
        ('[[wall]]\ncode = "m"\n[[wall.scene]]\nshow = "today"\nseconds = 1', "seconds từ 5 đến 600"),
        ('[[wall]]\ncode = "Màn hình"', "chữ không dấu"),
        ("[[wall", "walls.toml"),
    ],
)
def test_a_wrong_file_is_refused_naming_the_place(text: str, said: str) -> None:
    write_walls(text)

    with pytest.raises(Refused, match=said):
        walls.screens()


@pytest.mark.parametrize("address", ["/wall/khong-co/", "/wall/chung/khong-co/", "/wall/chung/domain-khong-co/"])
def test_what_no_wall_shows_is_a_page_not_found(address: str, seen: Client) -> None:
    assert seen.get(address).status_code == 404


def test_a_scene_whose_turn_is_over_still_opens_and_leads_on(seen: Client) -> None:
    scene = seen.get("/wall/chung/unit-y/", headers={"X-Live": "1"})

    assert scene.status_code == 200
    assert "/wall/chung/" in scene.content.decode()


def test_each_commune_has_its_turn(seen: Client, leader: Person) -> None:
    at = frames.snapshot_frame(actor_for(leader))
    top = at.places.by_ref["p"]
    communes = {node.ref for node in at.places.communes(top, at.places.day)}

    shown = {walls.spotlight_unit(at, top, MONDAY_MORNING.replace(minute=minute)) for minute in range(0, 60, 5)}

    assert shown == communes


def test_scenes_cost_few_statements_and_are_small(seen: Client) -> None:
    for scene in codes(seen, "chung"):
        address = f"/wall/chung/{scene}/"
        seen.get(address, headers={"X-Live": "1"})
        with CaptureQueriesContext(connection) as asked:
            answer = seen.get(address, headers={"X-Live": "1"})
        assert len(asked) <= 8, (scene, [one["sql"][:90] for one in asked])
        assert len(answer.content) < 120_000, scene


def test_counters_of_the_day_are_read_at_once_without_a_snapshot(seen: Client, monkeypatch: Any) -> None:
    counted = [3]

    def provider(units: frozenset[int], now: datetime) -> CounterRead:
        counter = DayCounter(
            "c", "Hồ sơ tiếp nhận", counted[0], now, "sổ hồ sơ", out_of=10, heard=("cases.CaseOpened",)
        )
        return DeferredRead(Unit.objects.none().values(), lambda _rows: [counter])

    monkeypatch.setattr(contract, "COUNTER_PROVIDERS", [provider])
    before = text_of(seen, "/wall/chung/today/")
    counted[0] = 4

    after = seen.get("/wall/chung/today/").content.decode()

    assert "Hồ sơ tiếp nhận 3 / 10" in before
    assert "Người đã làm việc trên hệ thống" in before
    assert ">4<" in after
    assert "cases.CaseOpened" in after


def test_what_goes_on_now_is_on_the_map_and_in_a_list_and_drawn_anew_when_it_changes(
    seen: Client, monkeypatch: Any
) -> None:
    outline("x", "y")
    asked: list[Any] = []

    def provider(units: frozenset[int], box: Box, across: int, now: datetime) -> Layer:
        asked.append((units, box))
        first = Happening("Đường hỏng", "/field-reports/PA-1/", "Xã x", now, tone="bad")
        return Layer("r", "Việc đang mở", 7, (Spot(0.5, 0.5, 7, urgent=2),), (first,), "sổ", heard=("reports.Came",))

    monkeypatch.setattr(contract, "LAYER_PROVIDERS", [provider])
    scene = seen.get("/wall/chung/live/", headers={"X-Live": "1"}).content.decode()
    page = seen.get("/map/live/").content.decode()

    ((units, (west, south, east, north)), _again) = asked
    assert units == frozenset()
    assert west < 0.5 < east < 2.1
    assert south < 0.5 < north < 1.1
    for html in (scene, page):
        assert "7 đang mở, 2 gấp hoặc trễ" in html
        assert "Đường hỏng" in html
        assert "reports.Came" in html


def test_a_commune_counts_its_own_and_is_not_told_of_people(seen: Client, monkeypatch: Any) -> None:
    asked: list[frozenset[int]] = []

    def provider(units: frozenset[int], now: datetime) -> CounterRead:
        asked.append(units)
        return DeferredRead(Unit.objects.none().values(), lambda _rows: [])

    monkeypatch.setattr(contract, "COUNTER_PROVIDERS", [provider])

    page = text_of(seen, "/wall/chung/today/?unit=x")

    assert asked == [frozenset({Unit.objects.get(ref="x").pk})]
    assert "Người đã làm việc" not in page


def test_figures_that_were_read_long_ago_are_called_old(seen: Client) -> None:
    page = seen.get("/wall/chung/overview/").content.decode()

    assert "data-stale hidden" not in page
    assert "SỐ LIỆU CŨ" in page


def test_the_map_in_time_stands_on_the_units_of_each_month(reader: Client, leader: Person) -> None:
    published(*dossiers("2024-01", "a1", "a2"), *dossiers("2024-08", "x", "y"))
    outline("a1", "a2", "x", "y")
    at = frames.snapshot_frame(actor_for(leader))
    seen = frames.view_of(at, actor_for(leader), unit="p")
    assert seen is not None

    found = in_time(at, seen, at.catalogue.indicators["D-2"])

    assert found is not None
    by_period = {step.period: {node.ref for node in found.eras[step.era].nodes} for step in found.steps}
    assert {"a1", "a2"} <= by_period["2024-01"]
    assert by_period["2024-08"] == {"x", "y"}
    assert found.classes[0].low <= found.classes[-1].high


def test_a_wall_without_outlines_says_what_to_do(seen: Client) -> None:
    assert "tinhso load-boundaries" in text_of(seen, "/wall/chung/time-D-2/")


def test_outlines_are_asked_for_once_and_kept(seen: Client) -> None:
    outline("x", "y")
    page = seen.get("/indicators/D-2/?unit=p&period=2024-08").content.decode()
    address = re.search(r'"areas":"([^"]+)"', page)[1].replace("\\u0026", "&")  # type: ignore[index]

    first = seen.get(address)
    again = seen.get(address, headers={"If-None-Match": first.headers["ETag"]})

    assert [one["properties"]["ref"] for one in first.json()["features"]] == ["x", "y"]
    assert "max-age=604800" in first.headers["Cache-Control"]
    assert "private" in first.headers["Cache-Control"]
    assert again.status_code == 304


def test_amounts_are_circles_and_shares_are_shades_unless_the_address_says_otherwise(seen: Client) -> None:
    outline("x", "y")

    amount = seen.get("/indicators/D-1/?unit=p&period=2024-08").content.decode()
    share = text_of(seen, "/indicators/D-2/?unit=p&period=2024-08")
    cut = text_of(seen, "/indicators/D-2/?unit=p&period=2024-08&breaks=natural")

    assert 'class="mp"' in amount
    assert "diện tích vòng tròn tỷ lệ với số lượng" in amount
    assert "mỗi màu có số đơn vị gần bằng nhau" in share
    assert "khoảng cắt tự nhiên (Fisher – Jenks)" in cut


@pytest.mark.django_db
def test_the_day_of_a_counter_begins_at_midnight_in_viet_nam() -> None:
    ((counter,),) = read_together([wall_day.people_today(MONDAY_MORNING)])

    assert clock.local(counter.since).strftime("%H:%M %d") == "00:00 23"

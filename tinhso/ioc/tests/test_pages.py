from dataclasses import replace
from typing import Any

import pytest
from cachetools import TTLCache
from django.test import Client

from tinhso.blocks.identity.tests import makers as people
from tinhso.blocks.indicators import contract
from tinhso.blocks.indicators.contract import Fact, Record, RecordQuery
from tinhso.blocks.indicators.models import Claim
from tinhso.blocks.indicators.tests import makers as facts
from tinhso.blocks.indicators.tests.conftest import refresh
from tinhso.blocks.units.models import Unit
from tinhso.ioc.pages import wall_scenes as pages
from tinhso.ioc.queries import kept
from tinhso.ioc.queries import wall as walls
from tinhso.ioc.queries.frame import SnapshotFrame, UnitView
from tinhso.ioc.tests.conftest import logged_in
from tinhso.ioc.tests.makers import dossiers, published, text_of

pytestmark = pytest.mark.usefixtures("centre")
ADDRESSES = [
    "/wall/",
    "/tuan-nay/",
    "/domains/",
    "/domains/services/",
    "/indicators/D-2/",
    "/indicators/D-2/records/",
    "/indicators/D-2.csv",
    "/indicators/D-2.xlsx",
    "/ioc/units/x/",
    "/search/?q=ho",
    "/figures/",
    "/units/",
    "/units/x/",
]


def test_before_the_first_snapshot_pages_say_what_would_be_here(reader: Client) -> None:
    facts.a_catalogue()

    assert "Chưa có bản chụp số liệu nào" in text_of(reader, "/wall/")


def test_the_wall_shows_the_newest_number_of_a_domain_and_until_when_it_is_true(reader: Client) -> None:
    published(*dossiers("2024-07", "x"), *dossiers("2024-08", "x", "y"))

    wall = text_of(reader, "/wall/")

    assert "Dịch vụ Hồ sơ đã giải quyết 30 hồ sơ 8/2024" in wall
    assert "Số liệu đúng đến 07:00 31/12/2024" in wall


def test_the_wall_leads_to_all_that_miss_their_target_when_it_has_no_room_for_them(
    reader: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    published(*dossiers("2024-08", "x", "y"))
    ask = walls.cached_wall

    def with_two_missed(at: SnapshotFrame, seen: UnitView) -> walls.Wall:
        page = walls.domain_page(at, seen, "services")
        return replace(ask(at, seen), missed=(*page.key, *page.others)[:2])

    monkeypatch.setattr(walls, "cached_wall", with_two_missed)
    monkeypatch.setattr(pages, "MISSED_ON_WALL", 1)

    wall = text_of(reader, "/wall/")
    every = text_of(reader, "/domains/")

    assert "Chưa đạt xem cả 2" in wall
    assert '#missed">xem cả 2' in reader.get("/wall/").content.decode()
    assert "Chỉ tiêu chưa đạt 2 " in every


def test_a_new_snapshot_is_shown_at_once_although_pages_are_kept(reader: Client) -> None:
    published(*dossiers("2024-08", "x", "y"))
    assert "30 hồ sơ" in text_of(reader, "/wall/")

    facts.dossiers(dossiers("2024-08", "x"))
    refresh()

    assert "45 hồ sơ" in text_of(reader, "/wall/")


def test_a_domain_lists_all_its_indicators_with_their_families(reader: Client) -> None:
    published(*dossiers("2024-08", "x", "y"))

    page = text_of(reader, "/domains/services/")

    assert "Tỷ lệ đúng hạn D-2 2 phân tổ Tại quầy Trực tuyến 86,67 %" in page
    assert "Phí thu được D-4 0,500 đồng" in page


def test_an_indicator_shows_its_number_with_count_and_out_of_and_the_table_behind_it(reader: Client) -> None:
    published(*dossiers("2024-07", "x"), *dossiers("2024-08", "x", "y"))

    page = text_of(reader, "/indicators/D-2/?unit=p")

    assert "86,67 %" in page
    assert "26 / 30" in page
    assert "2/2 đơn vị đã báo cáo" in page
    assert "tháng 7/2024 86,67 13 15" in page
    assert "Phương pháp tính m" in page


def test_a_member_of_a_family_has_a_page_of_its_own(reader: Client) -> None:
    published(*dossiers("2024-08", "x", "y"))

    page = text_of(reader, "/indicators/D-2/?member=channel%3Donline")

    assert "Tỷ lệ đúng hạn – Trực tuyến" in page
    assert "100,00 %" in page


def test_missing_returns_are_said_and_sums_are_not_compared(reader: Client) -> None:
    published(*dossiers("2024-07", "x", "y"), *dossiers("2024-08", "x"))

    page = text_of(reader, "/indicators/D-1/")

    assert "1/2 đơn vị đã báo cáo" in page
    assert "so với" not in page


def test_a_split_without_a_known_share_is_not_computable_and_the_page_says_why(reader: Client) -> None:
    published(*dossiers("2024-01", "a1", "a2", "b1", "b2"), *dossiers("2024-08", "x", "y"))

    page = text_of(reader, "/indicators/D-1/?unit=x&basis=current&period=2024-01")

    assert "Không tính được: chưa có tỷ lệ chia có nguồn của Đơn vị b1" in page
    assert "15" in text_of(reader, "/indicators/D-1/?unit=x&basis=current&period=2024-08")


def test_a_series_marks_the_day_on_which_its_units_were_rearranged(reader: Client) -> None:
    published(*dossiers("2024-01", "a1", "a2", "b1", "b2"), *dossiers("2024-08", "x", "y"))

    answer = reader.get("/indicators/D-1/?unit=p")

    assert '"breaks":[{"period":"2024-07","label":"Sắp xếp đơn vị 01/07/2024"}]' in answer.content.decode()


def test_the_former_units_are_one_click_away_with_a_name_from_data(reader: Client) -> None:
    published(*dossiers("2024-01", "a1", "a2"), *dossiers("2024-08", "x", "y"))

    assert "Đơn vị a cũ" in text_of(reader, "/wall/")
    assert "30 hồ sơ 1/2024" in text_of(reader, "/wall/?unit=a")
    assert "Không tính được" in text_of(reader, "/wall/?unit=a&basis=old")


def test_communes_are_ranked_best_first_and_equal_ones_share_a_rank(reader: Client) -> None:
    published(*dossiers("2024-08", "x"), ("y", "2024-08", "desk", 10, 1, 0, "0"))

    page = text_of(reader, "/indicators/D-2/")

    assert "Bảng đủ 2 đơn vị Hạng Đơn vị % Ghi chú 1 Đơn vị x 86,67 2 Đơn vị y 10,00" in page


def test_a_units_own_centre_shows_its_numbers_its_rank_and_its_past(reader: Client) -> None:
    published(*dossiers("2024-08", "x"), ("y", "2024-08", "desk", 1, 1, 0, "0"))

    page = text_of(reader, "/ioc/units/y/")

    assert "Hồ sơ đã giải quyết hạng 2/2 1 hồ sơ" in page
    assert "Từ Đơn vị b1 (hợp nhất)" in page
    assert "Tỉnh" not in text_of(reader, "/ioc/units/b1/").split("Trước và sau")[0].split("Điều hành")[1]


def test_a_commune_official_starts_at_their_own_commune() -> None:
    published(*dossiers("2024-08", "x", "y"))
    person = people.a_person("xa")
    people.a_post(person, Unit.objects.get(ref="x"), people.a_role("see indicators", code="xa"))

    assert "15 hồ sơ 8/2024" in text_of(logged_in(person), "/wall/")


def test_a_number_leads_down_to_its_records(reader: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[RecordQuery] = []

    def records(wanted: RecordQuery) -> list[Record]:
        asked.append(wanted)
        return [Record("Hồ sơ của x", "/units/x/", "x", "2024-08", "official", None, "Chị Lan", (("Đúng hạn", "13"),))]

    def offer() -> list[Fact]:
        return [replace(facts.DOSSIERS, records=records)]

    monkeypatch.setattr(contract, "FACT_PROVIDERS", [offer])
    published(*dossiers("2024-08", "x", "y"))

    page = text_of(reader, "/indicators/D-2/records/?unit=p&period=2024-08&member=channel%3Ddesk")

    assert "Hồ sơ của x tháng 8/2024 Chính thức Đúng hạn: 13 Chị Lan" in page
    assert asked[0].months == ("2024-08",)
    assert asked[0].members == (("channel", "desk"),)
    assert {"x", "y"} <= set(asked[0].units)
    assert not {"a1", "b1"} & set(asked[0].units)


def test_search_needs_no_diacritics_and_finds_members_and_units(reader: Client) -> None:
    published(*dossiers("2024-08", "x", "y"))

    assert "Tỷ lệ đúng hạn D-2" in text_of(reader, "/search/?q=ty+le+dung+han")
    assert "Tỷ lệ đúng hạn – Trực tuyến" in text_of(reader, "/search/?q=dung+han+truc+tuyen")
    assert "Đơn vị b1" in text_of(reader, "/search/?q=b1")
    assert "Không thấy gì khớp" in text_of(reader, "/search/?q=khong+co+gi+nhu+the")


def test_as_one_types_only_the_results_come(reader: Client) -> None:
    published(*dossiers("2024-08", "x", "y"))

    answer = reader.get("/search/?q=dung+han", headers={"HX-Request": "true"})

    assert b"<html" not in answer.content
    assert "D-2" in answer.content.decode()


def test_published_figures_stand_beside_what_returns_say(reader: Client) -> None:
    published(*dossiers("2024-08", "x", "y"))
    common = {"ratio_indicator": "D-2", "unit_ref": "p", "period": "2024-08", "decimals": 2, "unit_of_measure": "%"}
    for code, value in (("F-1", "86.67"), ("F-2", "80.20")):
        spec = common | {"claimed_value": value, "printed": value.replace(".", ",") + "%"}
        Claim.objects.create(code=code, wording=f"Câu {code}", date="2024-10-08", source="Báo", spec=spec)

    page = text_of(reader, "/figures/")

    assert "Câu F-2 F-2 · tháng 8/2024 · Đơn vị p 80,20% 86,67 % 26 / 30 Không khớp" in page
    assert "Câu F-1 F-1 · tháng 8/2024 · Đơn vị p 86,67% 86,67 % 26 / 30 Khớp" in page
    assert "Câu F-1" not in text_of(reader, "/figures/?verdict=fails")


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_stranger_is_sent_to_log_in(address: str) -> None:
    answer = Client().get(address)

    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login")


@pytest.mark.parametrize("address", ADDRESSES)
def test_who_may_not_see_indicators_is_refused(address: str) -> None:
    assert logged_in(people.a_person("citizen")).get(address).status_code == 403


def test_who_reads_indicators_begins_with_the_week_and_a_citizen_with_the_front_page(reader: Client) -> None:
    starts = [client.get("/start/")["Location"] for client in (reader, logged_in(people.a_person("citizen")))]

    assert starts == ["/tuan-nay/", "/"]


def test_a_name_that_nobody_knows_is_a_page_not_found(reader: Client) -> None:
    published(*dossiers("2024-08", "x"))
    unknown = (
        "/indicators/D-99/",
        "/indicators/D-1/?unit=nowhere",
        "/indicators/D-1/?period=soon",
        "/ioc/units/nowhere/",
        "/indicators/D-1/?member=channel%3Dfax",
        "/domains/none/",
        "/indicators/D-1.pdf",
        "/units/nowhere/",
    )

    answers = {address: reader.get(address).status_code for address in unknown}

    assert set(answers.values()) == {404}, answers


def test_pages_ask_the_database_few_questions_and_stay_light(
    reader: Client, django_assert_max_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "_moments", TTLCache(500, ttl=600))  # a slow machine is still within the moment
    published(*dossiers("2024-07", "x", "y"), *dossiers("2024-08", "x", "y"))
    pages = [address for address in ADDRESSES if not address.startswith("/indicators/D-2.")]
    first = {address: reader.get(address).status_code for address in pages}

    for address in pages:
        with django_assert_max_num_queries(8, info=address):
            answer = reader.get(address)
        assert len(answer.content) < 150_000

    assert set(first.values()) == {200}, first


def test_units_are_listed_as_they_were_on_any_day(reader: Client) -> None:
    assert "Đơn vị x" in text_of(reader, "/units/")
    june = text_of(reader, "/units/?day=2024-06-30")
    assert "Đơn vị a1" in june
    assert "Đơn vị x" not in june
    assert "Ngày viết chưa đúng" in text_of(reader, "/units/?day=hom-qua")
    assert "Đơn vị b1" in text_of(reader, "/units/?q=b1")


def test_a_units_history_says_what_it_became_and_what_is_not_verified(reader: Client) -> None:
    page = text_of(reader, "/units/b1/")

    assert "không còn từ 01/07/2024" in page
    assert "chưa kiểm chứng" in page
    assert "Đơn vị x (hợp nhất)" in page
    assert "Đơn vị y (hợp nhất)" in page

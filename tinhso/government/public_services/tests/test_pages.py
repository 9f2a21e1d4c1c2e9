"""Pages: everybody finds and understands a procedure; who keeps the catalogue brings files and sees all history."""

import gzip
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client

from tinhso.blocks.identity.models import Person, Post, Role
from tinhso.blocks.identity.tests import makers as people
from tinhso.government.public_services import services
from tinhso.government.public_services.models import Import, Version
from tinhso.government.public_services.queries import exports
from tinhso.government.public_services.tests import makers as a
from tinhso.kernel import clock

pytestmark = pytest.mark.django_db
LIGHT = 20 * 1024  # of the page itself; style sheet, script and two fonts are about 36 KB more, once


@pytest.fixture
def visitor() -> Client:
    """Nobody in particular."""
    a.put(a.a_document(), a.a_document(code="DD-1", name="Tách thửa đất", field_code="dat-dai", field="Đất đai"))
    return Client()


@pytest.fixture
def official(visitor: Client) -> Callable[..., Client]:
    """Logs somebody in who has a post with the named rights."""
    unit = people.a_province()

    def log_in(*rights: str) -> Client:
        person = Person.objects.create(ref="N1", username="lan", name="Cô Lan", is_demo=True)
        role = Role.objects.create(code="vai", name="Vai", rights=list(rights), everywhere=list(rights))
        Post.objects.create(person=person, unit=unit, role=role, held=DateRange(None, None))
        client = Client()
        client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[-1])
        return client

    return log_in


def test_a_page_says_by_when_what_is_filed_now_would_be_done(
    visitor: Client, monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path
) -> None:
    culture_day = '[[year]]\nyear = 2026\n[[day]]\ndate = 2026-11-24\nname = "Ngày Văn hóa Việt Nam"\nkind = "holiday"'
    (tmp_path / "calendar.toml").write_text(culture_day, encoding="utf-8")
    settings.PROVINCE_DIR = tmp_path
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 11, 23, 2, tzinfo=UTC))
    page = " ".join(visitor.get("/services/HT-01/").content.decode().split())
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 12, 30, 2, tzinfo=UTC))
    at_the_end = " ".join(visitor.get("/services/HT-01/").content.decode().split())

    assert "Nộp lúc này thì hẹn trả chậm nhất 17:00 01/12/2026; trực tuyến: 17:00 27/11/2026" in page
    assert page.count("hẹn trả chậm nhất") == 1, "nobody is promised what is done while one waits"
    assert "(tạm tính: chưa có lịch nghỉ của năm 2027)" in at_the_end
    assert "hẹn trả chậm nhất" not in visitor.get("/services/HT-01/?day=2026-12-29").content.decode()


def test_a_visitor_finds_by_words_by_life_event_and_by_field(visitor: Client) -> None:
    start = visitor.get("/services/").content.decode()
    words = visitor.get("/services/?q=tach+thua").content.decode()
    event = visitor.get("/services/?event=co-con").content.decode()
    field = visitor.get("/services/?field=dat-dai").content.decode()

    assert 'href="?event=co-con"' in start
    assert 'href="?field=dat-dai"' in start
    assert "Tìm thấy 1 thủ tục" in words
    assert "Tách thửa đất" in words
    assert "Tìm thấy 2 thủ tục" in event
    assert "/services/DD-1/" in field
    assert "/services/HT-01/" not in field


def test_a_visitor_who_finds_nothing_is_told_how_to_go_on(visitor: Client) -> None:
    page = visitor.get("/services/", {"q": "zzzz"}).content.decode()

    assert "Chưa thấy thủ tục nào" in page
    assert "Thử ít từ hơn" in page


@pytest.mark.parametrize("asked", ["?q=%00", "?page=zz&q=khai", "?field=%27%3B--", "?q=" + "a" * 5000, "?event=%FF"])
def test_an_address_may_ask_for_anything(visitor: Client, asked: str) -> None:
    assert visitor.get(f"/services/{asked}").status_code == 200


def test_a_procedures_page_says_what_it_costs_how_long_which_papers_and_who_decides(visitor: Client) -> None:
    page = " ".join(visitor.get("/services/HT-01/").content.decode().split())

    for words in (
        "Đang có hiệu lực từ 01/09/2024",
        "1 ngày làm việc",
        "trả ngay, không hẹn",
        "5.000 đồng",
        "8.000,5 đồng",
        "nộp trực tuyến: không thu",
        "nộp trực tuyến: 3 ngày làm việc",
        "Giấy chứng sinh",
        "1 bản chính, 1 bản điện tử",
        "Ủy ban nhân dân cấp xã (cấp xã)",
        "60/2014/QH13",
        "1/QĐ-UBND, 20/08/2024",
        "mã tạm của tỉnh",
        "Giấy khai sinh",
    ):
        assert words in page, words
    assert "Dữ liệu minh họa: thủ tục này" not in page


def test_unverified_and_illustrative_procedures_say_so(visitor: Client) -> None:
    a.put(a.a_document(code="U", verified=False, source="từ trí nhớ"), a.a_document(code="M", illustrative=True))

    unverified, illustrative = (visitor.get(f"/services/{code}/").content.decode() for code in ("U", "M"))

    assert "Chưa đối chiếu với quyết định công bố" in unverified
    assert "từ trí nhớ" in unverified
    assert "Dữ liệu minh họa: thủ tục này được sinh ra" in illustrative


def test_a_partial_service_says_why_and_by_which_rule(visitor: Client) -> None:
    a.put(a.a_document(code="P", online="part", part_reason="Phải ký trước mặt", part_rule="Luật Hộ tịch, Điều 18"))

    page = visitor.get("/services/P/").content.decode()

    assert "Phải ký trước mặt" in page
    assert "Luật Hộ tịch, Điều 18" in page


def test_a_procedure_can_be_seen_as_of_any_day(visitor: Client) -> None:
    a.put(a.a_document(effective_from="2025-07-01", name="Khai sinh theo luật mới"), now=a.LATER)

    now, then = visitor.get("/services/HT-01/"), visitor.get("/services/HT-01/?day=2024-10-01")
    early, wrong = visitor.get("/services/HT-01/?day=2020-01-01"), visitor.get("/services/HT-01/?day=hom-qua")

    assert "Khai sinh theo luật mới" in now.content.decode()
    assert "Khai sinh theo luật mới" not in then.content.decode().split("<main")[1].split("</h1>")[0]
    assert "Như có hiệu lực ngày 01/10/2024" in then.content.decode()
    assert "không có hiệu lực ngày 01/01/2020" in early.content.decode()
    assert "Ngày viết chưa đúng" in wrong.content.decode()


def test_an_unknown_code_is_not_found_and_a_former_one_leads_on(visitor: Client) -> None:
    a.put(a.a_document(code="MOI", aliases=["CU-1"]))

    assert visitor.get("/services/KHONG-CO/").status_code == 404
    assert visitor.get("/services/%00/").status_code == 404
    led = visitor.get("/services/CU-1/")
    assert (led.status_code, led.headers["Location"]) == (301, "/services/MOI/")


def test_pages_need_no_script_are_light_and_say_no_english_where_vietnamese_is_meant(visitor: Client) -> None:
    for address in ("/services/", "/services/?q=khai+sinh", "/services/HT-01/"):
        content = visitor.get(address).content
        page = content.decode()
        assert len(gzip.compress(content)) < LIGHT, address
        assert "hx-" not in page.split("<main")[1].split("</main>")[0], address
        assert 'lang="vi"' in page


def test_the_page_speaks_english_where_it_can(visitor: Client) -> None:
    visitor.cookies["django_language"] = "en"

    page = visitor.get("/services/HT-01/").content.decode()

    assert "Registration of birth" in page
    assert "working days" in page


@pytest.mark.parametrize(
    "address", ["/procedures/", "/procedures/HT-01/", "/procedures/import/", "/procedures/catalogue.xlsx"]
)
def test_the_desk_is_for_who_keeps_the_catalogue(official: Callable[..., Client], address: str) -> None:
    assert official("see indicators").get(address).status_code == 403


def test_the_desk_lists_narrows_and_shows_all_that_was_ever_known(official: Callable[..., Client]) -> None:
    a.put(a.a_document(name="Khai sinh"), now=a.LATER)
    keeper = official("manage procedures")

    desk = keeper.get("/procedures/?field=dat-dai").content.decode()
    history = keeper.get("/procedures/HT-01/").content.decode()

    assert "Tách thửa đất" in desk
    assert "/procedures/HT-01/" not in desk
    assert "đang được biết" in history
    assert "từng được biết" in history
    assert "<td>Đăng ký khai sinh</td><td>Khai sinh</td>" in history


def test_a_file_is_brought_looked_at_confirmed_and_taken_back(official: Callable[..., Client]) -> None:
    keeper = official("manage procedures")
    content = exports.as_json([one | {"name": f"{one['name']} (sửa)"} for one in exports.known_documents()])

    preview = keeper.post("/procedures/import/", {"file": SimpleUploadedFile("moi.json", content)}, follow=True)
    ref = Import.objects.get().ref
    before = set(Version.objects.values_list("name", flat=True))
    taken = keeper.post(f"/procedures/import/{ref}/act/", {"act": "confirm"}, follow=True)
    during = set(Version.objects.filter(known__upper_inf=True).values_list("name", flat=True))
    back = keeper.post(f"/procedures/import/{ref}/act/", {"act": "undo"}, follow=True)

    assert "Đăng ký khai sinh (sửa)" in preview.content.decode()
    assert before == {"Đăng ký khai sinh", "Tách thửa đất"}
    assert "Đã nhập tệp vào danh mục" in taken.content.decode()
    assert during == {"Đăng ký khai sinh (sửa)", "Tách thửa đất (sửa)"}
    assert "Đã hoàn tác" in back.content.decode()
    assert set(Version.objects.filter(known__upper_inf=True).values_list("name", flat=True)) == before


def test_a_file_with_faults_is_explained_cell_by_cell_and_kept_nowhere(official: Callable[..., Client]) -> None:
    keeper = official("manage procedures")
    book = a.a_workbook({("Thủ tục", "N2"): "mức 4"})

    answer = keeper.post("/procedures/import/", {"file": SimpleUploadedFile("sai.xlsx", a.as_bytes(book))})
    broken = keeper.post("/procedures/import/", {"file": SimpleUploadedFile("sai.xlsx", b"PK hong")})
    no_day = keeper.post("/procedures/import/", {"file": SimpleUploadedFile("x.json", b"[]"), "whole": "1"})
    nothing = keeper.post("/procedures/import/", {})

    assert answer.status_code == 422
    assert "<td>N2</td>" in answer.content.decode()
    assert "hoặc đã hỏng" in broken.content.decode()
    assert "Hãy ghi ngày" in no_day.content.decode()
    assert "Chưa chọn tệp" in nothing.content.decode()
    assert not Import.objects.exists()


def test_the_export_is_a_file_that_says_its_day(official: Callable[..., Client]) -> None:
    keeper = official("manage procedures")

    answer = keeper.get("/procedures/catalogue.json")

    assert answer.headers["Content-Disposition"] == f'attachment; filename="thu-tuc_{clock.today()}.json"'
    assert len(answer.json()["procedures"]) == 2
    assert keeper.get("/procedures/catalogue.exe").status_code == 404


def test_a_stranger_can_neither_confirm_nor_undo(official: Callable[..., Client]) -> None:
    now = clock.now()
    content = exports.as_json([a.a_document(code="MOI")])
    held = services.hold_import(file_name="x.json", content=content, by=a.KEEPER, now=now)
    assert held.run is not None
    clerk = official("see indicators")

    refused = clerk.post(f"/procedures/import/{held.run.ref}/act/", {"act": "confirm"})
    seen = clerk.get(f"/procedures/import/{held.run.ref}/")
    services.confirm_import(ref=held.run.ref, by=a.KEEPER, now=now + timedelta(minutes=1))
    clerk.post(f"/procedures/import/{held.run.ref}/act/", {"act": "undo"})

    assert refused.status_code == 302
    assert seen.status_code == 403
    assert Import.objects.get().state == Import.State.DONE
    assert Version.objects.filter(known__upper_inf=True, procedure__code="MOI").exists()

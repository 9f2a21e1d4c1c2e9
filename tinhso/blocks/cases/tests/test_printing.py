"""Forms 01–06 on paper: read by another program, printed twice, checked by anybody, and only by who may."""

import hashlib
import shutil
import subprocess
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import translation

from tinhso.blocks.audit.models import Entry as Audited
from tinhso.blocks.cases import services
from tinhso.blocks.cases.contract import Applicant
from tinhso.blocks.cases.models import Case, Slip
from tinhso.blocks.cases.queries import printing, secrets
from tinhso.blocks.cases.tests import makers
from tinhso.blocks.documents import queries as documents
from tinhso.blocks.documents.contract import Document, from_plain, to_plain
from tinhso.blocks.units.models import Unit
from tinhso.kernel.errors import Forbidden, Refused

pytestmark = pytest.mark.django_db
MONDAY = makers.MONDAY
TUESDAY = MONDAY + timedelta(days=1)


@pytest.fixture
def commune() -> Unit:
    return makers.a_unit("28777", "Xã An")


@pytest.fixture(scope="session")
def poppler() -> None:
    """Another program's eyes."""
    if not shutil.which("pdftotext"):
        pytest.skip("máy không có pdftotext (apt install poppler-utils)")


def printed(case: Case, form: int, unit: Unit, entry: int = 0) -> bytes:
    """What the desk prints."""
    by = makers.a_receiver(unit)
    return services.print_form(code=case.code, form=form, entry=entry, by=by, now=TUESDAY).content


def words_of(pdf: bytes) -> str:
    """What pdftotext reads, in one line."""
    command = ["pdftotext", "-layout", "-", "-"]
    read = subprocess.run(command, input=pdf, capture_output=True, check=True).stdout.decode()
    return " ".join(read.split())


def with_every_form(unit: Unit) -> dict[int, Case]:
    """A case for each form that has had its cause."""
    supplemented, extended, stopped = (makers.received(unit) for _n in range(3))
    declined = makers.filed(unit)
    officer, receiver = makers.an_officer(unit), makers.a_receiver(unit)
    reasons = ["Đơn chưa ký.", "Bản chụp mờ."]
    step = makers.step_of
    services.ask_supplement(code=supplemented.code, step=step(supplemented), reasons=reasons, by=officer, now=MONDAY)
    services.decline(code=declined.code, step=step(declined), why="Không thuộc thẩm quyền", by=receiver, now=MONDAY)
    services.extend(code=extended.code, step=step(extended), amount=2, why="Chờ xác minh", by=officer, now=MONDAY)
    services.stop(code=stopped.code, step=step(stopped), why="Có tranh chấp", by=officer, now=MONDAY)
    return {1: makers.received(unit), 2: supplemented, 3: declined, 4: extended, 5: stopped, 6: makers.finished(unit)}


@pytest.mark.conformance
@pytest.mark.parametrize(
    ("form", "parts"),
    [
        (1, ["GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ", "Nguyễn Thị Hoa", "17:00 27/11/2026", "Lệ phí: 50.000 đồng"]),
        (2, ["PHIẾU YÊU CẦU BỔ SUNG, HOÀN THIỆN HỒ SƠ", "- Đơn chưa ký.", "- Bản chụp mờ.", "tạm dừng"]),
        (3, ["PHIẾU TỪ CHỐI TIẾP NHẬN HỒ SƠ", "- Không thuộc thẩm quyền", "Người tiếp nhận"]),
        (4, ["XIN LỖI VÀ HẸN LẠI", "Đã hẹn: 17:00 27/11/2026", "Hẹn lại: 17:00 01/12/2026", "Lý do: Chờ xác minh"]),
        (5, ["THÔNG BÁO DỪNG GIẢI QUYẾT HỒ SƠ", "- Có tranh chấp", "Chuyên viên"]),
        (6, ["PHIẾU KIỂM SOÁT QUÁ TRÌNH GIẢI QUYẾT HỒ SƠ", "Bên giao ký", "Bên nhận ký", "Trước hạn"]),
    ],
)
def test_another_program_reads_what_each_form_must_say(
    commune: Unit, poppler: None, form: int, parts: list[str]
) -> None:
    case = with_every_form(commune)[form]

    text = words_of(printed(case, form, commune))

    slip = Slip.objects.get(case=case, form=form)
    told = [*parts, f"Mã hồ sơ: {case.code}", "Xã An".upper(), f"Mẫu số 0{form}", f"/verify/{slip.token}/"]
    assert [part for part in told if part not in text] == []
    assert "012345678901" not in text


@pytest.mark.conformance
def test_the_receipt_carries_the_key_and_a_code_that_leads_to_the_dossier(
    commune: Unit, poppler: None, settings: Any
) -> None:
    settings.PUBLIC_URL = "https://tinh.example"
    case = makers.received(commune)
    key = secrets.key_of(case)

    text = words_of(printed(case, 1, commune))

    codes = [block for block in _document(case, 1).blocks if hasattr(block, "address")]
    assert key in text
    assert [code.address for code in codes] == [f"https://tinh.example/track/{case.code}/{key}/"]


def _document(case: Case, form: int) -> Document:
    return printing.form_document(case, form, printing.entry_for(case, form))


@pytest.mark.parametrize("form", range(1, 7))
def test_what_is_printed_twice_is_the_same_byte_for_byte_whoever_prints_it_in_whatever_language(
    commune: Unit, form: int
) -> None:
    case = with_every_form(commune)[form]
    first = printed(case, form, commune)

    with translation.override("en"):
        officer = makers.an_officer(commune)
        again = services.print_form(code=case.code, form=form, by=officer, now=TUESDAY + timedelta(days=9)).content

    slip = Slip.objects.get(case=case, form=form)
    assert again == first
    assert slip.sha256 == hashlib.sha256(first).hexdigest()
    assert documents.verification(slip.token).sha256 == slip.sha256


def test_each_request_for_more_has_a_paper_of_its_own(commune: Unit) -> None:
    case = makers.received(commune)
    officer, receiver = makers.an_officer(commune), makers.a_receiver(commune)
    for reason in ("Thiếu đơn", "Thiếu ảnh"):
        step = makers.step_of(case)
        services.ask_supplement(code=case.code, step=step, reasons=[reason], by=officer, now=MONDAY)
        services.resume(code=case.code, answer="Đã có", by=receiver, now=MONDAY)
    asked = [one.entry for one in printing.printable_forms(case) if one.form == 2]

    papers = [printed(case, 2, commune, entry) for entry in asked]

    assert len(asked) == 2
    assert papers[0] != papers[1]
    assert printed(case, 2, commune) == papers[1]


def test_the_receipt_stays_as_it_was_whatever_happens_to_the_dossier_afterwards(commune: Unit) -> None:
    case = makers.received(commune)
    first = printed(case, 1, commune)
    officer = makers.an_officer(commune)
    services.extend(code=case.code, step=makers.step_of(case), amount=2, why="Chờ", by=officer, now=MONDAY)
    services.complete(code=case.code, step=makers.step_of(case), by=officer, now=MONDAY)

    assert printed(case, 1, commune) == first
    assert Slip.objects.filter(case=case).count() == 1


def test_other_words_of_the_province_are_another_edition_and_the_former_page_stays(
    commune: Unit, settings: Any, tmp_path: Any
) -> None:
    case = makers.received(commune)
    first = printed(case, 1, commune)
    settings.PROVINCE_DIR = tmp_path
    (tmp_path / "province.toml").write_text('[units]\nhome_unit_ref = "1"\nold_basis_date = 2025-06-30\n')
    (tmp_path / "cases.toml").write_text('[[form]]\nform = 1\ntitle = "GIẤY HẸN {x}"\n[letterhead]\nabove = "ubnd"\n')

    second = printed(case, 1, commune)

    slips = list(Slip.objects.filter(case=case).order_by("edition"))
    made = _document(case, 1)
    assert [slip.edition for slip in slips] == [1, 2]
    assert (made.kind, made.letterhead.above, made.letterhead.body) == ("GIẤY HẸN {x}", "UBND", "XÃ AN")
    assert second != first
    assert documents.verification(slips[0].token).withdrawn_at is None


def test_the_page_to_check_a_paper_says_nothing_of_the_person(commune: Unit, client: Client) -> None:
    case = with_every_form(commune)[2]
    pdf = printed(case, 2, commune)
    slip = Slip.objects.get(case=case)

    page = client.get(f"/verify/{slip.token}/").content.decode()

    assert case.code in page
    assert "PHIẾU YÊU CẦU BỔ SUNG" in page
    assert hashlib.sha256(pdf).hexdigest() in page
    told = ("Hoa", "012345678901", "0900000001", "Ấp 1", "Bản chụp mờ", secrets.key_of(case), "Cấp giấy phép thử")
    assert [part for part in told if part in page] == []


@pytest.mark.parametrize("form", range(1, 7))
def test_a_form_before_its_time_is_refused(commune: Unit, form: int) -> None:
    case = makers.filed(commune)

    with pytest.raises(Refused, match="nothing_to_print"):
        printed(case, form, commune)

    assert not Slip.objects.exists()


def test_a_form_that_is_not_one_and_an_entry_of_something_else_are_refused(commune: Unit) -> None:
    case = makers.received(commune)

    with pytest.raises(Refused, match="unknown_form"):
        printed(case, 7, commune)
    with pytest.raises(Refused, match="nothing_to_print"):
        printed(case, 1, commune, entry=1)


def test_somebody_elses_dossier_is_not_printed(commune: Unit) -> None:
    case = makers.received(commune)
    elsewhere = makers.a_unit("28778", "Xã Bình")

    with pytest.raises(Forbidden):
        printed(case, 1, elsewhere)

    assert not Slip.objects.exists()


def test_whoever_holds_the_key_gets_what_was_addressed_to_them_and_the_control_slip_stays_in_the_house(
    commune: Unit, client: Client
) -> None:
    case, other = makers.received(commune), makers.received(commune)
    key = secrets.key_of(case)

    own: Any = client.get(f"/track/{case.code}/{key}/print/1.pdf")
    control: Any = client.get(f"/track/{case.code}/{key}/print/6.pdf")
    wrong: Any = client.get(f"/track/{other.code}/{key}/print/1.pdf")
    early: Any = client.get(f"/track/{case.code}/{key}/print/5.pdf?entry=x")

    assert b"".join(own.streaming_content) == printed(case, 1, commune)
    assert "no-store" in own.headers["Cache-Control"]
    assert [answer.status_code for answer in (control, wrong, early)] == [409, 404, 409]
    assert f"/print/1.pdf?entry={own_entry(case)}" in client.get(f"/track/{case.code}/{key}/").content.decode()


def own_entry(case: Case) -> int:
    """The entry of the receipt."""
    return printing.entry_for(case, 1).number


def test_every_printing_is_written_down(commune: Unit) -> None:
    case = makers.received(commune)

    printed(case, 1, commune)
    printed(case, 1, commune)

    looks = Audited.objects.filter(did="viewed", subject=case.code)
    assert [look.after for look in looks] == [{"why": "form 01"}] * 2
    assert Audited.objects.filter(did="case printed", subject=case.code).count() == 1


@pytest.mark.parametrize("statement", ["UPDATE cases_slip SET sha256 = repeat('a', 64)", "DELETE FROM cases_slip"])
def test_the_database_refuses_to_change_what_was_printed(commune: Unit, statement: str) -> None:
    printed(makers.received(commune), 1, commune)

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_letters_that_the_typeface_lacks_do_not_depend_on_the_machine(commune: Unit) -> None:
    case = makers.received(commune, applicant=Applicant("Hoa 🙂 漢"))

    made = _document(case, 1)

    assert documents.letters_without_type(str(made.blocks)) == []
    assert from_plain(to_plain(made)) == made

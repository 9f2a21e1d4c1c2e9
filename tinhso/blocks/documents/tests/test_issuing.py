"""Numbers without gaps, bytes that never change, and who may do what."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from tinhso.blocks.audit.models import Entry
from tinhso.blocks.documents import queries, services
from tinhso.blocks.documents.contract import Paragraph, from_plain
from tinhso.blocks.documents.models import Issued, IssuedFile
from tinhso.blocks.documents.queries import issued as reading
from tinhso.blocks.documents.tests.makers import CLERK, NOON, RIGHT, a_report
from tinhso.blocks.units.models import Unit
from tinhso.kernel.actor import NOBODY
from tinhso.kernel.errors import Forbidden, Refused


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files that cost nothing, for tests of numbers."""
    monkeypatch.setattr(
        reading, "FORMS", {"pdf": lambda one: one.number_text.encode(), "docx": lambda one: one.title.encode()}
    )
    monkeypatch.setattr(queries, "FORMS", reading.FORMS)


def issue(unit: Unit, **changes: Any) -> Issued:
    """Issue a report as the clerk, at noon unless told otherwise."""
    now = changes.pop("now", NOON)
    return services.issue_document(document=a_report(**changes), unit=unit, right=RIGHT, by=CLERK, now=now)


def test_numbers_follow_each_other_and_begin_again_with_the_year(province: Unit, quick: None) -> None:
    numbers = [issue(province).number, issue(province).number, issue(province, notation="TB-TTĐH").number]
    new_year = issue(province, now=datetime(2026, 12, 31, 17, 0, tzinfo=UTC))

    assert numbers == [1, 2, 1]
    assert (new_year.number, new_year.year, f"{new_year.day}") == (1, 2027, "2027-01-01")


def test_those_who_issue_at_once_get_numbers_without_gaps(province: Unit, quick: None) -> None:
    def one(at: int) -> int:
        try:
            return issue(province, identity=f"BT-{at}").number
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        numbers = sorted(pool.map(one, range(24)))

    assert numbers == list(range(1, 25))


def test_whoever_fails_gives_the_number_back(province: Unit, quick: None, monkeypatch: pytest.MonkeyPatch) -> None:
    issue(province)
    with monkeypatch.context() as broken:
        broken.setitem(reading.FORMS, "pdf", lambda one: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            issue(province)

    assert issue(province).number == 2


def test_who_lacks_the_right_issues_nothing(province: Unit, quick: None) -> None:
    with pytest.raises(Forbidden):
        services.issue_document(document=a_report(), unit=province, right=RIGHT, by=NOBODY, now=NOON)

    assert not Issued.objects.exists()


def test_a_number_chosen_beforehand_is_refused(province: Unit, quick: None) -> None:
    with pytest.raises(Refused, match="numbered_already"):
        issue(province, number=7)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE documents_issuedfile SET content = '\\x00'",
        "DELETE FROM documents_issuedfile",
        "UPDATE documents_issued SET number = 9",
        "UPDATE documents_issued SET content = '{}'",
        "DELETE FROM documents_issued",
    ],
)
def test_the_database_refuses_to_rewrite_what_was_issued(province: Unit, quick: None, statement: str) -> None:
    issue(province)

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)

    assert Issued.objects.get().number == 1
    assert IssuedFile.objects.count() == 2


def test_a_withdrawn_document_stays_with_its_reason_and_its_bytes(province: Unit, quick: None) -> None:
    document = issue(province)
    before = queries.issued_hashes(document)

    gone = services.withdraw_document(
        ref=document.ref, why="sai số liệu", right=RIGHT, by=CLERK, now=NOON + timedelta(hours=1)
    )

    assert (gone.withdrawn_why, queries.issued_hashes(gone)) == ("sai số liệu", before)
    with pytest.raises(Refused, match="withdrawn_already"):
        services.withdraw_document(ref=document.ref, why="lần nữa", right=RIGHT, by=CLERK, now=NOON)
    assert list(Entry.objects.order_by("id").values_list("did", flat=True)) == ["issued document", "withdrew document"]


def test_withdrawing_needs_a_reason(province: Unit, quick: None) -> None:
    document = issue(province)

    with pytest.raises(Refused, match="no_reason"):
        services.withdraw_document(ref=document.ref, why="  ", right=RIGHT, by=CLERK, now=NOON)


def test_a_document_is_replaced_once(province: Unit, quick: None) -> None:
    old = issue(province)
    services.issue_document(document=a_report(), unit=province, right=RIGHT, by=CLERK, now=NOON, replaces=old)

    with pytest.raises(Refused, match="replaced_already"):
        services.issue_document(document=a_report(), unit=province, right=RIGHT, by=CLERK, now=NOON, replaces=old)


def test_issued_bytes_are_made_again_from_the_kept_content(province: Unit) -> None:
    document = issue(province)

    check = queries.compare_with_issued(document)

    assert check.is_exact
    assert dict(check.forms) == {"pdf": "same", "docx": "same"}


def test_other_words_are_found_out(province: Unit) -> None:
    document = issue(province)
    kept = from_plain(document.content)

    check = queries.compare_with_issued(document, replace(kept, blocks=(Paragraph("khác"),)))

    assert not check.holds
    assert set(check.forms.values()) == {"different"}


def test_other_programs_are_named_instead_of_pretending(province: Unit, monkeypatch: pytest.MonkeyPatch) -> None:
    document = issue(province)
    document.versions = {**document.versions, "weasyprint": "69.0"}
    monkeypatch.setitem(reading.FORMS, "pdf", lambda one: b"as another version would")

    check = queries.compare_with_issued(document)

    assert check.holds
    assert not check.is_exact
    assert check.forms["pdf"] == "other_programs"
    assert check.programs["weasyprint"] == ("69.0", "70.0")


def test_letters_that_the_typeface_lacks_are_named() -> None:
    assert queries.letters_without_type("Tiếng Việt ỗ ‰ ₫ – “…” x³ 🙂 漢") == ["漢", "🙂"]

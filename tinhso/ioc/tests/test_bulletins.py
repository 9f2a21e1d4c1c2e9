"""Bulletins: what they say, who may do what, what has changed since, and the same bytes again."""

import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from django.conf import settings as live
from django.db import IntegrityError, connection, transaction

from tinhso.blocks.documents import queries as documents
from tinhso.blocks.documents.models import Issued
from tinhso.blocks.documents.queries import issued as document_files
from tinhso.blocks.indicators import contract
from tinhso.blocks.indicators.contract import Fact, Record, RecordQuery
from tinhso.blocks.indicators.models import Snapshot
from tinhso.blocks.indicators.tests import makers as facts
from tinhso.blocks.outbox.tests.conftest import database_url
from tinhso.ioc import queries as centre_queries
from tinhso.ioc.models import Bulletin, BulletinEdit, BulletinTemplate
from tinhso.ioc.queries import bulletins as queries
from tinhso.ioc.services import bulletins as services
from tinhso.ioc.tests import bulletin_makers as make
from tinhso.ioc.tests.makers import dossiers, published
from tinhso.kernel.errors import Forbidden, Refused

AGAIN = """
import django, sys
django.setup()
from tinhso.ioc.queries import bulletins
print(bulletins.verify_issue(bulletins.by_any_name(sys.argv[1])).verdict)
"""


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files that cost nothing but still hold every word, for tests that are not about how a file looks."""
    forms = {form: lambda one: repr(one).encode() for form in documents.FORMS}
    monkeypatch.setattr(documents, "FORMS", forms)
    monkeypatch.setattr(document_files, "FORMS", forms)


@pytest.fixture
def figures(with_real_files: None, quick: None) -> None:
    """The same with quick files."""


@pytest.fixture
def with_real_files(centre: None) -> None:
    """Two months of four communes, a snapshot of them, and a template."""
    published(*dossiers("2024-05", "a1", "a2", "b1", "b2"), *dossiers("2024-06", "a1", "a2", "b1"))
    make.templates()


def change_may(**columns: int) -> None:
    """Correct the figures that ``a1`` gave for May at its desk."""
    sets = ", ".join(f"{name} = {value}" for name, value in columns.items())
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE test_dossiers SET {sets} WHERE unit = 'a1' AND month = '2024-05' AND channel = 'desk'")


@pytest.mark.usefixtures("figures")
def test_it_tells_the_figures_with_count_and_out_of() -> None:
    words = make.words_of(make.issued(make.NEXT_MONTH))

    assert "Tỷ lệ đúng hạn là 86,67% (39/45), không đổi so với tháng trước." in words
    assert "Đã giải quyết 45 hồ sơ" in words
    assert "Bảng 1. Chỉ tiêu điều hành tháng 6/2024" in words
    assert "Không có báo cáo nào nộp trễ." in words
    assert "Đây là số đầu tiên của bản tin này" in words


@pytest.mark.usefixtures("figures")
def test_an_issue_has_a_number_a_date_and_a_pinned_snapshot() -> None:
    one = make.issued()

    document = Issued.objects.get()
    assert (str(document), f"{document.day}", document.subject) == (
        "01/BC-TH",
        "2025-01-06",
        "Tình hình hồ sơ tháng 5/2024",
    )
    assert one.document == document
    assert one.snapshot.pinned or Snapshot.objects.get(pk=one.snapshot.pk).pinned
    assert {figure["indicator"] for figure in one.figures} == {"D-1", "D-2"}


@pytest.mark.usefixtures("with_real_files")
def test_it_is_made_again_byte_for_byte_here_and_in_another_process() -> None:
    one = make.issued()
    centre_queries.clear_caches()

    here = queries.verify_issue(queries.by_any_name(one.ref))
    environment = {
        "PATH": "/usr/bin:/bin",
        "LC_ALL": "C",
        "DJANGO_SETTINGS_MODULE": "tinhso.project.settings",
        "DATABASE_URL": database_url(),
        "TINHSO_VAR": str(live.VAR),
        "TINHSO_PROVINCE": str(live.PROVINCE_DIR),
    }
    done = subprocess.run(
        [sys.executable, "-c", AGAIN, one.ref], env=environment, cwd=live.ROOT, capture_output=True, text=True
    )

    assert (here.verdict, dict(here.check.forms)) == ("same", {"pdf": "same", "docx": "same"})
    assert done.stdout.split() == ["same"], done.stderr[-2000:]


@pytest.mark.usefixtures("figures")
def test_it_stays_the_same_when_returns_templates_and_newer_snapshots_change() -> None:
    one = make.issued()
    change_may(finished=20, on_time=9)
    make.later_snapshot()
    make.templates(make.TEMPLATE.replace("Tình hình hồ sơ", "Chuyện khác"))
    centre_queries.clear_caches()

    assert queries.verify_issue(queries.by_any_name(one.ref)).verdict == "same"


@pytest.mark.usefixtures("figures")
def test_tampered_figures_are_found_out() -> None:
    one = make.issued()
    assert one.document is not None
    found = queries.by_any_name(one.ref)
    found.texts = {"loi": "Mọi việc đều tốt."}

    assert queries.verify_issue(found).verdict == "different"


@pytest.mark.usefixtures("figures")
def test_other_programs_are_said_not_hidden() -> None:
    found = queries.by_any_name(make.issued().ref)
    found.texts, found.programs = {"loi": "khác"}, {"tinhso-bulletins": "cũ", "duckdb": "0"}

    verified = queries.verify_issue(found)

    assert verified.verdict == "other_programs"
    assert verified.changed["duckdb"][0] == "0"


@pytest.mark.usefixtures("figures")
def test_figures_that_changed_since_the_former_issue_are_listed_with_old_and_new() -> None:
    make.issued()
    change_may(finished=20, on_time=9)
    make.later_snapshot()

    one = make.issued(make.NEXT_MONTH)

    rows = {row["name"]: (row["period"], row["old"], row["new"]) for row in one.observed["revisions"]["rows"]}
    assert rows["Hồ sơ đã giải quyết (Đơn vị p)"] == ("tháng 5/2024", "60\u00a0hồ sơ", "70\u00a0hồ sơ")
    assert rows["Tỷ lệ đúng hạn (Đơn vị p)"][1:] == ("86,67%", "75,71%")
    assert rows["Tỷ lệ đúng hạn (Đơn vị a1)"][1:] == ("86,67%", "56,00%")
    assert "Đơn vị a2" not in " ".join(rows)
    assert "báo cáo số 01/BC-TH (tháng 5/2024)" in make.words_of(one)
    assert "86,67% 75,71%" in make.words_of(one)


@pytest.mark.usefixtures("figures")
def test_nothing_changed_is_said_too() -> None:
    make.issued()

    assert "Không có số liệu nào đã nêu" in make.words_of(make.issued(make.NEXT_MONTH))


@pytest.mark.usefixtures("centre", "quick")
def test_a_revision_names_the_return_that_was_published_again_and_why(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[RecordQuery] = []

    def records(wanted: RecordQuery) -> list[Record]:
        asked.append(wanted)
        at = datetime(2025, 1, 3, tzinfo=UTC)
        one = Record("Hồ sơ – Đơn vị a1", "/returns/X/", "a1", "2024-05", "official", at, "Lan", why="nhầm hàng")
        return [one, replace(one, title="Cũ", as_of=datetime(2020, 1, 1, tzinfo=UTC))]

    def offer() -> list[Fact]:
        return [replace(facts.DOSSIERS, records=records)]

    monkeypatch.setattr(contract, "FACT_PROVIDERS", [offer])
    published(*dossiers("2024-05", "a1"), *dossiers("2024-06", "a1"))
    make.templates()
    make.issued()
    change_may(on_time=1)
    make.later_snapshot()

    why = {row["why"] for row in make.issued(make.NEXT_MONTH).observed["revisions"]["rows"]}

    assert why == {"“Hồ sơ – Đơn vị a1” công bố lại 03/01/2025: nhầm hàng"}
    assert asked[0].since == datetime(2024, 12, 31, tzinfo=UTC)


@pytest.mark.usefixtures("figures")
def test_nobody_approves_what_they_had_a_hand_in() -> None:
    chief = make.approver()
    made, reworded, submitted = make.a_draft("2024-03", by=chief), make.a_draft("2024-04"), make.a_draft("2024-05")
    services.reword(ref=reworded.ref, block="loi", text="Lời của trưởng.", by=chief, now=make.NOW)
    make.handed_in(made)
    make.handed_in(reworded)
    services.submit(ref=submitted.ref, by=chief, now=make.NOW)

    for one in (made, reworded, submitted):
        with pytest.raises(Forbidden, match="four_eyes"):
            services.issue(ref=one.ref, by=chief, now=make.NOW)

    assert not Issued.objects.exists()
    assert services.issue(ref=made.ref, by=make.approver("Bình"), now=make.NOW).state == "issued"


@pytest.mark.usefixtures("figures")
def test_rights_reach_only_the_unit_of_the_bulletin() -> None:
    stranger = make.somebody("An", "see indicators", "write bulletins", "approve bulletins", at="a1")
    one = make.handed_in(make.a_draft())

    with pytest.raises(Forbidden):
        make.a_draft(make.NEXT_MONTH, by=stranger)
    with pytest.raises(Forbidden):
        services.issue(ref=one.ref, by=stranger, now=make.NOW)
    with pytest.raises(Forbidden):
        services.send_back(ref=one.ref, why="x", by=stranger)
    assert not queries.readable_bulletins(stranger).exists()


@pytest.mark.usefixtures("figures")
def test_what_was_issued_is_not_edited_any_more() -> None:
    one = make.issued()

    acts: list[Callable[[], object]] = [
        lambda: services.reword(ref=one.ref, block="loi", text="x", by=make.writer(), now=make.NOW),
        lambda: services.submit(ref=one.ref, by=make.writer(), now=make.NOW),
        lambda: services.drop(ref=one.ref, by=make.writer()),
        lambda: services.change_draft(ref=one.ref, by=make.writer(), audience="public"),
        lambda: services.issue(ref=one.ref, by=make.approver("Bình"), now=make.NOW),
    ]
    for act in acts:
        with pytest.raises(Refused, match="wrong_state"):
            act()
    with pytest.raises(IntegrityError), transaction.atomic():
        Bulletin.objects.update(texts={"loi": "x"})
    with pytest.raises(IntegrityError), transaction.atomic():
        Bulletin.objects.filter(pk=one.pk).update(state="draft")


@pytest.mark.usefixtures("figures")
def test_a_wrong_issue_is_replaced_by_a_corrected_one_and_stays() -> None:
    first = make.issued()
    change_may(finished=20, on_time=9)
    make.later_snapshot()

    draft = services.correct(ref=first.ref, reason="sai số của a1", by=make.writer(), now=make.NOW)
    make.handed_in(draft)
    second = services.issue(ref=draft.ref, by=make.approver(), now=make.NOW)

    first.refresh_from_db()
    assert first.document is not None
    assert second.document is not None
    assert (first.state, first.document.withdrawn_why) == ("withdrawn", "Thay bằng 02/BC-TH: sai số của a1")
    assert second.document.replaces == first.document
    assert "(Thay thế báo cáo số 01/BC-TH ngày 06/01/2025. Lý do: sai số của a1)" in second.document.content["replaces"]
    assert "75,71%" in make.words_of(second)
    assert queries.verify_issue(queries.by_any_name(first.ref)).verdict == "same"
    assert queries.verify_issue(queries.by_any_name(second.ref)).verdict == "same"


@pytest.mark.usefixtures("figures")
def test_one_period_has_one_open_and_one_valid_issue() -> None:
    one = make.a_draft()
    with pytest.raises(Refused, match="open_already"):
        make.a_draft()
    services.issue(ref=make.handed_in(one).ref, by=make.approver(), now=make.NOW)

    with pytest.raises(Refused, match="issued_already"):
        make.a_draft()


@pytest.mark.usefixtures("figures")
def test_a_period_must_be_over_and_of_the_templates_kind() -> None:
    for period, code in (("2025-01", "not_over"), ("2024-Q1", "bad_period"), ("x", "bad_period")):
        with pytest.raises(Refused, match=code):
            make.a_draft(period)

    assert not Bulletin.objects.exists()


@pytest.mark.usefixtures("figures")
def test_rewording_keeps_every_former_wording_and_can_go_back() -> None:
    one = make.a_draft()
    for text in ("Lời một {{ unit }}.", "Lời hai.", ""):
        services.reword(ref=one.ref, block="loi", text=text, by=make.writer(), now=make.NOW)

    assert list(BulletinEdit.objects.order_by("pk").values_list("text", flat=True)) == [
        "Lời một {{ unit }}.",
        "Lời hai.",
        "",
    ]
    assert "86,67%" in make.words_of(services.issue(ref=make.handed_in(one).ref, by=make.approver(), now=make.NOW))


@pytest.mark.usefixtures("figures")
def test_a_rewording_that_cannot_be_set_is_refused() -> None:
    one = make.a_draft()

    for block, text, code in (
        ("loi", "{{ __import__('os') }}", "bad_phrase"),
        ("loi", '{{ value("KHONG-CO") }}', "unknown_indicator"),
        ("loi", "Tốt 🙂", "no_letters"),
        ("bang", "chữ", "not_a_text"),
        ("khong-co", "chữ", "unknown_block"),
    ):
        with pytest.raises(Refused, match=code):
            services.reword(ref=one.ref, block=block, text=text, by=make.writer(), now=make.NOW)

    assert not BulletinEdit.objects.exists()


@pytest.mark.usefixtures("figures")
def test_the_public_is_told_no_internal_figure() -> None:
    internal = make.words_of(make.issued())
    public = make.words_of(make.issued(make.NEXT_MONTH, audience="public"))

    assert "86,67%" in internal
    assert "86,67%" not in public
    assert "Tỷ lệ đúng hạn: không công bố." in public


@pytest.mark.usefixtures("figures")
def test_who_approves_at_once_gets_numbers_without_gaps() -> None:
    drafts = [make.handed_in(make.a_draft(period)).ref for period in ("2024-03", "2024-04")]

    def approve(ref: str) -> Any:
        try:
            return services.issue(ref=ref, by=make.approver(), now=make.NOW).document
        except Refused as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(approve, drafts))

    # the second was handed in beside the first: its list of revisions must be looked at again
    assert sorted(str(one) for one in found) == ["01/BC-TH", "former_changed"]
    assert Issued.objects.count() == 1


@pytest.mark.usefixtures("centre")
def test_a_faulty_template_is_refused_with_its_place() -> None:
    facts.a_catalogue()

    for before, after, named in (
        ('sort = "late"', 'sort = "spell"', "sort"),
        ('indicators = ["D-1", "D-2"]', 'indicators = ["D-99"]', "D-99"),
        ('place = "Tỉnh P"', "", "letterhead"),
        ('{{ sentence("D-2") }}', "{{ open('x') }}", "block 1"),
        ('period = "month"', 'period = "hour"', "period"),
    ):
        with pytest.raises(Refused) as refusal:
            make.templates(make.TEMPLATE.replace(before, after))
        assert named in refusal.value.message

    assert not BulletinTemplate.objects.exists()


def test_without_a_snapshot_there_is_nothing_to_draft(centre: None) -> None:
    facts.a_catalogue()
    make.templates()

    with pytest.raises(Refused, match="no_snapshot"):
        make.a_draft()

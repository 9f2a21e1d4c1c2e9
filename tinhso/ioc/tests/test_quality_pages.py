"""The board of data quality as its readers meet it: counts, problems, reminders, files, strangers."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.core import mail
from django.test import Client

from tinhso.blocks.audit.models import Entry
from tinhso.blocks.identity import queries as identity
from tinhso.blocks.identity.models import Person
from tinhso.blocks.identity.tests import makers as people
from tinhso.blocks.indicators import contract
from tinhso.blocks.indicators.contract import DataSetFacts, DataSetRule
from tinhso.blocks.messaging.models import Message
from tinhso.blocks.units.models import Unit
from tinhso.ioc.models import QualityFinding, QualityReminder, QualityRun, QualityTally
from tinhso.ioc.services import quality
from tinhso.ioc.tests.conftest import logged_in
from tinhso.ioc.tests.makers import dossiers, published, text_of
from tinhso.kernel.actor import program_actor
from tinhso.kernel.errors import Forbidden

NOW = datetime(2024, 12, 31, 3, tzinfo=UTC)
JUDGE = program_actor("judge", rights=["operate system"])
SPAN = "first=2024-07&last=2024-10"
ON_TIME = DataSetRule("part_le_whole", "error", ("on_time",), "Đúng hạn không lớn hơn đã giải quyết", "finished")
FORM = DataSetFacts("DOSSIERS", "Hồ sơ", "A", "commune", "services", (ON_TIME,))


def due(unit: str, month: str, sent: str | None) -> str:
    """One return as SQL: due on the fifth of the month after, sent on that day of it or never."""
    year, number = int(month[:4]), int(month[5:])
    after = f"{year + number // 12}-{number % 12 + 1:02d}"
    sent_at = f"TIMESTAMPTZ '{after}-{sent} 08:00+07'" if sent else "NULL::timestamptz"
    return f"""SELECT '{unit}-{month}' AS ref, '/returns/{unit}-{month}/' AS href,
        'DOSSIERS' AS data_set, 'A' AS agency,
        id AS unit, ref AS unit_ref, '{month}' AS period, '{month}' AS month, DATE '{month}-28' AS day,
        TIMESTAMPTZ '{after}-05 17:00+07' AS due_at, {sent_at} AS sent_at FROM units_unit WHERE ref = '{unit}'"""


@pytest.fixture
def board(leader: Person) -> Iterator[None]:
    """A form that two communes file, and what they did about it from July to October."""
    rows = [
        due("x", "2024-07", "03"),
        due("x", "2024-08", "04"),
        due("x", "2024-09", "09"),
        due("x", "2024-10", None),
        due("y", "2024-07", "05"),
        due("y", "2024-08", "05"),
        due("y", "2024-09", "05"),
        due("y", "2024-10", "05"),
    ]
    contract_rows, providers = contract.DUE_ROWS[:], contract.DATA_SET_PROVIDERS[:]
    contract.DUE_ROWS[:] = [" UNION ALL ".join(rows)]
    contract.DATA_SET_PROVIDERS[:] = [lambda: [FORM]]
    lines = dossiers("2024-07", "x", "y") + dossiers("2024-08", "x") + [("x", "2024-09", "desk", 10, 12, 3, "0.125")]
    published(*lines)
    yield
    contract.DUE_ROWS[:], contract.DATA_SET_PROVIDERS[:] = contract_rows, providers


@pytest.fixture
def boss(leader: Person) -> Client:
    """The leader, who may see returns as well."""
    role = people.a_role("see indicators", "see returns", code="boss", everywhere=True)
    people.a_post(leader, Unit.objects.get(ref="p"), role)
    return logged_in(leader)


@pytest.fixture
def clerk(leader: Person) -> Person:
    """Somebody of commune x who hands in."""
    found = people.a_person("lan")
    found.email = "lan@example.vn"
    found.save()
    people.a_post(found, Unit.objects.get(ref="x"), people.a_role("hand in returns", "see returns", code="clerk"))
    return found


def test_the_board_counts_what_was_received_and_what_was_on_time(board: None, boss: Client) -> None:
    said = text_of(boss, f"/quality/?{SPAN}")

    assert "7 / 8 báo cáo đến hạn" in said
    assert "6 / 8" in said
    assert "1 chưa gửi" in said


def test_missing_and_late_returns_lead_down_to_the_return_and_to_people(
    board: None, boss: Client, clerk: Person
) -> None:
    page = boss.get(f"/quality/missing/?{SPAN}").content.decode()
    late = text_of(boss, f"/quality/late/?{SPAN}")

    assert 'href="/returns/x-2024-10/"' in page
    assert clerk.name in page
    assert "tháng 9/2024" in late
    assert "1 việc" in late


def test_a_reminder_reaches_those_responsible_once_and_says_when(board: None, boss: Client, clerk: Person) -> None:
    form = {"key": "return:x-2024-10", "back": f"/quality/missing/?{SPAN}"}

    first = boss.post("/quality/remind/", form, follow=True).content.decode()
    second = boss.post("/quality/remind/", form, follow=True).content.decode()

    assert "Đã nhắc 1 người." in first
    assert "Đã nhắc" in second
    assert "Việc này đã được nhắc" in second
    message = Message.objects.get(to=clerk)
    assert (message.href, message.by_mail) == ("/returns/x-2024-10/", True)
    assert QualityReminder.objects.count() == 1
    assert Entry.objects.filter(did="reminded", subject="return:x-2024-10").count() == 1
    assert mail.outbox == []  # the worker sends it


def test_a_return_that_was_handed_in_needs_no_reminder(board: None, boss: Client, clerk: Person) -> None:
    said = boss.post("/quality/remind/", {"key": "return:y-2024-10"}, follow=True).content.decode()

    assert "đã được gửi" in said
    assert not Message.objects.exists()


def test_who_may_not_see_returns_of_the_unit_reminds_nobody(board: None, reader: Client, clerk: Person) -> None:
    answer = reader.post("/quality/remind/", {"key": "return:x-2024-10"})

    assert answer.status_code == 403
    assert not Message.objects.exists()
    assert '<button class="btn btn-small"' not in reader.get(f"/quality/missing/?{SPAN}").content.decode()


def test_nobody_is_reminded_where_nobody_is_responsible(board: None, boss: Client) -> None:
    said = boss.post("/quality/remind/", {"key": "return:x-2024-10"}, follow=True).content.decode()

    assert "Chưa có ai giữ quyền nộp báo cáo" in said


def test_the_way_back_leads_nowhere_else(board: None, boss: Client) -> None:
    answer = boss.post("/quality/remind/", {"key": "x", "back": "https://example.org/quality/"})

    assert answer["Location"] == "/quality/"


def test_a_snapshot_is_judged_once_and_findings_are_told_in_words(board: None, boss: Client, clerk: Person) -> None:
    run = quality.judge_published(by=JUDGE, now=NOW)

    assert run is not None
    assert quality.judge_published(by=JUDGE, now=NOW) is None
    assert run.found["rule"] == 1
    said = text_of(boss, f"/quality/findings/?{SPAN}")
    assert "Đúng hạn không lớn hơn đã giải quyết: 12 so với 10" in said
    tally = QualityTally.objects.get(unit="x")
    assert (tally.checked, tally.doubted) == (3, 1)
    key = QualityFinding.objects.get(test="rule").key
    one = text_of(boss, f"/quality/problems/{key}/")
    assert clerk.name in one
    assert "Nhắc" in one


def test_figures_of_a_finding_are_for_those_who_may_see_the_return(board: None, reader: Client) -> None:
    quality.judge_published(by=JUDGE, now=NOW)
    key = QualityFinding.objects.get(test="rule").key

    for address in (f"/quality/findings/?{SPAN}", f"/quality/problems/{key}/"):
        said = text_of(reader, address)

        assert "… so với …" in said
        assert "12 so với" not in said


def test_only_the_system_judges(board: None, leader: Person) -> None:
    with pytest.raises(Forbidden):
        quality.judge_published(by=identity.actor_for(leader), now=NOW)

    assert not QualityRun.objects.exists()


def test_a_score_is_checks_passed_out_of_checks_made(board: None, boss: Client) -> None:
    quality.judge_published(by=JUDGE, now=NOW)

    said = text_of(boss, f"/quality/scores/?{SPAN}")

    # x: 3 of 4 received, 2 of 4 on time, 2 of 3 months without doubt; y: all
    assert "7/11 63,6%" in said
    assert "9/9 100,0%" in said


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_files_are_written_down_and_hold_the_list(board: None, boss: Client, form: str) -> None:
    answer = boss.get(f"/quality/missing.{form}?{SPAN}")

    assert answer.status_code == 200
    assert answer["Content-Disposition"] == f'attachment; filename="quality-missing.{form}"'
    entry = Entry.objects.get(did="exported", subject_kind="ioc.Quality")
    assert (entry.subject, (entry.after or {})["rows"]) == ("missing", 1)


def test_before_any_judging_the_board_says_when_it_will_be(board: None, boss: Client) -> None:
    assert "chưa soát lần nào" in text_of(boss, f"/quality/?{SPAN}")


@pytest.mark.parametrize(
    "address",
    ["/quality/khac/", "/quality/?unit=zz", "/quality/?first=zz", "/quality/problems/zz/", "/quality/late.pdf"],
)
def test_what_nobody_knows_is_a_page_not_found(board: None, boss: Client, address: str) -> None:
    assert boss.get(address).status_code == 404


def test_strangers_see_nothing(board: None) -> None:
    for address in ("/quality/", "/quality/missing/", "/quality/findings.csv"):
        assert Client().get(address).status_code == 302


def test_sources_that_should_agree_are_compared(board: None, boss: Client, settings: object) -> None:
    folder = getattr(settings, "PROVINCE_DIR")  # noqa: B009
    (folder / "quality.toml").write_text(
        '[[pair]]\ncode = "p"\nname = "Hai nguồn"\nleft = "DOSSIERS.finished"\nright = "DOSSIERS.on_time"\n'
        f"tolerance = {Decimal('0.15')}\n",
        encoding="utf-8",
    )

    run = quality.judge_published(by=JUDGE, now=NOW)

    assert run is not None
    assert run.found["pair"] == 1
    assert "Hai nguồn: 10 so với 12" in text_of(boss, f"/quality/findings/?{SPAN}&test=pair")

"""Papers: in whose vault, used where, read by whom."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import Client

from tinhso.blocks.audit.models import Entry
from tinhso.blocks.documents import contract, queries, services
from tinhso.blocks.documents.contract import UploadLimits
from tinhso.blocks.documents.contract import papers as registered
from tinhso.blocks.documents.models import Paper, PaperUse
from tinhso.blocks.documents.queries.store import FileStore
from tinhso.blocks.documents.tests import papers as a
from tinhso.blocks.identity.tests.makers import a_person
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Forbidden, Refused

pytestmark = pytest.mark.usefixtures("store")
DAY = date(2026, 11, 5)


@pytest.fixture
def guards(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever handles matter 1 may read what is used in it."""
    monkeypatch.setattr(registered, "_GUARDS", [])

    @contract.register_paper_guard
    def of_matters(actor: Actor, used_in: str) -> bool:
        return used_in == "matter:1" and actor.name == "Cô Lan"


def logged_in(username: str) -> Client:
    """A browser in which somebody has logged in."""
    client = Client()
    client.force_login(a_person(username), backend=settings.AUTHENTICATION_BACKENDS[-1])
    return client


def use(paper: Paper, used_in: str = "matter:1", **changes: Any) -> PaperUse:
    """Use a paper as its owner would."""
    usual: dict[str, Any] = {"owner": a.OWNER, "by": a.CITIZEN, "now": a.NOON}
    return services.use_paper(ref=paper.ref, used_in=used_in, **usual | changes)


def hand_in(used_in: str = "matter:1", **changes: Any) -> Paper:
    """Hand in a file with a matter."""
    usual: dict[str, Any] = {
        "kind": "GT.1",
        "name": "Đơn",
        "owner": a.OWNER,
        "by": a.CITIZEN,
        "now": a.NOON,
        "file_name": "don.pdf",
    }
    return services.hand_in(upload=SimpleUploadedFile("don.pdf", a.a_pdf()), used_in=used_in, **usual | changes)


def test_whose_a_paper_is_stands_nowhere_in_the_clear() -> None:
    paper = a.a_paper()

    with connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(p)::text FROM documents_paper p")
        row = cursor.fetchone()[0]

    assert "001099000123" not in row
    assert queries.masked_owner(paper) == "••••0123"
    assert "001099000123" not in str([entry.after for entry in Entry.objects.all()])


def test_a_vault_holds_what_is_its_owners_and_nothing_else() -> None:
    mine, _theirs = a.a_paper(), a.a_paper(a.ANOTHER)
    use(mine)

    found = list(queries.papers_of_owner(a.OWNER))

    assert found == [mine]
    assert vars(found[0])["reused_count"] == 1
    assert not queries.papers_of_owner("").exists()


def test_what_may_be_used_again_is_of_its_kind_valid_and_not_withdrawn() -> None:
    good = a.a_paper(valid_until=DAY)
    a.a_paper(kind="KQ.KHAC")
    a.a_paper(valid_until=DAY - timedelta(days=1))
    gone = a.a_paper()
    services.withdraw_paper(ref=gone.ref, why="cấp sai", by=a.CITIZEN, now=a.NOON)

    assert list(queries.reusable_papers(a.OWNER, "KQ.TEST", day=DAY)) == [good]


def test_somebody_elses_paper_is_refused_as_if_it_were_not_there() -> None:
    theirs = a.a_paper(a.ANOTHER)

    with pytest.raises(Refused) as foreign:
        use(theirs)
    with pytest.raises(Refused) as unknown:
        services.use_paper(ref="GT-KHONGCO", owner=a.OWNER, used_in="matter:1", by=a.CITIZEN, now=a.NOON)

    assert foreign.value.code == unknown.value.code == "unknown_paper"
    assert foreign.value.template == unknown.value.template


def test_an_expired_or_withdrawn_paper_is_not_used() -> None:
    expired, gone = a.a_paper(valid_until=DAY - timedelta(days=1)), a.a_paper()
    services.withdraw_paper(ref=gone.ref, why="cấp sai", by=a.CITIZEN, now=a.NOON)

    with pytest.raises(Refused, match="expired_paper"):
        use(expired)
    with pytest.raises(Refused, match="withdrawn_paper"):
        use(gone)
    assert not PaperUse.objects.exists()


def test_using_a_paper_twice_in_one_place_is_one_use() -> None:
    paper = a.a_paper()

    assert use(paper) == use(paper)
    assert Entry.objects.filter(did="used paper").count() == 1


def test_a_paper_of_nobodys_vault_stays_with_what_it_was_handed_in_with() -> None:
    paper = hand_in(owner="")

    with pytest.raises(Refused, match="unknown_paper"):
        use(paper, "matter:2", owner="")

    assert list(queries.used_in("matter:1")) == [paper]


def test_no_place_takes_more_papers_than_it_may_even_at_once() -> None:
    papers = [a.a_paper() for _paper in range(6)]

    def one(paper: Paper) -> str:
        try:
            use(paper, most=3)
        except Refused as refusal:
            return refusal.code
        finally:
            connection.close()
        return "used"

    with ThreadPoolExecutor(6) as pool:
        said = sorted(pool.map(one, papers))

    assert said == ["too_many_papers"] * 3 + ["used"] * 3


def test_handing_in_counts_the_files_of_a_form() -> None:
    hand_in(limits=UploadLimits(most=1))

    with pytest.raises(Refused, match="too_many_papers"):
        hand_in(limits=UploadLimits(most=1))


def test_withdrawing_says_why_and_happens_once() -> None:
    paper = a.a_paper()

    with pytest.raises(Refused, match="no_reason"):
        services.withdraw_paper(ref=paper.ref, why=" ", by=a.CITIZEN, now=a.NOON)
    services.withdraw_paper(ref=paper.ref, why="cấp sai", by=a.CITIZEN, now=a.NOON)
    with pytest.raises(Refused, match="withdrawn_paper"):
        services.withdraw_paper(ref=paper.ref, why="lần nữa", by=a.CITIZEN, now=a.NOON)


def test_a_paper_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(Refused, match="ends_before_it_begins"):
        a.a_paper(issued_on=DAY, valid_until=DAY - timedelta(days=1))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE documents_paper SET name = 'khác'",
        "UPDATE documents_paper SET owner = ''",
        "DELETE FROM documents_paper",
        "UPDATE documents_paperuse SET reused = false",
        "DELETE FROM documents_paperuse",
    ],
)
def test_the_database_refuses_to_rewrite_papers_and_uses(statement: str) -> None:
    use(a.a_paper())

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_figures_have_what_they_are_a_part_of() -> None:
    scan, result = a.a_paper(), a.a_paper(is_result=True, digitised=True)
    a.a_paper(name="Khai sinh (đọc được)", made_from=scan, digitised=True)
    a.a_paper(a.ANOTHER)
    hand_in()
    use(result)

    figures = queries.paper_figures(since=a.NOON - timedelta(days=1), until=a.NOON + timedelta(days=1))

    assert figures == queries.Figures(papers=4, digitised=2, results=1, results_digitised=1, uses=2, reused=1)


def test_those_who_handle_a_matter_read_its_papers_and_it_is_written_down(guards: None) -> None:
    paper = hand_in()

    answer = logged_in("lan").get(f"/papers/{paper.ref}/")

    assert b"".join(answer.streaming_content) == a.a_pdf()  # type: ignore[attr-defined]
    assert answer["Content-Disposition"] == 'attachment; filename="don.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert Entry.objects.get(did="viewed").subject == paper.ref


def test_a_paper_is_shown_in_the_page_where_that_is_asked_for(guards: None) -> None:
    paper = hand_in()

    answer = logged_in("lan").get(f"/papers/{paper.ref}/?inline=1")

    assert answer["Content-Disposition"] == 'inline; filename="don.pdf"'


def test_to_be_the_owner_by_name_opens_no_paper(guards: None) -> None:
    paper = a.a_paper()

    assert logged_in("chu").get(f"/papers/{paper.ref}/").status_code == 403


def test_others_hear_the_same_of_a_foreign_paper_and_of_none(guards: None) -> None:
    paper = hand_in()
    client = logged_in("nam")

    answers = [client.get(f"/papers/{ref}/") for ref in (paper.ref, "GT-KHONGCO")]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert len({answer.context["message"] for answer in answers}) == 1
    assert not Entry.objects.filter(did="viewed").exists()


def test_without_a_guard_nobody_reads_anything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registered, "_GUARDS", [])
    paper = hand_in()

    with pytest.raises(Forbidden):
        services.read_paper(ref=paper.ref, by=a.CITIZEN)


def test_a_damaged_file_is_told_on_a_page(guards: None, store: FileStore) -> None:
    paper = hand_in()
    path = store.path(paper.file.sha256)
    path.chmod(0o600)
    path.write_bytes(b"X" * 100)

    answer = logged_in("lan").get(f"/papers/{paper.ref}/")

    assert answer.status_code == 409
    assert "bị hỏng" in answer.content.decode()

"""Papers of a case: bound to it once they are known to be harmless, read by who may read the case."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tinhso.blocks.cases import services
from tinhso.blocks.cases.contract import Channel
from tinhso.blocks.cases.models import Case, Entry
from tinhso.blocks.cases.queries import papers, secrets
from tinhso.blocks.cases.services.tracking import applicant_actor
from tinhso.blocks.cases.tests import makers
from tinhso.blocks.documents.tests.papers import a_pdf
from tinhso.blocks.units.models import Unit
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Forbidden, Refused

pytestmark = pytest.mark.django_db(transaction=True)
MONDAY = makers.MONDAY


@pytest.fixture
def commune() -> Unit:
    return makers.a_unit("28777", "Xã An")


def _taken_in(by: Actor, name: str = "Đơn", content: bytes | None = None) -> list[services.StoredPaper]:
    upload = SimpleUploadedFile("don.pdf", a_pdf() if content is None else content)
    return services.take_in(uploads=[(name, "don.pdf", upload)], by=by, now=MONDAY)


def test_what_is_filed_with_a_file_keeps_it_and_leads_to_it(commune: Unit) -> None:
    by = Actor(ref="applicant", name="Người nộp", kind="applicant")

    case = services.file_case(
        filing=makers.a_filing(commune, channel=Channel.ONLINE, files=_taken_in(by)), by=by, now=MONDAY
    )

    assert [paper.name for paper in papers.papers_of_case(case)] == ["Đơn"]
    assert Entry.objects.get(case=case, did="paper_added").detail == {"papers": ["Đơn"]}


def test_a_file_that_is_not_what_it_says_leaves_no_dossier(commune: Unit) -> None:
    by = Actor(ref="applicant", name="Người nộp", kind="applicant")

    with pytest.raises(Refused):
        services.file_case(filing=makers.a_filing(commune, files=_taken_in(by, content=b"MZ")), by=by, now=MONDAY)

    assert not Case.objects.exists()


def test_only_who_works_on_a_dossier_or_holds_its_key_adds_to_it_and_nobody_once_it_is_closed(commune: Unit) -> None:
    case, other = makers.filed(commune), makers.filed(commune)
    seer = makers.an_actor("seer", "Người xem", ["see cases"], commune)
    receiver = makers.a_receiver(commune)

    for by in (seer, applicant_actor(other, "")):
        with pytest.raises(Forbidden):
            services.attach_papers(code=case.code, kept=_taken_in(by), by=by, now=MONDAY)
    services.attach_papers(code=case.code, kept=_taken_in(receiver), by=receiver, now=MONDAY)
    services.decline(code=case.code, step=makers.step_of(case), why="Không", by=receiver, now=MONDAY)
    with pytest.raises(Refused, match="closed_case"):
        services.attach_papers(code=case.code, kept=_taken_in(receiver), by=receiver, now=MONDAY)

    assert len(papers.papers_of_case(case)) == 1


def test_a_key_opens_the_papers_of_its_own_dossier_only(commune: Unit, client: Client) -> None:
    case, other = makers.filed(commune), makers.filed(commune)
    receiver = makers.a_receiver(commune)
    for one in (case, other):
        services.attach_papers(code=one.code, kept=_taken_in(receiver), by=receiver, now=MONDAY)
    (mine,), (theirs,) = papers.papers_of_case(case), papers.papers_of_case(other)
    way = f"/track/{case.code}/{secrets.key_of(case)}/papers"

    own: Any = client.get(f"{way}/{mine.ref}/")
    others: Any = client.get(f"{way}/{theirs.ref}/")
    without_key: Any = client.get(f"/track/{case.code}/{secrets.key_of(other)}/papers/{mine.ref}/")

    assert b"".join(own.streaming_content).startswith(b"%PDF")
    assert own.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert others.status_code in (403, 404)
    assert without_key.status_code in (403, 404, 409)


def test_the_result_is_a_paper_of_the_office_in_the_applicants_vault(commune: Unit) -> None:
    case = makers.received(commune)
    services.complete(code=case.code, step=makers.step_of(case), by=makers.an_officer(commune), now=MONDAY)
    head = makers.a_head(commune)

    services.complete(
        code=case.code,
        step=makers.step_of(case),
        by=head,
        now=MONDAY,
        number="5/GP",
        files=_taken_in(head, "Giấy phép"),
    )

    (result,) = papers.papers_of_case(case)
    assert (result.is_result, result.number, result.issuer) == (True, "5/GP", "Xã An")

"""A result is signed before its case is finished: the step waits, the signed file is what the applicant gets."""

from datetime import timedelta

import pytest
from django.test import Client

from tinhso.blocks.cases import services
from tinhso.blocks.cases.models import Case
from tinhso.blocks.cases.queries import papers, secrets
from tinhso.blocks.cases.tests import makers
from tinhso.blocks.documents import queries as documents
from tinhso.blocks.documents.tests.papers import a_pdf
from tinhso.blocks.identity import queries as identity
from tinhso.blocks.identity.tests.makers import a_person, a_post, a_role
from tinhso.blocks.outbox import services as outbox
from tinhso.blocks.outbox.models import Announcement
from tinhso.blocks.signature_requests import queries as requests
from tinhso.blocks.signature_requests import services as signing
from tinhso.blocks.signature_requests.contract import SignerPlace
from tinhso.blocks.signature_requests.models import Request
from tinhso.blocks.signatures.rights import SEAL_DOCUMENTS, SIGN_DOCUMENTS
from tinhso.blocks.signatures.services import illustrative_key
from tinhso.blocks.units.models import Unit
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def commune() -> Unit:
    return makers.a_unit("28777", "Xã An")


@pytest.fixture
def signer(commune: Unit) -> Actor:
    """Who signs and, as people are few there, seals."""
    person = a_person("chu-tich")
    a_post(person, commune, a_role(SIGN_DOCUMENTS, SEAL_DOCUMENTS))
    return identity.actor_for(person)


def case_to_be_signed(commune: Unit, signer: Actor) -> tuple[Case, int, Request]:
    """A case whose last step waits for a signature."""
    case, now = makers.received(commune), clock.now()
    services.complete(code=case.code, step=makers.step_of(case), by=makers.an_officer(commune), now=now)
    step = makers.step_of(case)
    one = services.ask_signature(
        code=case.code,
        step=step,
        content=a_pdf(),
        kind="Giấy phép",
        signers=[SignerPlace(signer.ref)],
        notation="GP",
        by=makers.a_head(commune),
        now=now,
        outcome="Giấy phép thử",
    )
    return case, step, one


def deliver() -> None:
    """What the worker would do, twice."""
    for one in Announcement.objects.filter(delivered_at=None).order_by("pk"):
        outbox.deliver_announcement(one.pk)
        Announcement.objects.filter(pk=one.pk).update(delivered_at=None)
        outbox.deliver_announcement(one.pk)


def test_what_was_signed_and_sealed_becomes_the_result_that_the_applicant_fetches(
    commune: Unit, signer: Actor, client: Client
) -> None:
    case, step, one = case_to_be_signed(commune, signer)
    now, key = clock.now(), illustrative_key("Thử", "Xã An")

    with pytest.raises(Refused, match="held_by_another"):
        services.complete(code=case.code, step=step, by=makers.a_head(commune), now=now)
    signing.sign_turn(ref=one.ref, sha256=requests.bytes_of(one).sha256, signer=key, by=signer, now=now)
    issued = signing.seal_document(ref=one.ref, signer=key, by=signer, now=now + timedelta(minutes=5))
    deliver()

    case = Case.objects.get(pk=case.pk)
    (result,) = papers.results_of(case)
    page = client.get(f"/track/{case.code}/{secrets.key_of(case)}/").content.decode()
    assert (case.status, case.outcome_number) == (Case.Status.FINISHED, "01/GP")
    assert b"".join(documents.chunks(result.file)) == requests.bytes_of(issued).content
    assert f"/verify/signature/{requests.document_of(issued)}/" in page
    assert "<svg" in page.partition('id="signed-result"')[2].partition("</section>")[0]


def test_a_result_that_is_given_up_leaves_its_step_to_the_post_again(commune: Unit, signer: Actor) -> None:
    case, step, one = case_to_be_signed(commune, signer)
    head, now = makers.a_head(commune), clock.now()

    signing.return_to_drafter(ref=one.ref, why="Sai tên", by=signer, now=now)
    signing.cancel_request(ref=one.ref, why="Làm lại", by=head, now=now)
    deliver()

    done = services.complete(code=case.code, step=step, by=head, now=now, number="7/GP")
    assert done.status == Case.Status.FINISHED

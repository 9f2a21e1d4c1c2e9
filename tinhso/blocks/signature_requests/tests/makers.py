"""Makers that read aloud: a body with people who draft, sign and seal, and what they send on its way."""

import itertools
from dataclasses import dataclass
from typing import Any

from tests.simulators.certificate_authority import Authorities
from tinhso.blocks.identity import queries as identity
from tinhso.blocks.identity.tests.makers import a_person, a_post, a_role, a_unit
from tinhso.blocks.signature_requests import queries, services
from tinhso.blocks.signature_requests.contract import RequestDraft, SignerPlace
from tinhso.blocks.signature_requests.models import Request
from tinhso.blocks.signatures.rights import DESK_RIGHTS, DRAFT_DOCUMENTS, SEAL_DOCUMENTS, SIGN_DOCUMENTS
from tinhso.blocks.signatures.tests.makers import a_pdf, key_of
from tinhso.blocks.units.models import Level, Unit
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Office:
    """A body, and its people as actors."""

    unit: Unit
    drafter: Actor
    head: Actor
    chairman: Actor
    clerk: Actor
    stranger: Actor


def an_office() -> Office:
    """A body in which one drafts, two sign, one seals; and somebody of another body with every right there."""
    unit, other = a_unit("p", level=Level.PROVINCE), a_unit("khac", level=Level.PROVINCE)
    signs = a_role(SIGN_DOCUMENTS, code="ky")
    who = {
        "soan": (unit, a_role(DRAFT_DOCUMENTS, code="soan")),
        "truong-phong": (unit, signs),
        "chu-tich": (unit, signs),
        "van-thu": (unit, a_role(SEAL_DOCUMENTS, code="dong-dau")),
        "nguoi-la": (other, a_role(*DESK_RIGHTS, code="het")),
    }
    people = []
    for name, (place, role) in who.items():
        person = a_person(name, password=None)  # nobody logs in by one: hashing takes longer than signing
        a_post(person, place, role)
        people.append(identity.actor_for(person))
    return Office(unit, *people)


def a_draft(office: Office, *signers: Actor, **changes: Any) -> RequestDraft:
    """A decision that nobody asked for before."""
    number = next(_numbers)
    given: dict[str, Any] = {
        "key": f"k{number}",
        "about": f"test:{number}",
        "kind": "Quyết định",
        "title": f"Về việc số {number}",
        "content": a_pdf(f"Noi dung {number}"),
        "notation": "QĐ-UBND",
        "signers": tuple(SignerPlace(one.ref, "KT.", "CHỦ TỊCH") for one in signers or (office.chairman,)),
    }
    return RequestDraft(**given | changes)


def sent(office: Office, *signers: Actor, **changes: Any) -> Request:
    """One that waits for its first signature."""
    draft = a_draft(office, *signers, **changes)
    one = services.draft_request(draft=draft, unit=office.unit, by=office.drafter, now=clock.now())
    return services.send_request(ref=one.ref, by=office.drafter, now=clock.now())


def signed_by(one: Request, by: Actor, authorities: Authorities, name: str = "chu-tich") -> Request:
    """The same after somebody has signed what they see."""
    sha256 = queries.bytes_of(one).sha256
    return services.sign_turn(ref=one.ref, sha256=sha256, signer=key_of(authorities, name), by=by, now=clock.now())


def sealed_by(one: Request, by: Actor, authorities: Authorities) -> Request:
    """The same after the clerk has sealed it."""
    return services.seal_document(ref=one.ref, signer=key_of(authorities, "con-dau"), by=by, now=clock.now())

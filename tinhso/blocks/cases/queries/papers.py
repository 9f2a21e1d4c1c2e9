"""Papers of a case: what was handed in with it, and what it resulted in."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext

from tinhso.blocks.cases.models import Case
from tinhso.blocks.cases.queries import lookup
from tinhso.blocks.documents import queries as documents
from tinhso.blocks.documents.models import Paper
from tinhso.blocks.signature_requests import queries as requests
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused

PREFIX = "case:"


def ref_of(case: Case) -> str:
    """What other blocks know a case by."""
    return f"{PREFIX}{case.code}"


def code_in(ref: str) -> str:
    """The code in such a reference; empty in any other."""
    return ref.removeprefix(PREFIX) if ref.startswith(PREFIX) else ""


def may_read(actor: Actor, ref: str) -> bool:
    """Whether somebody may read what belongs to a case."""
    code = code_in(ref)
    if not code:
        return False
    if actor.kind == "applicant":
        return actor.ref == f"applicant:{code}"
    try:
        lookup.visible_case(code, by=actor)
    except Refused:
        return False
    return True


def results_of(case: Case) -> Sequence[Paper]:
    """What a case itself resulted in and still holds; not the results of others that were used again in it."""
    own = documents.used_in(ref_of(case)).filter(is_result=True, withdrawn_at=None)
    return list(own.filter(uses__used_in=ref_of(case), uses__reused=False).order_by("kept_at", "pk").distinct())


@dataclass(frozen=True)
class SignedResult:
    """A result that was signed and sealed: its number, where anybody can check it, and that address as a code."""

    number: str
    href: str
    code: str


def signature_of(case: Case) -> SignedResult | None:
    """What is to be told of the signatures of a case's result; None where it was not signed here."""
    request = requests.issued_under(f"{ref_of(case)}#")
    if request is None or not results_of(case):
        return None
    href = reverse("signature_requests:kept", args=[requests.document_of(request)])
    address = settings.PUBLIC_URL.rstrip("/") + href
    return SignedResult(request.number_text, href, documents.qr_svg(address, title=gettext("Kiểm tra chữ ký")))


def papers_of_case(case: Case) -> Sequence[Paper]:
    """The papers of a case, the oldest first."""
    return list(documents.used_in(ref_of(case)).order_by("kept_at", "pk"))

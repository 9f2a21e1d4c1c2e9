"""Checking the signatures of a PDF or XML file, for programs; nobody needs to be known."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from tinhso.blocks.signatures import queries, services
from tinhso.blocks.signatures.contract import CheckedSignature
from tinhso.kernel import clock
from tinhso.kernel.actor import NOBODY, Actor

router = Router(tags=["signatures"])
BODY = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


class ReasonOut(Schema):
    """A stable code, and its words in the reader's language."""

    code: str
    words: str


class PageOut(Schema):
    """A page that looks otherwise than what was signed: ``different``, ``added`` or ``gone``."""

    page: int
    change: str


class SignatureOut(Schema):
    """One signature. ``added`` after it: ``nothing``, ``proofs``, ``allowed`` or ``forbidden`` changes, ``bytes``
    behind the end of the file that no reader shows, ``outside``: parts that nobody signed, ``unjudged``. ``form``:
    ``PAdES``, ``XAdES`` or ``XML-DSig``. ``integrity``, whoever signed: ``intact``, ``altered`` or ``unjudged``.

    ``claimed_at`` is the signer's own clock, ``proven_at`` a timestamp service's. ``pages`` is null where nothing had
    to be compared, or nothing could be drawn; ``outside`` counts bytes behind the end of the file.
    """

    verdict: str
    integrity: str
    field: str
    who: str
    organisation: str
    issuer: str
    serial: str
    valid_from: datetime | None
    valid_until: datetime | None
    claimed_at: datetime | None
    proven_at: datetime | None
    form: str
    level: str
    place: str
    reason: str
    added: str
    outside: int
    pages: list[PageOut] | None
    reasons: list[ReasonOut]
    notes: list[ReasonOut]


class CheckOut(Schema):
    """The verdict on a file: ``valid``, ``valid_but`` (read the reasons), ``unknown``, ``invalid``, ``not_signed``.

    ``integrity`` is apart from trust: ``intact`` as signed, ``altered``, ``unjudged`` (the reasons say why), ``none``.
    """

    verdict: str
    integrity: str
    title: str
    meaning: str
    sha256: str
    size: int
    checked_at: datetime
    reasons: list[ReasonOut]
    signatures: list[SignatureOut]


@router.post(
    "/signatures/check", response=CheckOut, auth=None, openapi_extra=BODY, summary="Check signatures of a file"
)
def check_signatures(request: HttpRequest) -> dict[str, Any]:
    """What the signatures of the PDF or XML in the body are worth. It is not kept; each address has a limit an hour."""
    now = clock.now()
    by: Actor = getattr(request, "actor", NOBODY)
    services.take_turn(by=by, now=now)
    report = services.check_file(content=request.body, now=now)
    title, meaning = queries.verdict_words(report.verdict, report.integrity)
    return {
        "verdict": report.verdict,
        "integrity": report.integrity,
        "title": title,
        "meaning": meaning,
        "sha256": report.sha256,
        "size": report.size,
        "checked_at": report.checked_at,
        "reasons": _reasons_json(report.why),
        "signatures": [_signature_json(checked_signature) for checked_signature in report.signatures],
    }


def _signature_json(one: CheckedSignature) -> dict[str, Any]:
    changed = None if one.pages is None else [{"page": page, "change": how} for page, how in sorted(one.pages.items())]
    return asdict(one) | {"pages": changed, "reasons": _reasons_json(one.why), "notes": _reasons_json(one.notes)}


def _reasons_json(codes: tuple[str, ...]) -> list[dict[str, str]]:
    return [{"code": code, "words": words} for code, words in zip(codes, queries.reason_words(codes), strict=True)]

"""Checking a file that anybody may send: bounded, counted, forgotten."""

import atexit
import base64
import threading
from dataclasses import replace
from datetime import datetime
from tempfile import NamedTemporaryFile
from typing import Any

from django.utils.translation import gettext as _

from tinhso.blocks.identity import services as identity
from tinhso.blocks.signatures import queries
from tinhso.blocks.signatures.contract import CheckReport, TrustAnchor
from tinhso.blocks.signatures.services import trust_services
from tinhso.kernel.actor import Actor
from tinhso.kernel.apart import Programs
from tinhso.kernel.errors import Refused

AT_ONCE = 2
WAIT_SECONDS = 20  # for a place to draw
ONE_SUBSCRIBER = 64  # bits of an IPv6 address: the rest is whatever a machine gives itself


MOST_COMPARED = 3  # versions of one file that are drawn
_drawing = threading.Semaphore(AT_ONCE)
programs = Programs(AT_ONCE, queries.VALIDATION_PROGRAM)
atexit.register(programs.stop)


def check_file(*, content: bytes, now: datetime) -> CheckReport:
    """What the signatures of a file are worth. Nothing of it is kept; a file made to break readers breaks none of ours.

    Refuses an empty file and one larger than the province's rules allow.
    """
    largest = queries.rules().largest
    if not content:
        raise Refused("empty_file", _("Tệp rỗng. Hãy chọn lại tệp."))
    if len(content) > largest:
        raise too_large()
    trusted = queries.trust_anchors()
    by = "xml_validation" if _is_xml(content) else "pdf_validation"
    program_input: dict[str, Any] = {
        "by": by,
        "at": now.isoformat(),
        "anchors": [anchor_data(trust_anchor) for trust_anchor in trusted],
    }
    with NamedTemporaryFile() as file:
        file.write(content)
        file.flush()
        program_input["path"] = file.name
        values = programs.ask(program_input)
        revocation_answers = trust_services.ask_about(values.get("wanted", []))
        if revocation_answers["ocsp"] or revocation_answers["crl"]:
            values = programs.ask(program_input | {"known": revocation_answers})
    return _with_page_changes(queries.check_report(content, values, trusted, now), content)


def _with_page_changes(report: CheckReport, content: bytes) -> CheckReport:
    """With the pages that look different now from what each signature covers; a change that is allowed is seen, too.

    Where only proofs came after a signature nothing is drawn: no page can look different.
    """
    grown = [
        checked_signature
        for checked_signature in report.signatures
        if checked_signature.signed_to and checked_signature.added not in ("nothing", "proofs", "bytes")
    ]
    lengths = sorted({checked_signature.signed_to for checked_signature in grown})[-MOST_COMPARED:]
    if not lengths or not _drawing.acquire(timeout=WAIT_SECONDS):
        return report
    try:
        pages = {length: queries.changed_pages(content[:length], content) for length in lengths}
    finally:
        _drawing.release()
    checked_signatures = tuple(
        replace(checked_signature, pages=pages[checked_signature.signed_to])
        if checked_signature.signed_to in pages
        else checked_signature
        for checked_signature in report.signatures
    )
    return replace(report, signatures=checked_signatures)


def _is_xml(content: bytes) -> bool:
    """Whether a file begins as XML does, after a mark of its letters' order; a PDF may have anything before it."""
    begin = content[:1024].removeprefix(b"\xef\xbb\xbf").lstrip()
    return begin.startswith((b"<", b"\xff\xfe<", b"\xfe\xff\x00<")) and b"%PDF-" not in content[:1024]


def too_large() -> Refused:
    """The refusal of a file that is too large."""
    most = queries.rules().largest // 1_000_000
    return Refused("too_large", _("Tệp lớn hơn %(most)s MB nên không kiểm tra được."), most=most)


def anchor_data(trust_anchor: TrustAnchor) -> dict[str, Any]:
    """An issuer that is trusted, as programs read it."""
    return {
        "certificate": base64.b64encode(trust_anchor.certificate).decode(),
        "since": trust_anchor.since.isoformat() if trust_anchor.since else None,
        "until": trust_anchor.until.isoformat() if trust_anchor.until else None,
    }


def take_turn(*, by: Actor, now: datetime) -> None:
    """Count one more check of an address; refuses when there were too many within this hour of the clock."""
    words = _("Từ mạng của bạn đã có quá nhiều lần kiểm tra trong giờ này. Hãy thử lại sau.")
    identity.take_turn(what="signatures.check", most=queries.rules().checking.per_hour, words=words, by=by, now=now)

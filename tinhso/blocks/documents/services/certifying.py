"""Certifying many copies of one paper in one go."""

import tempfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.blocks.documents import queries
from tinhso.blocks.documents.contract import Certifying
from tinhso.blocks.documents.events import CopiesCertified
from tinhso.blocks.documents.models import Certification, CertifiedCopy, StoredFile, Verification
from tinhso.blocks.documents.queries import certified
from tinhso.blocks.documents.services import storing, verification
from tinhso.blocks.documents.services.issuing import take_numbers
from tinhso.blocks.outbox import services as outbox
from tinhso.blocks.units.models import Unit
from tinhso.kernel import clock, refs
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused

MOST_COPIES = 500
COPYABLE = ("application/pdf", "image/jpeg", "image/png")


@transaction.atomic
def certify_copies(
    *,
    original: StoredFile,
    what: str,
    copies: int,
    unit: Unit,
    right: str,
    by: Actor,
    now: datetime,
    how: Certifying | None = None,
) -> Certification:
    """Certify ``copies`` of what somebody has compared with the original: a PDF, a number and a code each, in one ZIP.

    ``what`` names the paper, without personal data: the register and the public pages of the copies show it. ``right``
    is what ``by`` must be able to do at ``unit``, the body that certifies; ``how`` None: the province's words. Whoever
    fails gives the numbers back. Refuses more than ``MOST_COPIES``, and what cannot be printed page by page.
    """
    by.must_be_able_to(right, at=unit)
    _must_be_copyable(original, copies)
    how = how or certified.certifying_rules()
    day = clock.local(now).date()
    first = take_numbers(unit, how.notation, day.year, count=copies if how.number_each else 1)
    numbers = [first + place if how.number_each else first for place in range(copies)]
    pages = _pages_for(numbers, how, what, unit, now)
    lines = [
        certified.Copy(page.number, place, copies, queries.verify_url(page.token))
        for place, page in enumerate(pages, 1)
    ]
    content = certified.certified_copy_pdf(how, lines, what=what, sha256=original.sha256, day=day, signer=by.name)
    packed, hashes = _packed_copies(original, content, lines, now)
    row = Certification.objects.create(
        ref=refs.new_ref("CT"),
        original=original,
        what=what[:300],
        unit=unit,
        right=right,
        copies=copies,
        packed=packed,
        certified_at=now,
        certified_by=by.ref,
        certified_by_name=by.name,
    )
    _insert_copies(row, numbers, hashes, pages, how, day.year)
    values = {"copies": copies, "numbers": [numbers[0], numbers[-1]], "notation": how.notation, "of": original.sha256}
    audit.record(by=by, did="certified copies", to=row, after=values)
    outbox.emit(CopiesCertified(ref=row.ref, unit=unit.ref, copies=copies))
    return row


def _must_be_copyable(original: StoredFile, copies: int) -> None:
    if not 1 <= copies <= MOST_COPIES:
        raise Refused("too_many_copies", _("Mỗi lần chứng thực từ 1 đến %(most)s bản."), most=MOST_COPIES)
    if original.media_type not in COPYABLE:
        raise Refused("not_printable", _("Chỉ sao được PDF và ảnh JPEG, PNG. Hãy lưu tệp thành PDF."))


def _pages_for(numbers: Sequence[int], how: Certifying, what: str, unit: Unit, now: datetime) -> list[Verification]:
    kind = f"Bản sao chứng thực: {what}"  # what is issued speaks Vietnamese, whoever presses the button
    return [
        Verification(
            **verification.verification_columns(
                kind=kind,
                number=f"{number:02d}/{how.notation}",
                issued_on=clock.local(now).date(),
                issuer=unit.name,
                now=now,
            )
        )
        for number in numbers
    ]


def _packed_copies(
    original: StoredFile, content: bytes, lines: Sequence[certified.Copy], now: datetime
) -> tuple[StoredFile, list[str]]:
    with tempfile.TemporaryDirectory() as folder, storing.incoming_file() as target:
        source = Path(folder) / "original"
        storing.write_chunks(queries.chunks(original), source)
        hashes = certified.pack_copies(source, original.media_type, content, lines, target)
        return storing.store_file(target, media_type="application/zip", now=now)[0], hashes


def _insert_copies(
    row: Certification,
    numbers: Sequence[int],
    hashes: Sequence[str],
    pages: Sequence[Verification],
    how: Certifying,
    year: int,
) -> None:
    for page, sha256 in zip(pages, hashes, strict=True):
        page.sha256 = sha256
    verifications = Verification.objects.bulk_create(pages)
    CertifiedCopy.objects.bulk_create(
        CertifiedCopy(
            certification=row,
            place=place,
            notation=how.notation,
            year=year,
            number=number,
            sha256=sha256,
            verification=page,
        )
        for place, (number, sha256, page) in enumerate(zip(numbers, hashes, verifications, strict=True), 1)
    )

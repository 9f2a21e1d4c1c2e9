"""Documents that were signed here."""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from tinhso.blocks.signatures.contract import PadesLevel
from tinhso.blocks.signatures.models import ArchiveStamp, Signature, SignedDocument
from tinhso.blocks.signatures.queries.rules import rules
from tinhso.kernel.errors import Refused


def request_done(request: str) -> Signature | None:
    """What an earlier asking of the same act came to."""
    return Signature.objects.filter(request=request).select_related("document").first()


def latest_signature(about: str) -> Signature:
    """The last signature of what ``about`` names, its bytes included; refuses what nobody signed."""
    signature = Signature.objects.filter(document__about=about).select_related("document").order_by("-place").first()
    if signature is None:
        raise Refused("unknown_signed", _("“%(about)s” chưa được ký số."), about=about)
    return signature


def is_latest(document: SignedDocument, sha256: str) -> bool:
    """Whether bytes with this hash are what came out last, or the original while nobody has signed."""
    last = document.signatures.order_by("-place").values_list("result_sha256", flat=True).first()
    return sha256 == (last or document.sha256)


def without_stamps() -> QuerySet[Signature]:
    """Last signatures of archived files (B-LTA) of whose timestamps nothing is written down yet."""
    later = Signature.objects.filter(document=OuterRef("document"), place__gt=OuterRef("place"))
    return Signature.objects.filter(~Exists(later), level=PadesLevel.B_LTA, archive_stamps=None).order_by("pk")


def stamps_due(now: datetime) -> list[ArchiveStamp]:
    """The worklist: newest timestamps of archived files whose certificates end soon, the most urgent first."""
    later = ArchiveStamp.objects.filter(signature=OuterRef("signature"), place__gt=OuterRef("place"))
    signed = Signature.objects.filter(document=OuterRef("signature__document"), place__gt=OuterRef("signature__place"))
    soon = now + timedelta(days=rules().archive.renew_days)
    archive_stamps = ArchiveStamp.objects.filter(~Exists(later), ~Exists(signed), until__lte=soon).defer("content")
    return list(archive_stamps.select_related("signature__document").order_by("until", "pk"))


def newest_bytes(signature: Signature) -> tuple[bytes, str]:
    """The newest version of what a signature gave, with its hash: renewed timestamps included."""
    last = signature.archive_stamps.filter(place__gt=0).order_by("-place").first()
    return (
        (bytes(last.content), last.sha256) if last is not None else (bytes(signature.result), signature.result_sha256)
    )


def last_signed_with(issuer: str, serial: str) -> datetime | None:
    """When a certificate last signed here; ``issuer`` is part of its issuer's name, ``serial`` in capitals."""
    signatures = Signature.objects.filter(serial=serial, issuer__icontains=issuer).order_by("-at")
    return signatures.values_list("at", flat=True).first()

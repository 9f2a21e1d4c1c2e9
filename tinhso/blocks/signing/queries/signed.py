"""Documents that were signed here."""

from datetime import datetime

from django.utils.translation import gettext as _

from tinhso.blocks.signing.models import Signature, SignedDocument
from tinhso.kernel.errors import Refused


def request_done(request: str) -> Signature | None:
    """What an earlier asking of the same act came to."""
    return Signature.objects.filter(request=request).select_related("document").first()


def latest(about: str) -> Signature:
    """The last signature of what ``about`` names, its bytes included; refuses what nobody signed."""
    found = Signature.objects.filter(document__about=about).select_related("document").order_by("-place").first()
    if found is None:
        raise Refused("unknown_signed", _("“%(about)s” chưa được ký số."), about=about)
    return found


def is_latest(document: SignedDocument, sha256: str) -> bool:
    """Whether bytes with this hash are what came out last, or the original while nobody has signed."""
    last = document.signatures.order_by("-place").values_list("result_sha256", flat=True).first()
    return sha256 == (last or document.sha256)


def last_signed_with(issuer: str, serial: str) -> datetime | None:
    """When a certificate last signed here; ``issuer`` is part of its issuer's name, ``serial`` in capitals."""
    found = Signature.objects.filter(serial=serial, issuer__icontains=issuer).order_by("-at")
    return found.values_list("at", flat=True).first()

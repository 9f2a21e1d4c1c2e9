"""What forms of signing send in, and who may open them."""

from collections.abc import Mapping

from django.http import HttpRequest
from django.utils.translation import gettext as _

from tinhso.blocks.documents import services as documents
from tinhso.blocks.signatures import queries as signatures
from tinhso.blocks.signatures import services as signing
from tinhso.blocks.signatures.contract import LaterWay, SignatureKind
from tinhso.blocks.signatures.rights import DESK_RIGHTS
from tinhso.blocks.units.models import Unit
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.ui.actors import page_for

LARGEST_KEY = 100_000
for_desk = page_for(*DESK_RIGHTS)


def uploaded_bytes(request: HttpRequest, name: str, largest: int) -> bytes:
    """The bytes of a file that was sent in; refuses none and one that is too large."""
    upload = request.FILES.get(name)
    if upload is None:
        raise Refused("no_file", _("Hãy chọn tệp."))
    if (upload.size or 0) > largest:
        raise signing.too_large()
    return bytes(upload.read())


def harmless_pdf(request: HttpRequest, name: str, by: Actor) -> bytes:
    """The bytes of a PDF that was sent in, once it was looked into like everything that people hand in."""
    upload = request.FILES.get(name)
    content = uploaded_bytes(request, name, signatures.rules().largest)
    if upload is not None:
        upload.seek(0)
        documents.accept_upload(upload=upload, file_name=upload.name or "tep.pdf", limits=None, by=by, now=clock.now())
    return content


def ways_for(kind: SignatureKind, unit: Unit, by: Actor, *, many: bool = False) -> list[dict[str, object]]:
    """The ways to sign as a form shows them; for ``many`` without those that sign one at a time."""
    signing_ways_by_key = signing.available_ways(kind=kind, unit=unit, by=by)
    return [
        {"name": name, "label": way.label, "fields": way.fields(person=by.ref, unit=unit.ref, kind=kind)}
        for name, way in signing_ways_by_key.items()
        if not (many and isinstance(way, LaterWay))
    ]


def one_at_a_time(unit: Unit, by: Actor) -> list[str]:
    """What people read of the ways that sign one document at a time."""
    signing_ways_by_key = signing.available_ways(kind=SignatureKind.PERSON, unit=unit, by=by)
    return [way.label for way in signing_ways_by_key.values() if isinstance(way, LaterWay)]


def way_fields(request: HttpRequest, way: str) -> Mapping[str, str | bytes]:
    """What was typed or chosen for a way to sign; kept nowhere."""
    before = f"{way}-"
    typed: dict[str, str | bytes] = {
        name.removeprefix(before): str(value)[:500] for name, value in request.POST.items() if name.startswith(before)
    }
    for name in request.FILES:
        if name.startswith(before):
            typed[name.removeprefix(before)] = uploaded_bytes(request, name, LARGEST_KEY)
    return typed

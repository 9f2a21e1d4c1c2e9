"""Requests for signatures: what waits for me, one of them, its bytes, who may see it. Others' are not there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from tinhso.blocks.documents import queries as documents
from tinhso.blocks.identity import queries as identity
from tinhso.blocks.identity.models import Person
from tinhso.blocks.signature_requests.models import Entry, PendingSignature, Request, StandIn, Turn, Version
from tinhso.blocks.signatures.contract import WAYS, LaterWay, SignatureAnswer
from tinhso.blocks.signatures.models import Signature, SignedDocument
from tinhso.blocks.signatures.queries.signed_documents import newest_bytes
from tinhso.blocks.signatures.rights import SEAL_DOCUMENTS, SIGN_DOCUMENTS
from tinhso.blocks.units.models import Unit
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused

State = Request.State
ABOUT_ISSUED = "issued:"  # before the reference of an issued document, in what a request is about
TO_SEAL = (State.SIGNED, State.NUMBERED)


@dataclass(frozen=True)
class Bytes:
    """What a request's document is at the moment: the version, or what the last signature gave."""

    content: bytes
    sha256: str


def stood_in_for(by: Actor, day: date) -> dict[str, str]:
    """For whom ``by`` signs on ``day``, and in which form."""
    return dict(_standing_in(by, day).values_list("holder", "form"))


def _standing_in(by: Actor, day: date) -> QuerySet[StandIn]:
    return StandIn.objects.filter(to=by.ref, ended_at=None, first__lte=day, last__gte=day)


def standing_in_for(holder: str, day: date) -> list[str]:
    """Who signs on ``day`` for somebody who is away."""
    ins = StandIn.objects.filter(holder=holder, ended_at=None, first__lte=day, last__gte=day)
    return list(ins.order_by("pk").values_list("to", flat=True))


def stand_ins(by: Actor, day: date) -> tuple[QuerySet[StandIn], QuerySet[StandIn]]:
    """Who stands in for ``by`` from ``day`` on, and for whom ``by`` stands in."""
    ins = StandIn.objects.filter(ended_at=None, last__gte=day).order_by("first", "pk")
    return ins.filter(holder=by.ref), ins.filter(to=by.ref)


def held_by(by: Actor) -> Q:
    """Turns that ``by`` holds today, or stands in for who does."""
    return Q(holder=by.ref) | Q(holder__in=_standing_in(by, clock.today()).values("holder"))


def visible_to(by: Actor) -> QuerySet[Request]:
    """Requests that ``by`` drafted, signs or signed (or stands in for who does), or seals."""
    turns = Turn.objects.filter(request=OuterRef("pk"))
    signed = Q(Exists(turns.filter(held_by(by) | Q(by=by.ref))))
    sealed = Q() if SEAL_DOCUMENTS in by.everywhere else Q(unit__in=by.places(SEAL_DOCUMENTS))
    sent = ~Q(state=State.DRAFT)
    return Request.objects.filter(Q(created_by=by.ref) | sent & (signed | sealed)).select_related("unit")


def visible_request(ref: str, *, by: Actor) -> Request:
    """One of them; refuses others' like one that is not there."""
    request = visible_to(by).filter(ref=ref.replace("\0", "")).first() if by.is_someone else None
    if request is None:
        raise unknown_request(ref)
    return request


def pending_signature(ref: str, *, by: Actor) -> PendingSignature:
    """A signature that ``by`` began on another device; refuses others' like one that is not there."""
    pending_signatures = PendingSignature.objects.select_related("request", "request__unit").filter(
        ref=ref.replace("\0", "")
    )
    signature = pending_signatures.filter(by=by.ref).first() if by.is_someone else None
    if signature is None:
        raise unknown_request(ref)
    return signature


def still_asked(row: PendingSignature, *, by: Actor) -> SignatureAnswer | None:
    """What stands on both screens while another device is asked; None before and after."""
    way = WAYS.get(row.way)
    return way.compared_code(row.asked, by=by) if isinstance(way, LaterWay) and row.asked and not row.ended_at else None


def unknown_request(ref: str) -> Refused:
    """The refusal of a request that is not there, or that is not for those who ask."""
    return Refused("unknown_request", _("Không có văn bản trình ký nào có mã “%(ref)s”."), ref=ref[:24])


def locked_request(ref: str) -> Request:
    """One of them for a change, whoever asks."""
    request = Request.objects.select_for_update(of=("self",)).select_related("unit").filter(ref=ref).first()
    if request is None:
        raise unknown_request(ref)
    return request


def requests_to_sign(by: Actor) -> QuerySet[Request]:
    """What waits for the signature of ``by`` now, the latest first."""
    turn = Turn.objects.filter(
        held_by(by), request=OuterRef("pk"), version=OuterRef("version"), place=OuterRef("place")
    )
    requests = Request.objects.filter(Exists(turn), state=State.SIGNING).select_related("unit")
    return requests.order_by("due_at", "pk")


def to_seal(by: Actor) -> QuerySet[Request]:
    """What everybody has signed and ``by`` may number and seal, the latest first."""
    requests = Request.objects.filter(state__in=TO_SEAL).select_related("unit")
    return (
        requests if SEAL_DOCUMENTS in by.everywhere else requests.filter(unit__in=by.places(SEAL_DOCUMENTS))
    ).order_by("due_at", "pk")


def own_drafts(by: Actor) -> QuerySet[Request]:
    """What ``by`` drafted, what needs them first."""
    return Request.objects.filter(created_by=by.ref).select_related("unit").order_by("-created_at", "-pk")


def signed_by(by: Actor) -> QuerySet[Request]:
    """What ``by`` signed, the newest first."""
    signed = Turn.objects.filter(request=OuterRef("pk"), by=by.ref, signed_at__isnull=False)
    return Request.objects.filter(Exists(signed)).select_related("unit").order_by("-sent_at", "-pk")


def turns_of(request: Request) -> Sequence[Turn]:
    """The turns of its newest version, in order."""
    return list(turns_by_place(request))


def turns_by_place(request: Request) -> QuerySet[Turn]:
    """The same, to be narrowed."""
    turns = request.turns.filter(version=request.version).select_related("signature").defer("signature__result")
    return turns.order_by("place")


def turn_now(request: Request) -> Turn | None:
    """Whose turn it is; None while nobody's is."""
    if request.state != State.SIGNING:
        return None
    return request.turns.filter(version=request.version, place=request.place).first()


def is_turn_of(turn: Turn | None, by: Actor) -> bool:
    """Whether ``by`` holds this turn, or stands in for who does."""
    return turn is not None and (turn.holder == by.ref or turn.holder in stood_in_for(by, clock.today()))


def bytes_of(request: Request) -> Bytes:
    """Its document now: sealed, signed so far, or as drafted."""
    if request.seal is not None:
        return Bytes(bytes(request.seal.result), request.seal.result_sha256)
    signed = request.turns.filter(version=request.version, signed_at__isnull=False).select_related("signature")
    last = signed.order_by("-place").first()
    if last is not None and last.signature is not None:
        return Bytes(bytes(last.signature.result), last.signature.result_sha256)
    version = version_of(request)
    return Bytes(bytes(version.content), version.sha256)


def version_of(request: Request) -> Version:
    """The newest version."""
    return Version.objects.get(request=request, number=request.version)


def versions_of(request: Request) -> Sequence[Version]:
    """Every version without its bytes, the newest first."""
    return list(request.versions.defer("content").order_by("-number"))


def request_history(request: Request) -> Sequence[Entry]:
    """What happened, the newest first."""
    return list(request.entries.order_by("-number")[:200])


def issued_of(about: str) -> Request | None:
    """The newest issued request about something; None where none was issued."""
    requests = Request.objects.filter(about=about, state=State.ISSUED).select_related("unit", "seal")
    return requests.order_by("-issued_at", "-pk").first()


@dataclass(frozen=True)
class IssuedDocument:
    """A document that was issued, as everybody may know it: no title, which may name a private person."""

    ref: str
    kind: str
    number: str
    unit: Unit
    issued_at: datetime
    content: bytes
    sha256: str
    withdrawn_at: datetime | None = None


def withdrawn_at(request: Request) -> datetime | None:
    """When the issued document that a request is about was withdrawn; None for every other."""
    if not request.about.startswith(ABOUT_ISSUED):
        return None
    return documents.issued_document(request.about.removeprefix(ABOUT_ISSUED)).withdrawn_at


def issued_document(ref: str) -> IssuedDocument:
    """What was signed and issued here, by the reference of the signed document; refuses every other."""
    last = Signature.objects.filter(document__ref=ref).select_related("document").order_by("-place").first()
    about = last.document.about.partition(":")[0] if last is not None else ""
    request = Request.objects.filter(ref=about, state=State.ISSUED).select_related("unit").first()
    if (
        last is None
        or request is None
        or request.issued_at is None
        or f"{request.ref}:{request.version}" != last.document.about
    ):
        raise Refused("unknown_signed", _("Không có văn bản đã ban hành nào có mã “%(ref)s”."), ref=ref[:24])
    content, sha256 = newest_bytes(last)
    gone = withdrawn_at(request)
    return IssuedDocument(
        ref, request.kind, request.number_text, request.unit, request.issued_at, content, sha256, gone
    )


def issued_under(prefix: str) -> Request | None:
    """The newest issued request about something whose name begins with ``prefix``."""
    requests = Request.objects.filter(about__startswith=prefix, state=State.ISSUED)
    return requests.order_by("-issued_at", "-pk").first()


def issued_from(sha256: str) -> str:
    """The reference of the signed document that was made of an unsigned file with this hash; empty where none was."""
    versions = Version.objects.filter(sha256=sha256, number=F("request__version"), request__state=State.ISSUED)
    version = versions.select_related("request").defer("content").order_by("-pk").first()
    return document_of(version.request) if version is not None else ""


def document_of(request: Request) -> str:
    """The reference by which everybody can check an issued request's document; empty before."""
    if request.state != State.ISSUED:
        return ""
    signed_document = SignedDocument.objects.filter(about=f"{request.ref}:{request.version}").first()
    return signed_document.ref if signed_document is not None else ""


def standing_of(about: str) -> tuple[Request | None, Request | None]:
    """The newest issued request about something, and one that is neither issued nor given up; None for none."""
    requests = Request.objects.filter(about=about).exclude(state=State.CANCELLED).select_related("unit", "seal")
    issued = [request for request in requests if request.state == State.ISSUED]
    newest = max(issued, key=lambda request: (request.issued_at, request.pk), default=None)
    return newest, next((request for request in requests if request.state != State.ISSUED), None)


def open_of(about: str) -> Request | None:
    """A request about something that is neither issued nor given up."""
    return Request.objects.filter(about=about).exclude(state__in=[State.ISSUED, State.CANCELLED]).first()


def signers_at(unit: Unit) -> list[Person]:
    """Who may sign documents of a body, by name."""
    return sorted(identity.holders_of_rights(SIGN_DOCUMENTS, at=unit), key=lambda person: person.name)


def is_late(request: Request, now: datetime) -> bool:
    """Whether it should have been issued by now."""
    return request.due_at is not None and request.due_at < now and request.state not in ("issued", "cancelled")

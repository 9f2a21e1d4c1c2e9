"""One document on its way: its pages as pictures, what exactly is signed, who signed before me, and what I may do."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from tinhso.blocks.audit import services as audit
from tinhso.blocks.signature_requests import queries, services
from tinhso.blocks.signature_requests.models import PendingSignature, Request, Turn
from tinhso.blocks.signature_requests.pages.form_input import for_desk, harmless_pdf, way_fields, ways_for
from tinhso.blocks.signature_requests.pages.worklists import TONES
from tinhso.blocks.signatures import queries as signatures
from tinhso.blocks.signatures import services as signing
from tinhso.blocks.signatures.contract import SignatureKind, SignsLater
from tinhso.blocks.signatures.rights import SEAL_DOCUMENTS
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.ui.actors import perform_with_message
from tinhso.ui.downloads import file_response
from tinhso.ui.request_params import posted_field

State = Request.State


def _history_texts() -> dict[str, str]:
    return {
        "drafted": _("soạn văn bản"),
        "new_version": _("đưa lên bản mới"),
        "sent": _("trình ký"),
        "signed": _("ký"),
        "returned": _("trả lại"),
        "numbered": _("cấp số"),
        "issued": _("đóng dấu, ban hành"),
        "cancelled": _("hủy"),
    }


@require_safe
@for_desk
def request_page(request: HttpRequest, by: Actor, ref: str) -> HttpResponse:
    """The document's page; looking at it is written down."""
    page = queries.request_page(ref, by=by)
    signing_request, mine = page.request, page.is_mine
    audit.record_view(by=by, what=signing_request, why="signing request")
    seals = by.can(SEAL_DOCUMENTS, at=signing_request.unit) and signing_request.state in queries.TO_SEAL
    kind = SignatureKind.PERSON if mine else SignatureKind.SEAL
    words = _history_texts()
    return render(
        request,
        "signature_requests/one.html",
        {
            "one": signing_request,
            "tone": TONES.get(signing_request.state, ""),
            "is_late": queries.is_late(signing_request, clock.now()),
            "turns": [(each, _signing_capacity(each)) for each in page.turns],
            "turn": page.turn,
            "sha256": page.sha256,
            "version": page.version,
            "pages": range(1, page.version.pages + 1),
            "versions": page.versions,
            "story": [(entry, words.get(entry.did, entry.did)) for entry in page.story],
            "may_sign": mine,
            "may_seal": seals,
            "may_refuse": mine or (seals and signing_request.state == State.SIGNED),
            "is_own": signing_request.created_by == by.ref,
            "may_send": signing_request.created_by == by.ref and signing_request.state == State.DRAFT,
            "may_change": signing_request.created_by == by.ref
            and signing_request.state in (State.DRAFT, State.RETURNED),
            "ways": ways_for(kind, signing_request.unit, by) if mine or seals else [],
            "document": page.document,
            "pending": page.begun if mine else "",
        },
    )


def _signing_capacity(turn: Turn) -> str:
    return " ".join(part for part in (turn.form, turn.office) if part)


@require_safe
@cache_control(private=True, no_store=True)
@for_desk
def page_picture(request: HttpRequest, by: Actor, ref: str, number: int) -> HttpResponse:
    """One page of the document as a picture; looking at it is written down."""
    signing_request = queries.visible_request(ref, by=by)
    audit.record_view(by=by, what=signing_request, why=f"signing page {number}")
    picture = signatures.page_png(queries.bytes_of(signing_request).content, number)
    return HttpResponse(picture, content_type="image/png")


@require_safe
@for_desk
def download_document(request: HttpRequest, by: Actor, ref: str) -> HttpResponseBase:
    """The document as it is now, signatures included."""
    signing_request = queries.visible_request(ref, by=by)
    audit.record_view(by=by, what=signing_request, why="signing file")
    content = queries.bytes_of(signing_request).content
    return file_response(
        iter([content]), name=f"{signing_request.ref}.pdf", media_type="application/pdf", size=len(content)
    )


@sensitive_post_parameters()
@require_POST
@for_desk
def act_on_request(request: HttpRequest, by: Actor, ref: str) -> HttpResponse:
    """Do one thing with the document, and say what was done or why not."""
    signing_request = queries.visible_request(ref, by=by)
    if request.POST.get("act") == "sign":
        return _sign_turn(request, signing_request, by)
    run, text = _request_actions().get(request.POST.get("act", ""), (None, ""))
    if run is not None:
        perform_with_message(request, lambda: run(request, signing_request, by), text)
    return redirect("signature_requests:one", ref=signing_request.ref)


def _sign_turn(request: HttpRequest, one: Request, by: Actor) -> HttpResponse:
    try:
        outcome = _sign_with_way(request, one, by)
    except Refused as refusal:
        request.refusal = refusal  # type: ignore[attr-defined]  # for whoever writes refusals down
        messages.error(request, refusal.message)
        return redirect("signature_requests:one", ref=one.ref)
    if isinstance(outcome, PendingSignature):
        return redirect("signature_requests:pending", ref=outcome.ref)
    messages.success(request, _("Đã ký."))
    if queries.requests_to_sign(by).exists():
        messages.info(request, _("Còn văn bản khác chờ bạn ký."))
    return redirect("signature_requests:waiting")


def _sign_with_way(request: HttpRequest, one: Request, by: Actor) -> PendingSignature | Request:
    way, document_hash, now = posted_field(request, "way", 40), posted_field(request, "sha256", 64), clock.now()
    with signing.open_key(way, way_fields(request, way), kind=SignatureKind.PERSON, unit=one.unit, by=by) as key:
        if isinstance(key, SignsLater):
            return services.ask_later(ref=one.ref, sha256=document_hash, way=way, key=key, by=by, now=now)
        return services.sign_turn(ref=one.ref, sha256=document_hash, signer=key, by=by, now=now)


@require_safe
@cache_control(private=True, no_store=True)
@for_desk
def pending_page(request: HttpRequest, by: Actor, ref: str) -> HttpResponse:
    """What became of a signature that was asked of another device, as far as it is written down here."""
    return _pending_response(request, queries.pending_signature(ref, by=by), by)


def _pending_response(request: HttpRequest, row: PendingSignature, by: Actor, refused: str = "") -> HttpResponse:
    answer = queries.still_asked(row, by=by)
    context = {"row": row, "one": row.request, "answer": answer, "others": queries.requests_to_sign(by).exists()}
    return render(request, "signature_requests/pending.html", context | {"refused": refused})


@require_POST
@cache_control(private=True, no_store=True)
@for_desk
def poll_device(request: HttpRequest, by: Actor, ref: str) -> HttpResponse:
    """Ask the other device, and finish what was agreed to there; asked again and again it is finished once."""
    try:
        row, _answer = services.check_device(ref=ref, by=by, now=clock.now())
    except Refused as refusal:  # a service that does not answer now: what the page knows stays
        return _pending_response(request, queries.pending_signature(ref, by=by), by, refusal.message)
    return redirect("signature_requests:pending", ref=row.ref)


@require_POST
@for_desk
def give_up(request: HttpRequest, by: Actor, ref: str) -> HttpResponse:
    """Wait for the other device no longer."""
    row = services.give_up(ref=ref, by=by, now=clock.now())
    return redirect("signature_requests:one", ref=row.request.ref)


def _seal_request(request: HttpRequest, one: Request, by: Actor) -> object:
    way = posted_field(request, "way", 40)
    with signing.open_key(way, way_fields(request, way), kind=SignatureKind.SEAL, unit=one.unit, by=by) as signer:
        return services.seal_document(ref=one.ref, signer=signer, by=by, now=clock.now())


def _refuse_request(request: HttpRequest, one: Request, by: Actor) -> object:
    return services.return_to_drafter(ref=one.ref, why=posted_field(request, "why", 2000), by=by, now=clock.now())


def _send_request(request: HttpRequest, one: Request, by: Actor) -> object:
    return services.send_request(ref=one.ref, by=by, now=clock.now())


def _new_version(request: HttpRequest, one: Request, by: Actor) -> object:
    content = harmless_pdf(request, "content", by)
    services.new_version(
        ref=one.ref, content=content, by=by, now=clock.now(), title=posted_field(request, "title", 500)
    )
    return services.send_request(ref=one.ref, by=by, now=clock.now())


def _cancel_request(request: HttpRequest, one: Request, by: Actor) -> object:
    why = posted_field(request, "why", 2000)
    if not why:
        raise Refused("no_reason", _("Hãy ghi rõ lý do."))
    return services.cancel_request(ref=one.ref, why=why, by=by, now=clock.now())


def _request_actions() -> dict[str, tuple[Callable[[HttpRequest, Request, Actor], object], str]]:
    return {
        "seal": (_seal_request, _("Đã đóng dấu và ban hành.")),
        "refuse": (_refuse_request, _("Đã trả lại người soạn.")),
        "send": (_send_request, _("Đã trình ký.")),
        "new_version": (_new_version, _("Đã trình ký bản mới.")),
        "cancel": (_cancel_request, _("Đã hủy.")),
    }

"""Drafting: a PDF or an issued document, who signs it in which order, whether it is sealed."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tinhso.blocks.documents import queries as documents
from tinhso.blocks.documents.models import Issued
from tinhso.blocks.identity import queries as identity
from tinhso.blocks.signature_requests import queries, services
from tinhso.blocks.signature_requests.contract import RequestDraft, SignerPlace
from tinhso.blocks.signature_requests.models import Request
from tinhso.blocks.signature_requests.pages.form_input import for_desk, harmless_pdf
from tinhso.blocks.signatures.rights import DRAFT_DOCUMENTS
from tinhso.blocks.units import queries as units
from tinhso.blocks.units.models import Unit
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.ui.request_params import posted_field

SIGNERS = (1, 2, 3, 4, 5)
MOST_UNITS = 200


@require_http_methods(["GET", "HEAD", "POST"])
@for_desk
def new_draft_page(request: HttpRequest, by: Actor) -> HttpResponse:
    """Draft a document and send it, or keep it as a draft."""
    by.must_be_able_to(DRAFT_DOCUMENTS)
    issued = documents.issued_document(request.GET["issued"].replace("\0", "")) if request.GET.get("issued") else None
    places = _drafting_units(by, issued)
    unit = _chosen_unit(request, places)
    context: dict[str, object] = {"issued": issued, "units": places, "unit": unit, "status": 200}
    if request.method == "POST":
        try:
            return redirect("signature_requests:one", ref=_save_draft(request, unit, issued, by).ref)
        except Refused as refusal:
            context |= {"refused": refusal.message, "told": request.POST, "status": 409}
    return render(
        request,
        "signature_requests/new.html",
        context | _draft_choices(unit),
        status=409 if "refused" in context else 200,
    )


def _drafting_units(by: Actor, issued: Issued | None) -> list[Unit]:
    if issued is not None:
        by.must_be_able_to(DRAFT_DOCUMENTS, at=issued.unit)
        return [issued.unit]
    posts = identity.posts_on(clock.today()).filter(person__ref=by.ref, role__rights__contains=[DRAFT_DOCUMENTS])
    return list({post.unit_id: post.unit for post in posts[:MOST_UNITS]}.values())


def _chosen_unit(request: HttpRequest, places: list[Unit]) -> Unit:
    unit_ref = request.POST.get("unit") or request.GET.get("unit", "")
    unit = next((unit for unit in places if unit.ref == unit_ref), places[0] if places else None)
    if unit is None:
        raise Refused("unknown_unit", _("Không có đơn vị nào có mã “%(ref)s”."), ref=unit_ref[:40])
    return units.by_ref(unit.ref)


def _draft_choices(unit: Unit) -> dict[str, object]:
    flow = queries.rules().flow
    return {
        "people": queries.signers_at(unit),
        "kinds": flow.kinds,
        "forms": flow.forms.items(),
        "places": SIGNERS,
        "request_key": get_random_string(24),
    }


def _save_draft(request: HttpRequest, unit: Unit, issued: Issued | None, by: Actor) -> Request:
    kinds = {document_kind.name: document_kind for document_kind in queries.rules().flow.kinds}
    kind = kinds.get(posted_field(request, "kind", 500))
    if issued is None and kind is None:
        raise Refused("unknown_kind", _("Hãy chọn loại văn bản."))
    draft = RequestDraft(
        key=f"{by.ref}:{posted_field(request, 'key', 40)}",
        about=f"issued:{issued.ref}" if issued else "",
        kind=issued.kind if issued else kind.name if kind else "",
        title=issued.subject if issued else posted_field(request, "title", 500),
        content=_draft_content(request, issued, by),
        signers=_posted_signers(request),
        notation="" if issued or kind is None else kind.notation,
        number=str(issued) if issued else "",
        seal=request.POST.get("seal") == "1",
    )
    signing_request = services.draft_request(draft=draft, unit=unit, by=by, now=clock.now())
    if posted_field(request, "act", 500) == "send" and signing_request.state == Request.State.DRAFT:
        services.send_request(ref=signing_request.ref, by=by, now=clock.now())
    return signing_request


def _draft_content(request: HttpRequest, issued: Issued | None, by: Actor) -> bytes:
    if issued is None:
        return harmless_pdf(request, "content", by)
    if issued.withdrawn_at is not None:
        raise Refused("withdrawn_already", _("Văn bản %(number)s đã được thu hồi."), number=str(issued))
    return bytes(documents.file_of(issued.ref, "pdf").content)


def _posted_signers(request: HttpRequest) -> tuple[SignerPlace, ...]:
    signer_fields = ((posted_field(request, f"signer-{at}", 80), at) for at in SIGNERS)
    return tuple(
        SignerPlace(holder, posted_field(request, f"form-{at}", 10), posted_field(request, f"office-{at}", 200))
        for holder, at in signer_fields
        if holder
    )

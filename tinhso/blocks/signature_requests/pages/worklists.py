"""Lists of the desk and the phone: what waits for my signature, what I signed, drafted, and may seal."""

from datetime import datetime

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from tinhso.blocks.signature_requests import queries, services
from tinhso.blocks.signature_requests.models import Request
from tinhso.blocks.signature_requests.pages.form_input import for_desk, way_fields, ways_for
from tinhso.blocks.signatures import services as signing
from tinhso.blocks.signatures.contract import SignatureKind
from tinhso.blocks.signatures.rights import DRAFT_DOCUMENTS, SEAL_DOCUMENTS, SIGN_DOCUMENTS
from tinhso.blocks.units.models import Unit
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.ui.request_params import posted_field, posted_list

A_PAGE = 100
TONES = {"signing": "info", "returned": "warn", "signed": "info", "numbered": "info", "issued": "good"}


def _tray_context(
    request: HttpRequest, by: Actor, tray: str, found: QuerySet[Request], **more: object
) -> dict[str, object]:
    now = clock.now()
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    lines = [
        (signing_request, queries.is_late(signing_request, now), TONES.get(signing_request.state, ""))
        for signing_request in page.object_list
    ]
    return {
        "page": page,
        "lines": lines,
        "tray": tray,
        "tabs": _tray_tabs(by, tray),
        "late": _late_count(found, now),
        **more,
    } | {
        "all": request.GET.get("all") == "1",
        "may_draft": by.can(DRAFT_DOCUMENTS),
        "may_sign": by.can(SIGN_DOCUMENTS),
    }


def _late_count(requests: QuerySet[Request], now: datetime) -> int:
    return requests.filter(due_at__lt=now).exclude(state__in=["issued", "cancelled"]).count()


def _tray_tabs(by: Actor, tray: str) -> list[dict[str, object]]:
    tabs: list[tuple[str, str, object]] = []
    if by.can(SIGN_DOCUMENTS):
        tabs.append(("waiting", _("Chờ tôi ký"), queries.requests_to_sign(by).count()))
        tabs.append(("signed", _("Tôi đã ký"), ""))
    if by.can(SEAL_DOCUMENTS):
        tabs.append(("sealing", _("Chờ đóng dấu"), queries.to_seal(by).count()))
    if by.can(DRAFT_DOCUMENTS):
        tabs.append(("drafted", _("Tôi soạn"), ""))
    return [
        {"label": label, "href": reverse(f"signature_requests:{name}"), "active": name == tray, "count": count}
        for name, label, count in tabs
    ]


@require_safe
@for_desk
def waiting_page(request: HttpRequest, by: Actor) -> HttpResponse:
    """What waits for my signature, late first; those who never sign see their own list."""
    if not by.can(SIGN_DOCUMENTS):
        return redirect("signature_requests:sealing" if by.can(SEAL_DOCUMENTS) else "signature_requests:drafted")
    context = _tray_context(request, by, "waiting", queries.requests_to_sign(by), batch=queries.rules().flow.batch)
    return render(request, "signature_requests/list.html", context)


@require_safe
@for_desk
def signed_page(request: HttpRequest, by: Actor) -> HttpResponse:
    """What I signed, the newest first."""
    return render(request, "signature_requests/list.html", _tray_context(request, by, "signed", queries.signed_by(by)))


@require_safe
@for_desk
def drafted_page(request: HttpRequest, by: Actor) -> HttpResponse:
    """What I drafted, the newest first."""
    return render(
        request, "signature_requests/list.html", _tray_context(request, by, "drafted", queries.own_drafts(by))
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_desk
def sealing_page(request: HttpRequest, by: Actor) -> HttpResponse:
    """What everybody has signed, to be numbered and sealed: the ticked ones in one go."""
    by.must_be_able_to(SEAL_DOCUMENTS)
    more: dict[str, object] = {"outcomes": _seal_selected(request, by)} if request.method == "POST" else {}
    requests = queries.to_seal(by)
    first = requests.first()
    more |= {"ways": ways_for(SignatureKind.SEAL, first.unit, by) if first else []}
    return render(request, "signature_requests/list.html", _tray_context(request, by, "sealing", requests, **more))


def _seal_selected(request: HttpRequest, by: Actor) -> list[services.SigningOutcome]:
    chosen = posted_list(request, "ref", most=queries.rules().flow.batch)
    refs_by_unit: dict[int, tuple[Unit, list[str]]] = {}
    for signing_request in queries.visible_to(by).filter(ref__in=chosen).order_by("due_at", "pk"):
        refs_by_unit.setdefault(signing_request.unit_id, (signing_request.unit, []))[1].append(signing_request.ref)
    outcomes: list[services.SigningOutcome] = []
    way, now = posted_field(request, "way", 40), clock.now()
    try:
        for unit, refs in refs_by_unit.values():  # each body has a key of its own
            with signing.open_key(
                way, way_fields(request, way), kind=SignatureKind.SEAL, unit=unit, by=by, count=len(refs)
            ) as signer:
                outcomes += services.seal_many(refs=refs, signer=signer, by=by, now=now)
    except Refused as refusal:
        outcomes.append(services.SigningOutcome("", "", refusal.message, refusal.code))
    return outcomes or [services.SigningOutcome("", "", _("Chưa chọn văn bản nào."), "none")]

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

from tinhso.blocks.signing import queries, services
from tinhso.blocks.signing.contract import Kind
from tinhso.blocks.signing.models import Request
from tinhso.blocks.signing.pages.access import for_desk, given, ways_for
from tinhso.blocks.signing.rights import DRAFT_DOCUMENTS, SEAL_DOCUMENTS, SIGN_DOCUMENTS
from tinhso.blocks.units.models import Unit
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.ui.request_params import posted, posted_list

A_PAGE = 100
TONES = {"signing": "info", "returned": "warn", "signed": "info", "numbered": "info", "issued": "good"}


def _listed(request: HttpRequest, by: Actor, tray: str, found: QuerySet[Request], **more: object) -> dict[str, object]:
    now = clock.now()
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    lines = [(one, queries.is_late(one, now), TONES.get(one.state, "")) for one in page.object_list]
    return {"page": page, "lines": lines, "tray": tray, "tabs": _tabs(by, tray), "late": _late(found, now), **more} | {
        "all": request.GET.get("all") == "1",
        "may_draft": by.can(DRAFT_DOCUMENTS),
        "may_sign": by.can(SIGN_DOCUMENTS),
    }


def _late(found: QuerySet[Request], now: datetime) -> int:
    return found.filter(due_at__lt=now).exclude(state__in=["issued", "cancelled"]).count()


def _tabs(by: Actor, tray: str) -> list[dict[str, object]]:
    tabs: list[tuple[str, str, object]] = []
    if by.can(SIGN_DOCUMENTS):
        tabs.append(("waiting", _("Chờ tôi ký"), queries.waiting(by).count()))
        tabs.append(("signed", _("Tôi đã ký"), ""))
    if by.can(SEAL_DOCUMENTS):
        tabs.append(("sealing", _("Chờ đóng dấu"), queries.to_seal(by).count()))
    if by.can(DRAFT_DOCUMENTS):
        tabs.append(("drafted", _("Tôi soạn"), ""))
    return [
        {"label": label, "href": reverse(f"signing:{name}"), "active": name == tray, "count": count}
        for name, label, count in tabs
    ]


@require_safe
@for_desk
def waiting(request: HttpRequest, by: Actor) -> HttpResponse:
    """What waits for my signature, late first; those who never sign see their own list."""
    if not by.can(SIGN_DOCUMENTS):
        return redirect("signing:sealing" if by.can(SEAL_DOCUMENTS) else "signing:drafted")
    context = _listed(request, by, "waiting", queries.waiting(by), batch=queries.rules().flow.batch)
    return render(request, "signing/list.html", context)


@require_safe
@for_desk
def signed(request: HttpRequest, by: Actor) -> HttpResponse:
    """What I signed, the newest first."""
    return render(request, "signing/list.html", _listed(request, by, "signed", queries.signed_by(by)))


@require_safe
@for_desk
def drafted(request: HttpRequest, by: Actor) -> HttpResponse:
    """What I drafted, the newest first."""
    return render(request, "signing/list.html", _listed(request, by, "drafted", queries.drafted(by)))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_desk
def sealing(request: HttpRequest, by: Actor) -> HttpResponse:
    """What everybody has signed, to be numbered and sealed: the ticked ones in one go."""
    by.must_be_able_to(SEAL_DOCUMENTS)
    more: dict[str, object] = {"outcomes": _sealed(request, by)} if request.method == "POST" else {}
    found = queries.to_seal(by)
    first = found.first()
    more |= {"ways": ways_for(Kind.SEAL, first.unit, by) if first else []}
    return render(request, "signing/list.html", _listed(request, by, "sealing", found, **more))


def _sealed(request: HttpRequest, by: Actor) -> list[services.Outcome]:
    chosen = posted_list(request, "ref", most=queries.rules().flow.batch)
    wanted: dict[int, tuple[Unit, list[str]]] = {}
    for one in queries.visible_to(by).filter(ref__in=chosen).order_by("due_at", "pk"):
        wanted.setdefault(one.unit_id, (one.unit, []))[1].append(one.ref)
    outcomes: list[services.Outcome] = []
    way, now = posted(request, "way", 40), clock.now()
    try:
        for unit, refs in wanted.values():  # each body has a key of its own
            with services.opened(way, given(request, way), kind=Kind.SEAL, unit=unit, by=by, count=len(refs)) as signer:
                outcomes += services.seal_many(refs=refs, signer=signer, by=by, now=now)
    except Refused as refusal:
        outcomes.append(services.Outcome("", "", refusal.message, refusal.code))
    return outcomes or [services.Outcome("", "", _("Chưa chọn văn bản nào."), "none")]

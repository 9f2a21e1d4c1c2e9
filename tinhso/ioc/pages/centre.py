"""The domains, a unit's own centre, search, and published figures."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from tinhso.blocks.indicators.queries.claims import FAILS, HOLDS, UNKNOWN
from tinhso.ioc.pages import maps
from tinhso.ioc.pages.kept import kept_page
from tinhso.ioc.pages.readers import (
    NothingYet,
    RequestedView,
    for_readers,
    frame_known_at,
    link_to,
    page_context,
    requested_view,
    strip_of,
)
from tinhso.ioc.queries import centres, claims
from tinhso.ioc.queries import search as searching
from tinhso.ioc.queries import wall as walls
from tinhso.ioc.queries.frame import UnitView, snapshot_frame, view_of
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.ui.request_params import query_param
from tinhso.ui.wording import name_in_language


@for_readers
def domains_page(request: HttpRequest, by: Actor) -> HttpResponse:
    """All domains, each with the number that stands for it."""
    asking = requested_view(request, by)

    def context() -> dict[str, object]:
        catalogue = asking.at.catalogue
        totals = {code: len(catalogue.items(domain=code)) for code in catalogue.domains}
        wall = walls.cached_wall(asking.at, asking.seen)
        return page_context(asking) | {
            "title": _("Lĩnh vực"),
            "tiles": [(tile, totals[tile.domain.code]) for tile in wall.tiles],
            "missed": wall.missed,
            "total": sum(totals.values()),
            "definitions": len(catalogue.indicators),
        }

    return kept_page(request, asking.at, asking.key, "ioc/domains.html", context)


@for_readers
def domain_page(request: HttpRequest, by: Actor, code: str) -> HttpResponse:
    """All indicators of one domain."""
    asking = requested_view(request, by)
    catalogue = asking.at.catalogue
    if code not in catalogue.domains:
        raise Refused("unknown_domain", _("Không có lĩnh vực nào có mã “%(code)s”."), code=code)

    breaks = maps.map_method_of(request)

    def context() -> dict[str, object]:
        page = walls.domain_page(asking.at, asking.seen, code)
        every = (*page.key, *page.others)
        keep = {"unit": asking.seen.unit.ref, "basis": asking.seen.basis}
        return (
            page_context(asking)
            | maps.first_on_map(asking, every, breaks, keep)
            | {
                "title": page.name,
                "page": page,
                "domains": catalogue.domains.values(),
                "lines": [(reading_view, catalogue.family(reading_view.indicator)[1:]) for reading_view in every],
            }
        )

    return kept_page(request, asking.at, (*asking.key, breaks), "ioc/domain.html", context)


@for_readers
def unit_page(request: HttpRequest, by: Actor, ref: str) -> HttpResponse:
    """A unit's own centre."""
    at = frame_known_at(request, by)
    node = at.places.by_ref.get(ref)
    if node is None:
        raise Refused("unknown_unit", _("Không có đơn vị nào có mã “%(ref)s”."), ref=ref)
    if not at.number:
        raise NothingYet(True)
    offered = at.places.bases(ref)
    text = request.GET.get("basis", "")
    asking = RequestedView(at, UnitView(node, text if text in offered else offered[0]), link_to(at))
    breaks = maps.map_method_of(request)

    def context() -> dict[str, object]:
        centre = centres.centre_of(at, asking.seen)
        firsts = [section.standings[0].shown for section in centre.sections]
        drawn = maps.first_on_map(asking, firsts, breaks, {"basis": asking.seen.basis})
        return page_context(asking) | drawn | {"title": name_in_language(node), "centre": centre}

    own = strip_of(asking, by) | ({"steered_kind": "place", "steered": ref} if node.valid(at.today) else {})
    return kept_page(request, at, (*asking.key, breaks), "ioc/unit.html", context, **own)


@for_readers
def search_page(request: HttpRequest, by: Actor) -> HttpResponse:
    """Indicators and units by what is meant, with the figure of the first few; as one types where script runs."""
    words = query_param(request, "q", 200)
    at = snapshot_frame(by)
    search_result, unit_view = searching.search_centre(at, words), view_of(at, by)
    context = {
        "words": words,
        "found": searching.with_figures(at, unit_view, search_result) if unit_view is not None else search_result,
    }
    template = "ioc/search_results.html" if request.headers.get("HX-Request") else "ioc/search.html"
    return render(request, template, context)


@for_readers
def claims_page(request: HttpRequest, by: Actor) -> HttpResponse:
    """Published figures beside what returns say of them."""
    at = snapshot_frame(by)
    claim_check = claims.checked_claims(at)
    verdict = request.GET.get("verdict", "")
    checked_claims = [
        checked_claim for checked_claim in claim_check.checked if verdict in ("", checked_claim.verdict.verdict)
    ]
    labels = {"": _("Tất cả"), FAILS: _("Không khớp"), HOLDS: _("Khớp"), UNKNOWN: _("Chưa tính được")}
    counts = {"": len(claim_check.checked), **claim_check.counts}
    tabs = [
        {"label": label, "href": f"?verdict={key}" if key else "?", "active": key == verdict, "count": counts[key]}
        for key, label in labels.items()
    ]
    return render(request, "ioc/figures.html", {"at": at, "checked": checked_claims, "tabs": tabs})

"""The wall, the domains, a unit's own centre, search, and published figures."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from tinhso.blocks.indicators.contract import Better
from tinhso.blocks.indicators.queries.claims import FAILS, HOLDS, UNKNOWN
from tinhso.ioc.pages.asking import Asking, NothingYet, ask, common, for_readers, known, link_to
from tinhso.ioc.pages.kept import kept_page, kept_part
from tinhso.ioc.queries import centres, claims, communes
from tinhso.ioc.queries import search as searching
from tinhso.ioc.queries import wall as walls
from tinhso.ioc.queries.communes import Comparison
from tinhso.ioc.queries.frame import View, frame, view
from tinhso.ioc.queries.wall import MapChoice
from tinhso.kernel import clock, periods
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.ui.drawing import classes_of
from tinhso.ui.wording import named

MISSED_ON_WALL, BESIDE_MAP = 4, 5


@for_readers
def wall(request: HttpRequest, by: Actor) -> HttpResponse:
    """The whole province (or the reader's unit) on one dark screen; only what is late is read anew each time."""
    asking = ask(request, by)
    asked = request.GET.get("map", "")
    wanted = asked if asked in asking.at.catalogue.domains else ""
    _title, body = kept_part(
        request, asking.at, (*asking.key, wanted), "ioc/wall_body.html", lambda: _wall_context(asking, wanted)
    )
    context = common(asking) | {
        "body": body,
        "true_for": walls.wall(asking.at, asking.seen).true_for,
        "attention": walls.attention(asking.at, asking.seen, clock.now()),
    }
    return render(request, "ioc/wall.html", context)


def _wall_context(asking: Asking, wanted: str) -> dict[str, object]:
    page = walls.wall(asking.at, asking.seen)
    choices = walls.map_choices(asking.at, page)
    chosen = next((one for one in choices if one.domain == wanted), next(iter(choices), None))
    drawing = _drawing(asking, chosen) if chosen is not None else {"areas": None}
    return (
        common(asking)
        | {
            "page": page,
            "missed": page.missed[:MISSED_ON_WALL],
            "choices": choices,
            "chosen": chosen,
        }
        | drawing
    )


def _drawing(asking: Asking, chosen: MapChoice) -> dict[str, object]:
    at, seen = asking.at, asking.seen
    nodes = communes.peers(at, seen, periods.parse(chosen.period).end)
    compared = communes.comparison(at, chosen.indicator, nodes, chosen.period, seen.basis)
    many = min(BESIDE_MAP, len(compared.ranked) // 2)
    beside = {"best": compared.ranked[:many], "worst": compared.ranked[len(compared.ranked) - many :]}
    words = {
        "classes": classes_of(place.value for place in compared.places),
        "lower_is_better": chosen.indicator.better is Better.LOWER,
    }
    return drawing_of(asking, compared) | beside | words


def drawing_of(asking: Asking, compared: Comparison) -> dict[str, object]:
    """A comparison as a map: ``areas`` (None without outlines) and whether they are but sketches."""
    drawn = communes.outlines(asking.at)
    nodes = [place.node for place in compared.places]
    if not drawn.any_of(nodes):
        return {"areas": None}
    tail = "" if asking.seen.basis == "published" else f"?basis={asking.seen.basis}"
    hrefs = {node.ref: reverse("ioc:unit", args=[node.ref]) + tail for node in nodes}
    return {"areas": communes.areas(drawn, compared, hrefs), "schematic": drawn.are_schematic(nodes)}


@for_readers
def domains(request: HttpRequest, by: Actor) -> HttpResponse:
    """All domains, each with the number that stands for it."""
    asking = ask(request, by)

    def context() -> dict[str, object]:
        known = asking.at.catalogue
        totals = {code: len(known.items(domain=code)) for code in known.domains}
        found = walls.wall(asking.at, asking.seen)
        return common(asking) | {
            "title": _("Lĩnh vực"),
            "tiles": [(tile, totals[tile.domain.code]) for tile in found.tiles],
            "missed": found.missed,
            "total": sum(totals.values()),
            "definitions": len(known.indicators),
        }

    return kept_page(request, asking.at, asking.key, "ioc/domains.html", context)


@for_readers
def domain(request: HttpRequest, by: Actor, code: str) -> HttpResponse:
    """All indicators of one domain."""
    asking = ask(request, by)
    known = asking.at.catalogue
    if code not in known.domains:
        raise Refused("unknown_domain", _("Không có lĩnh vực nào có mã “%(code)s”."), code=code)

    def context() -> dict[str, object]:
        page = walls.domain_page(asking.at, asking.seen, code)
        every = (*page.key, *page.others)
        return common(asking) | {
            "title": page.name,
            "page": page,
            "domains": known.domains.values(),
            "lines": [(one, known.family(one.indicator)[1:]) for one in every],
        }

    return kept_page(request, asking.at, asking.key, "ioc/domain.html", context)


@for_readers
def unit(request: HttpRequest, by: Actor, ref: str) -> HttpResponse:
    """A unit's own centre."""
    at = known(request, by)
    node = at.places.by_ref.get(ref)
    if node is None:
        raise Refused("unknown_unit", _("Không có đơn vị nào có mã “%(ref)s”."), ref=ref)
    if not at.number:
        raise NothingYet(True)
    offered = at.places.bases(ref)
    asked = request.GET.get("basis", "")
    asking = Asking(at, View(node, asked if asked in offered else offered[0]), link_to(at))

    def context() -> dict[str, object]:
        return common(asking) | {"title": named(node), "centre": centres.centre(at, asking.seen)}

    return kept_page(request, at, asking.key, "ioc/unit.html", context)


@for_readers
def search(request: HttpRequest, by: Actor) -> HttpResponse:
    """Indicators and units by what is meant, with the figure of the first few; as one types where script runs."""
    words = request.GET.get("q", "").replace("\0", "")[:200].strip()
    at = frame(by)
    found, seen = searching.search(at, words), view(at, by)
    context = {"words": words, "found": searching.with_figures(at, seen, found) if seen is not None else found}
    template = "ioc/search_results.html" if request.headers.get("HX-Request") else "ioc/search.html"
    return render(request, template, context)


@for_readers
def figures(request: HttpRequest, by: Actor) -> HttpResponse:
    """Published figures beside what returns say of them."""
    at = frame(by)
    found = claims.checked(at)
    wanted = request.GET.get("verdict", "")
    kept = [one for one in found.checked if wanted in ("", one.verdict.verdict)]
    labels = {"": _("Tất cả"), FAILS: _("Không khớp"), HOLDS: _("Khớp"), UNKNOWN: _("Chưa tính được")}
    counts = {"": len(found.checked), **found.counts}
    tabs = [
        {"label": label, "href": f"?verdict={key}" if key else "?", "active": key == wanted, "count": counts[key]}
        for key, label in labels.items()
    ]
    return render(request, "ioc/figures.html", {"at": at, "checked": kept, "tabs": tabs})

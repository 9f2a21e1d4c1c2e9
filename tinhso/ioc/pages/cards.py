"""A number as a picture, drawn on the server for those who may see it; who took it is written down."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tinhso.ioc import services
from tinhso.ioc.pages.phone_asking import asked_of, page_address
from tinhso.ioc.pages.readers import for_readers, requested_view
from tinhso.ioc.queries import cards, indicators
from tinhso.ioc.queries.cards import ShareCard
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.ui import raster
from tinhso.ui.context import served_province
from tinhso.ui.views import safe_colour

WIDTH = 1200
KINDS = {"png": "image/png", "svg": "image/svg+xml; charset=utf-8"}
TONES = {"good": "#12713f", "bad": "#b3261e"}
PLAIN = "#51605a"


@for_readers
def card_picture(request: HttpRequest, by: Actor, code: str, form: str) -> HttpResponse:
    """One reading on 1200 × 630: number, change, target, course, source, until when it is true, the way to its page."""
    if form not in KINDS:
        raise Refused("unknown_file", _("Chỉ có tệp png và svg."))
    asking = requested_view(request, by)
    indicator_query = indicators.number_of(asking.at, asked_of(request, asking, code)).asked
    address = settings.PUBLIC_URL.rstrip("/") + page_address(indicator_query)
    svg = card_svg(cards.card(asking.at, indicator_query, address=address), alt=indicator_query.name)
    services.note_export(
        code=code,
        form=form,
        unit=indicator_query.seen.unit.ref,
        basis=indicator_query.seen.basis,
        period=indicator_query.period,
        member=indicator_query.member_text,
        by=by,
    )
    name = "-".join(filter(None, (code, indicator_query.seen.unit.ref, indicator_query.period)))
    answer = HttpResponse(raster.png_of_svg(svg, width=WIDTH) if form == "png" else svg, content_type=KINDS[form])
    answer["Content-Disposition"] = f'inline; filename="{name}.{form}"'
    answer["Cache-Control"] = "private, max-age=300"
    return answer


def card_svg(card: ShareCard, *, alt: str) -> str:
    """The card as SVG; the caller has checked who may see it."""
    about, below = served_province(), card.title[-1]
    return render_to_string(
        "ioc/phone_card.svg",
        {
            "card": card,
            "alt": alt,
            "language": get_language(),
            "province": about,
            "mark": about.theme.mark,
            "accent": safe_colour(about.theme.accent),
            "place_y": below.y + 44,
            "state_colour": TONES.get(card.state.tone, PLAIN),
            "change_colour": TONES.get(card.change.tone, PLAIN) if card.change else PLAIN,
            "qr_side": card.qr.side + 4,
        },
    )

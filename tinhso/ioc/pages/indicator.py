"""One indicator: its page, the way down to its records, and its files."""

from collections.abc import Sequence

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from tinhso.blocks.indicators.contract import SteeringMark
from tinhso.ioc import services
from tinhso.ioc.models import Annotation
from tinhso.ioc.pages import maps
from tinhso.ioc.pages.kept import kept_page
from tinhso.ioc.pages.readers import RequestedView, for_readers, moment_text, page_context, requested_view, strip_of
from tinhso.ioc.queries import annotations, deeds, records, sheets
from tinhso.ioc.queries import indicators as queries
from tinhso.ioc.queries import shown as words
from tinhso.ioc.queries.explore.beside import page_surroundings
from tinhso.ioc.queries.frame import member_of
from tinhso.ioc.queries.indicators import IndicatorQuery
from tinhso.kernel import periods
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.ui.context import served_province
from tinhso.ui.downloads import CSV, XLSX, attachment_response

RANKED, A_PAGE = 18, 50


def _indicator_query(request: HttpRequest, asking: RequestedView, code: str) -> IndicatorQuery:
    """What the address asks for; refuses an indicator, a member or a period that there is not."""
    indicator = queries.read_indicator(asking.at, code)
    member = request.GET.get("member", "")
    dimension_member = member_of(asking.at, indicator, member) if member else None
    if member and dimension_member is None:
        raise Refused("unknown_member", _("Chỉ tiêu này không có phân tổ “%(member)s”."), member=member)
    period = request.GET.get("period", "")
    return IndicatorQuery(indicator, dimension_member, asking.seen, periods.parse(period).code if period else "")


@for_readers
def indicator_page(request: HttpRequest, by: Actor, code: str) -> HttpResponse:
    """The number, its course, units side by side, the table, the definition, and the way down."""
    asking = requested_view(request, by)
    indicator_query = _indicator_query(request, asking, code)
    breaks = maps.map_method_of(request)
    notes = annotations.known_notes(asking.at, [code], [asking.seen.unit.ref])
    done = deeds.known_marks(asking.at, code, asking.seen.unit.ref, by)
    key = (
        *asking.key,
        indicator_query.period,
        indicator_query.member_text,
        breaks,
        tuple((annotation.ref, annotation.version) for annotation in notes),
        done,
    )
    steered = f"{code}/{asking.seen.unit.ref}/{indicator_query.period}"
    own = strip_of(asking, by, code) | {"steered_kind": "indicator", "steered": steered}
    template = "ioc/indicator.html"
    return kept_page(
        request,
        asking.at,
        key,
        template,
        lambda: _indicator_context(asking, indicator_query, breaks, notes, done),
        **own,
    )


def _indicator_context(
    asking: RequestedView,
    indicator_query: IndicatorQuery,
    breaks: str,
    notes: Sequence[Annotation],
    done: Sequence[SteeringMark],
) -> dict[str, object]:
    page = queries.indicator_page(asking.at, indicator_query)
    indicator, now, compared = indicator_query.indicator, page.shown.reading, page.compared
    extras = page_surroundings(asking.at, page, notes, _known_at_text(asking), done)
    return (
        page_context(asking, period=indicator_query.period, member=indicator_query.member_text)
        | {
            "title": indicator_query.name,
            "page": page,
            "one": indicator,
            "domain": asking.at.catalogue.domains[indicator.domain],
            "wants_period": bool(indicator_query.period),
            "chart": queries.page_chart(page) | extras.marks,
            "extras": extras,
            "address": address_of(asking, page.asked),
            "to_unit": _query_string(
                asking, period=page.asked.period, basis=asking.seen.basis, member=indicator_query.member_text
            ),
            "to_period": _query_string(
                asking, unit=asking.seen.unit.ref, basis=asking.seen.basis, member=indicator_query.member_text
            ),
            "to_member": _query_string(
                asking, unit=asking.seen.unit.ref, period=page.asked.period, basis=asking.seen.basis
            ),
            "family": asking.at.catalogue.family(indicator)[1:],
            "target_words": words.target_words(indicator, now.target if now else None),
            "targets": queries.target_lines(indicator),
            "kind_words": words.kind_words(indicator.kind),
            "better_words": words.better_words(indicator.better),
            "ranked": extras.ranked[:RANKED],
            "mine": compared.of(asking.seen.unit.ref) if compared else None,
        }
        | (maps.drawing_of(asking, compared, breaks, address_of(asking, page.asked)) if compared else {"areas": None})
    )


def address_of(asking: RequestedView, indicator_query: IndicatorQuery) -> str:
    """The query string that says exactly what is shown, for sharing, files and the way down."""
    unit_view = indicator_query.seen
    return _query_string(
        asking,
        unit=unit_view.unit.ref,
        period=indicator_query.period,
        basis=unit_view.basis,
        member=indicator_query.member_text,
    )


def _query_string(asking: RequestedView, **parts: str) -> str:
    return urlencode({name: value for name, value in (parts | {"known_at": _known_at_text(asking)}).items() if value})


def _known_at_text(asking: RequestedView) -> str:
    return moment_text(asking.at.known_at) if asking.at.known_at else ""


@for_readers
def show_records(request: HttpRequest, by: Actor, code: str) -> HttpResponse:
    """The records that make one reading."""
    asking = requested_view(request, by)
    page = queries.number_of(asking.at, _indicator_query(request, asking, code))
    down = records.records_behind(asking.at, page.asked)
    context = page_context(asking) | {
        "page": page,
        "one": page.asked.indicator,
        "domain": asking.at.catalogue.domains[page.asked.indicator.domain],
        "address": address_of(asking, page.asked),
        "down": down,
        "records": Paginator(down.found, A_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "ioc/records.html", context)


@for_readers
def export_indicator(request: HttpRequest, by: Actor, code: str, form: str) -> HttpResponse:
    """The indicator as CSV (``rows=units`` for units side by side) or XLSX; who took it is written down."""
    asking = requested_view(request, by)
    if form not in ("csv", "xlsx"):
        raise Refused("unknown_file", _("Chỉ có tệp csv và xlsx."))
    indicator_query = queries.number_of(asking.at, _indicator_query(request, asking, code)).asked
    unit, basis = asking.seen.unit.ref, asking.seen.basis
    services.note_export(
        code=code,
        form=form,
        unit=unit,
        basis=basis,
        period=indicator_query.period,
        member=indicator_query.member_text,
        by=by,
    )
    name, demo = "-".join(filter(None, (code, unit, basis, indicator_query.period))), served_province().demo
    if form == "xlsx":
        return attachment_response(
            sheets.as_xlsx(asking.at, indicator_query, demo=demo), name=f"{name}.xlsx", media_type=XLSX
        )
    rows = sheets.unit_rows if request.GET.get("rows") == "units" else sheets.series_rows
    return attachment_response(
        sheets.as_csv(rows(asking.at, indicator_query, demo=demo)), name=f"{name}.csv", media_type=CSV
    )

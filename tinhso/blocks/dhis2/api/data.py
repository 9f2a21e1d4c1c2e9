"""Figures through the DHIS2 interface: importing and reading data values, and analytics."""

import csv
import io
from collections.abc import Iterator, Mapping

from django.http import HttpResponse, JsonResponse

from tinhso.blocks.dhis2 import services
from tinhso.blocks.dhis2.api.objects import DhisCall
from tinhso.blocks.dhis2.contract import Strategy
from tinhso.blocks.dhis2.queries import analytics as numbers
from tinhso.blocks.dhis2.queries import grid, payload, query_parser, timing, values
from tinhso.blocks.dhis2.queries.refusal import DhisRefused, conflict_refusal
from tinhso.blocks.dhis2.queries.summary import Summary
from tinhso.blocks.units.queries import REACH_KINDS
from tinhso.kernel import clock

WRAPPED_FROM = 38  # from this version on a summary comes inside a web message, with 409 when values were refused
STRATEGIES = {
    "NEW_AND_UPDATES": Strategy.CREATE_AND_UPDATE,
    "NEW": Strategy.CREATE,
    "UPDATES": Strategy.UPDATE,
    "DELETES": Strategy.DELETE,
    **{strategy.name: strategy for strategy in Strategy},
}
MESSAGES = {
    "SUCCESS": "Import was successful.",
    "WARNING": "One or more conflicts encountered, please check import summary.",
    "ERROR": "An error occurred, please check import summary.",
}
FORMS = ("json", "csv")


def data_value_sets(call: DhisCall) -> HttpResponse:
    """``dataValueSets``: POST imports, GET reads."""
    if call.request.method == "POST":
        return _import_values(call)
    call.must_be("GET", "HEAD", form=FORMS)
    data_value_query = values.data_value_query(
        call.world,
        sets=call.every("dataSet"),
        written=call.every("period"),
        span=(call.query_param("startDate"), call.query_param("endDate")),
        units=call.every("orgUnit"),
        below=call.flag("children"),
    )
    rows = values.data_values(call.world, data_value_query)
    if call.form == "csv":
        return HttpResponse(payload.write_csv(rows), content_type="application/csv; charset=utf-8")
    return JsonResponse({"dataValues": list(rows)}, json_dumps_params={"ensure_ascii": False})


def _import_values(call: DhisCall) -> HttpResponse:
    kind = (call.request.content_type or "application/json").lower()
    if kind in ("application/csv", "text/csv"):
        sent = payload.read_csv(
            call.request.body, has_header=call.query_param("firstRowIsHeader", "true").lower() != "false"
        )
    elif kind == "application/json":
        sent = payload.read_json(call.request.body)
    elif kind in ("application/xml", "text/xml"):
        sent = payload.read_xml(call.request.body)
    else:
        raise DhisRefused(415, "", f"Content type '{kind[:60]}' is not supported: send JSON, XML or CSV.")
    summary = services.import_values(
        sent=sent, world=call.world, options=_import_options(call, sent.about), by=call.world.by, now=clock.now()
    )
    return _summary_response(call, summary)


def _import_options(call: DhisCall, about: Mapping[str, str]) -> services.Options:
    """How to import: as the payload says of itself, else as the query says. A scheme of one kind of object goes before
    the one of all."""
    strategy = (about.get("importStrategy") or call.query_param("importStrategy", "CREATE_AND_UPDATE")).upper()
    if strategy not in STRATEGIES:
        raise DhisRefused(400, "E1003", f"importStrategy is not known: {strategy[:40]}")
    schemes = {}
    every = about.get("idScheme") or call.query_param("idScheme") or "UID"
    for ours, theirs in services.SCHEMES.items():
        schemes[ours] = (about.get(theirs) or call.query_param(theirs) or every).upper()
        if schemes[ours] not in ("UID", "CODE"):
            raise DhisRefused(400, "E1003", f"{theirs} must be UID or CODE.")
    return services.Options(
        strategy=STRATEGIES[strategy],
        dry_run=_dry_run(about.get("dryRun", "")) if about.get("dryRun") else call.flag("dryRun"),
        strict_elements=call.flag("strictDataElements"),
        **schemes,
    )


def _dry_run(text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise DhisRefused(400, "E1003", "dryRun must be true or false.")
    return text.lower() == "true"


def _summary_response(call: DhisCall, summary: Summary) -> HttpResponse:
    summary_values, status = summary.as_dict(), 409 if summary.status != "SUCCESS" else 200
    if call.version < WRAPPED_FROM:
        return JsonResponse(summary_values, json_dumps_params={"ensure_ascii": False})
    body = {
        "httpStatus": "OK" if status == 200 else "Conflict",
        "httpStatusCode": status,
        "status": "OK" if status == 200 else summary.status,
        "message": MESSAGES[summary.status],
        "response": summary_values,
    }
    return JsonResponse(body, status=status, json_dumps_params={"ensure_ascii": False})


def analytics_response(call: DhisCall) -> HttpResponse:
    """``analytics``: aggregated figures as rows, or with ``tableLayout`` as a pivot table."""
    call.must_be("GET", "HEAD", form=FORMS)
    basis = call.query_param("basis", REACH_KINDS[0])
    if basis not in REACH_KINDS:
        raise conflict_refusal("E7124", f"basis must be one of {', '.join(REACH_KINDS)}")
    today = clock.today()
    if written := call.query_param("relativePeriodDate"):
        period = timing.parse_dhis_period(written.replace("-", ""))
        if period is None:
            raise conflict_refusal("E7124", "relativePeriodDate must be a date")
        today = period.start
    query = query_parser.parse_query(call.world, call.every("dimension"), call.every("filter"), today=today)
    analytics_figures = numbers.figures(call.world, query, basis=basis)
    answer = _laid_out(call, query, analytics_figures)
    if call.form == "csv":
        return HttpResponse("".join(_csv_lines(answer)), content_type="application/csv; charset=utf-8")
    return JsonResponse(answer, json_dumps_params={"ensure_ascii": False})


def _laid_out(call: DhisCall, query: query_parser.Query, found: list[numbers.AnalyticsFigure]) -> grid.Grid:
    style = grid.Style(
        skip_meta=call.flag("skipMeta"),
        skip_data=call.flag("skipData"),
        skip_rounding=call.flag("skipRounding"),
        parts=call.flag("includeNumDen"),
        hierarchy=call.flag("hierarchyMeta"),
        scheme=(call.query_param("outputIdScheme") or "UID").upper(),
        hide_empty_rows=call.flag("hideEmptyRows"),
    )
    if not call.flag("tableLayout"):
        return grid.plain_grid(call.world, query, found, style)
    columns, rows = ([name for name in call.query_param(side).split(";") if name] for side in ("columns", "rows"))
    return grid.pivot_grid(call.world, query, found, style, columns, rows)


def _csv_lines(answer: grid.Grid) -> Iterator[str]:
    visible_columns = [at for at, header in enumerate(answer["headers"]) if not header["hidden"]]
    for row in ([header["column"] for header in answer["headers"]], *answer["rows"]):
        out = io.StringIO()
        csv.writer(out).writerow([row[at] for at in visible_columns])
        yield out.getvalue()

"""Files out of a register, as narrowed as the list, now or as of a day."""

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tinhso.blocks.audit import services as audit
from tinhso.blocks.registers.pages import params
from tinhso.blocks.registers.queries import exports, finding, history, registry
from tinhso.kernel.errors import Refused
from tinhso.ui.request_params import query_param

MEDIA = {
    "csv": "text/csv; charset=utf-8",
    "geojson": "application/geo+json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@require_safe
@login_required
def export_file(request: HttpRequest, code: str, form: str) -> HttpResponseBase:
    """A file of what one may see; ``on`` a day it is as it was then. Private columns only with ``private=1`` and the
    right to change; who took what is written down."""
    register, by = params.register_to_see(request, code)
    if form not in MEDIA:
        raise Refused("unknown_form", _("Chỉ có các dạng: %(forms)s."), forms=", ".join(MEDIA))
    private = request.GET.get("private") == "1" and register.change in by.everywhere
    columns = exports.columns_of(register, private=private)
    on = params.day_param(query_param(request, "on", 100))
    if on is not None:
        units = None if register.see in by.everywhere else by.places(register.see)
        rows: exports.Rows = ((version.ref, version.data) for version in history.all_of_day(register, on, units=units))
    else:
        records = finding.filtered_records(
            register, params.list_filter_of(register, request.GET), finding.visible_records(register, by)
        )
        rows = exports.current_rows(records, columns)
    after = {"form": form, "private": private} | ({"on": f"{on}"} if on else {})
    audit.record(by=by, did="exported", to=(f"registers.{register.code}", "-"), after=after)
    answer: HttpResponseBase
    if form == "xlsx":
        answer = FileResponse(exports.as_xlsx(rows, columns, registry.title(register)), content_type=MEDIA[form])
    else:
        pieces = exports.as_csv(rows, columns) if form == "csv" else exports.as_geojson(rows, columns)
        answer = StreamingHttpResponse(pieces, content_type=MEDIA[form])
    answer["Content-Disposition"] = f'attachment; filename="{register.code}.{form}"'
    return answer


@require_safe
@login_required
def template_file(request: HttpRequest, code: str) -> HttpResponseBase:
    """An empty file with the columns' names."""
    register, _by = params.register_to_change(request, code)
    columns = exports.columns_of(register, private=True)
    answer = FileResponse(exports.as_xlsx(iter(()), columns, registry.title(register)), content_type=MEDIA["xlsx"])
    answer["Content-Disposition"] = f'attachment; filename="{register.code}-mau.xlsx"'
    return answer

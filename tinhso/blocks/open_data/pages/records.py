"""Records of apps as open data: what is in them, and the files of the day."""

import gzip

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.http import quote_etag
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from tinhso.blocks.open_data.queries import datasets
from tinhso.blocks.open_data.queries import records as queries
from tinhso.blocks.open_data.services import records as services
from tinhso.kernel import clock
from tinhso.kernel.errors import Refused, gettext_noop
from tinhso.ui.actors import actor_of

MEDIA = {"csv": "text/csv; charset=utf-8", "json": "application/json; charset=utf-8"}


@require_safe
def records_page(request: HttpRequest, code: str) -> HttpResponse:
    """What a set of records holds, column by column."""
    open_records = queries.records_by_code(code)
    newest = queries.newest_file(open_records, "csv")
    day = queries.day_of(newest) if newest else ""
    context = {
        "records": open_records,
        "publisher": datasets.data_publisher(),
        "day": day,
        "columns": open_records.columns.items(),
    }
    return render(request, "open_data/records.html", context)


@require_safe
@cache_control(public=True, max_age=300)
def download_records(request: HttpRequest, code: str, form: str) -> HttpResponseBase:
    """The file of the day; who takes it is recorded. The first who asks on a new system waits until it is written."""
    open_records = queries.records_by_code(code)
    if form not in MEDIA:
        raise Refused("unknown_form", gettext_noop("Chỉ có các dạng: %(forms)s."), forms=", ".join(MEDIA))
    path = queries.newest_file(open_records, form) or services.write_records_file(
        found=open_records, form=form, day=clock.today()
    )
    services.record_download(found=open_records, form=form, by=actor_of(request), day=queries.day_of(path))
    packed = "gzip" in request.headers.get("Accept-Encoding", "")
    content = path.open("rb") if packed else gzip.open(path, "rb")  # noqa: SIM115 (the response closes it)
    answer = FileResponse(content, content_type=MEDIA[form])
    answer["Content-Disposition"] = f'attachment; filename="{open_records.code}.{form}"'
    answer["Vary"] = "Accept-Encoding"
    answer["ETag"] = quote_etag(f"{path.name}-{path.stat().st_mtime_ns}")
    if packed:
        answer["Content-Encoding"] = "gzip"
    return answer

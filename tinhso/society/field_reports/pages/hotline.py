"""A clerk writes down what a caller tells: on one page, with what was told of around there already."""

from secrets import token_urlsafe

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.society.field_reports import services
from tinhso.society.field_reports.contract import Attached, Channel, ReportDraft
from tinhso.society.field_reports.models import Report
from tinhso.society.field_reports.pages import placing
from tinhso.society.field_reports.pages.params import parse_degrees
from tinhso.society.field_reports.queries import places, suggesting
from tinhso.society.field_reports.queries.rules import categories_on
from tinhso.society.field_reports.rights import TAKE_FIELD_REPORTS
from tinhso.ui.actors import actor_of
from tinhso.ui.request_params import posted_field, posted_files

FIELDS = ("text", "category", "address", "commune", "contact", "name", "longitude", "latitude", "channel")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def hotline_page(request: HttpRequest) -> HttpResponse:
    """Take a report for a caller; ``look`` shows what is known around there before it is taken."""
    by, now, refusal, near = actor_of(request), clock.now(), None, list[places.Near]()
    by.must_be_able_to(TAKE_FIELD_REPORTS)
    point, view = placing.point_of(request), placing.view_of(request)
    if placing.is_map_move(request):
        point, view, refusal = placing.pin_after_move(request)
    elif request.method == "POST":
        try:
            if request.POST.get("act") != "look":
                report = _submit_report(request, by)
                return render(request, "field_reports/taken.html", {"report": report})
            near = _nearby_reports(request)
        except Refused as problem:
            refusal = problem
    values = {name: posted_field(request, name, 4000) for name in FIELDS}
    if point is not None:
        values["longitude"], values["latitude"] = map(str, point)
    context = {
        "told": values,
        "request_id": posted_field(request, "request", 60) or token_urlsafe(18),
        "categories": categories_on(clock.today()),
        "communes": places.communes(clock.today()),
        "suggested": [category.code for category in suggesting.suggest_categories(values["text"], clock.today())],
        "near": near,
        "looked": request.POST.get("act") == "look" and refusal is None,
        "refusal": refusal,
        "now": now,
        "place_open": placing.is_map_move(request),
    } | placing.map_context(point, view, values["commune"])
    return render(request, "field_reports/hotline.html", context, status=200 if refusal is None else 422)


def _nearby_reports(request: HttpRequest) -> list[places.Near]:
    longitude, latitude = (parse_degrees(request.POST.get(name, "")) for name in ("longitude", "latitude"))
    if longitude is None or latitude is None:
        return list(
            places.in_commune(posted_field(request, "commune", 40), posted_field(request, "text", 4000), clock.now())
        )
    return places.nearby_reports(longitude, latitude, "", posted_field(request, "text", 4000), clock.now())


def _submit_report(request: HttpRequest, by: Actor) -> Report:
    now = clock.now()
    channel = Channel.COUNTER if request.POST.get("channel") == Channel.COUNTER else Channel.HOTLINE
    pictures = [
        services.keep_photo(upload=posted_file, file_name=posted_file.name or "anh.jpg", by=by, now=now)
        for posted_file in posted_files(request, "photo")[:6]
    ]
    draft = ReportDraft(
        request=f"desk:{posted_field(request, 'request', 60)}" if request.POST.get("request") else "",
        channel=channel,
        text=posted_field(request, "text", 4000),
        category=posted_field(request, "category", 40),
        longitude=parse_degrees(request.POST.get("longitude", "")),
        latitude=parse_degrees(request.POST.get("latitude", "")),
        address=posted_field(request, "address", 300),
        commune=posted_field(request, "commune", 40),
        sender_name=posted_field(request, "name", 200),
        contact=posted_field(request, "contact", 254),
        attachments=tuple(Attached(picture.original.sha256) for picture in pictures),
    )
    return services.submit_report(draft=draft, by=by, now=now)

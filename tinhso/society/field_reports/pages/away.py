"""Telling without a network: a page that the phone keeps, and what its queue hands in once there is a network again."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe

from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.society.field_reports import services
from tinhso.society.field_reports.contract import Attached, Channel, ReportDraft
from tinhso.society.field_reports.models import Report
from tinhso.society.field_reports.pages import placing
from tinhso.society.field_reports.pages.params import parse_degrees
from tinhso.society.field_reports.queries import lookup, places, secrets
from tinhso.society.field_reports.queries.rules import categories_on, rules
from tinhso.ui.actors import actor_of
from tinhso.ui.request_params import posted_field, posted_files

A_NAME = 20  # letters that name a telling, at least, so that nobody's can be guessed


@require_safe
@cache_control(private=True, no_cache=True)
def offline_page(request: HttpRequest) -> HttpResponse:
    """The same page for everybody, kept by the phone: one form, and what waits to be sent."""
    day = clock.today()
    context = {
        "communes": places.communes(day),
        "categories": categories_on(day),
        "numbers": rules().front,
        "place": placing.placing_island(),
    }
    return render(request, "field_reports/away.html", context)


@require_POST
def send_queued_report(request: HttpRequest) -> JsonResponse:
    """One telling of the queue. Sent again, as a queue must that has heard no answer, it is the same report."""
    try:
        report = _take_queued_report(request, actor_of(request))
    except Refused as refusal:
        return JsonResponse({"code": refusal.code, "message": refusal.message}, status=422)
    return JsonResponse({"ref": report.ref, "address": secrets.reporter_page_path(report)})


def _take_queued_report(request: HttpRequest, by: Actor) -> Report:
    name, now = f"app:{posted_field(request, 'request', 60)}", clock.now()
    if len(name) < A_NAME:
        raise Refused("no_request", _("Phản ánh này thiếu mã. Hãy viết lại."))
    before = lookup.told_before(name)
    if before is not None:
        return before
    if not rules().front.online:
        raise Refused("closed", _("Trang này đang tạm đóng. Hãy gọi đường dây nóng."))
    services.take_turn(by=by, now=now)
    uploads, keeper = posted_files(request, "photo")[: rules().front.photos], services.reporting_actor(by)
    pictures = [
        services.keep_photo(upload=upload, file_name=upload.name or "anh.jpg", by=keeper, now=now) for upload in uploads
    ]
    draft = ReportDraft(
        request=name,
        channel=Channel.APP,
        text=posted_field(request, "text", 4000),
        category=posted_field(request, "category", 40),
        longitude=parse_degrees(request.POST.get("longitude", "")),
        latitude=parse_degrees(request.POST.get("latitude", "")),
        address=posted_field(request, "address", 300),
        commune=posted_field(request, "commune", 40),
        sender_name=posted_field(request, "name", 200),
        contact=posted_field(request, "contact", 254),
        attachments=tuple(Attached(picture.original.sha256) for picture in pictures),
        sent_at=_told_at(request),
        language=(get_language() or "vi")[:2],
    )
    return services.submit_report(draft=draft, by=by, now=now)


def _told_at(request: HttpRequest) -> datetime | None:
    try:
        moment = datetime.fromisoformat(posted_field(request, "sent_at", 40))
    except ValueError:
        return None
    return moment if moment.tzinfo else None

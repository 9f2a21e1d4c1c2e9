"""What strangers may see: a queue of what nobody has looked at, a page per report, and covering what is on a photo."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tinhso.kernel import clock
from tinhso.society.field_reports.models import Attachment
from tinhso.society.field_reports.queries import detail, lookup, moderation, suggesting
from tinhso.society.field_reports.queries.rules import icon_of, name_of
from tinhso.society.field_reports.rights import HANDLE_FIELD_REPORTS
from tinhso.society.field_reports.services import look_at
from tinhso.society.field_reports.services import moderating as services
from tinhso.ui.actors import actor_of, perform_with_message
from tinhso.ui.request_params import posted_field

ROWS = 3  # areas that the form without script offers
SIDES = ("left", "top", "right", "bottom")


@require_safe
@login_required
def moderation_queue_page(request: HttpRequest) -> HttpResponse:
    """What nobody has looked at for strangers yet, the oldest first; and what is hidden."""
    by = actor_of(request)
    by.must_be_able_to(HANDLE_FIELD_REPORTS)
    hidden = request.GET.get("hidden") == "1"
    reports = moderation.hidden_reports(by) if hidden else moderation.reports_to_review(by)
    lines = [
        {"report": report, "category": name_of(report.category), "icon": icon_of(report.category)} for report in reports
    ]
    tabs = [
        {"label": _("Chờ duyệt"), "href": "?", "active": not hidden, "count": moderation.review_count(by)},
        {"label": _("Đang ẩn"), "href": "?hidden=1", "active": hidden, "count": ""},
    ]
    return render(request, "field_reports/moderation_queue.html", {"lines": lines, "tabs": tabs, "hidden": hidden})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def moderation_page(request: HttpRequest, ref: str) -> HttpResponse:
    """One report as it was told beside what strangers would see; to be let through or hidden."""
    by, now = actor_of(request), clock.now()
    report = lookup.visible_report(ref[:24], by=by)
    by.must_be_able_to(HANDLE_FIELD_REPORTS, at=report.unit)
    if request.method == "POST":
        if request.POST.get("act") == "hide":
            why = posted_field(request, "why", 2000)
            perform_with_message(
                request,
                lambda: services.hide_report(ref=report.ref, why=why, by=by, now=now),
                _("Đã ẩn với người ngoài."),
            )
        else:
            text, photos = posted_field(request, "public_text", 4000), request.POST.getlist("photo")[:20]
            perform_with_message(
                request,
                lambda: services.release_report(ref=report.ref, public_text=text, photos=photos, by=by, now=now),
                _("Đã cho công khai."),
            )
        return redirect("reports:moderate", report.ref)
    look_at(report, by=by, what="photos to release")
    context = {
        "report": report,
        "category": name_of(report.category),
        "tone": detail.status_tone(report),
        "proposed": report.public_text or suggesting.without_personal_data(report.text),
        "photos": [
            {"one": photo, "covered": photo.coverings.exists()}
            for photo in report.attachments.exclude(kind=Attachment.Kind.VOICE).order_by("pk")
        ],
        "looks": report.looks.order_by("-pk")[:10],
    }
    return render(request, "field_reports/moderation_one.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def cover_photo_page(request: HttpRequest, photo: str) -> HttpResponse:
    """Rectangles on a photo, drawn with the mouse or told in hundredths; what they cover nobody recognises again."""
    by = actor_of(request)
    attachment = moderation.coverable_photo(photo[:24], by=by)
    if request.method == "POST":
        now = clock.now()
        if request.POST.get("act") == "uncover":
            why = posted_field(request, "why", 2000)
            perform_with_message(
                request,
                lambda: services.uncover_photo(photo=attachment.ref, why=why, by=by, now=now),
                _("Đã bỏ chỗ che."),
            )
        else:
            areas = _posted_areas(request)
            perform_with_message(
                request, lambda: services.cover_photo(photo=attachment.ref, areas=areas, by=by, now=now), _("Đã che.")
            )
        return redirect("reports:cover", attachment.ref)
    last = attachment.coverings.order_by("-pk").first()
    context = {
        "photo": attachment,
        "report": attachment.report,
        "covered": last is not None and last.after_id == attachment.picture_id,
        "rows": range(1, ROWS + 1),
        "sides": [
            ("left", _("Trái")),
            ("top", _("Trên")),
            ("right", _("Phải")),
            ("bottom", _("Dưới")),
        ],
    }
    return render(request, "field_reports/moderation_cover.html", context)


def _posted_areas(request: HttpRequest) -> list[services.Area]:
    """Rectangles that were filled in; a number that is none spoils its rectangle, which is then refused."""
    columns = [request.POST.getlist(side)[:20] for side in SIDES]
    rows = [row for row in zip(*columns, strict=False) if any(part.strip() for part in row)]
    return [
        (_parse_hundredth(row[0]), _parse_hundredth(row[1]), _parse_hundredth(row[2]), _parse_hundredth(row[3]))
        for row in rows
    ]


def _parse_hundredth(text: str) -> int:
    tidy = text.strip()
    return int(tidy) if tidy.isascii() and tidy.isdigit() and len(tidy) < 4 else -1

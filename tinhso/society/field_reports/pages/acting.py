"""Doing one thing with a report, and saying what was done or why not."""

from collections.abc import Callable

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_POST

from tinhso.kernel import clock
from tinhso.kernel.errors import Refused
from tinhso.society.field_reports import services
from tinhso.society.field_reports.models import Attachment
from tinhso.society.field_reports.pages.params import parse_degrees
from tinhso.society.field_reports.queries import lookup
from tinhso.ui.actors import actor_of, perform_with_message
from tinhso.ui.request_params import posted_field, posted_files, posted_number

LONG = 2100  # one too many is refused, not cut


@require_POST
@login_required
def perform_action(request: HttpRequest, ref: str) -> HttpResponse:
    """Do what the pressed button names."""
    ref = ref[:24]
    lookup.visible_report(ref, by=actor_of(request))
    run, success_message = ACTS.get(request.POST.get("act", ""), (None, ""))
    if run is not None:
        perform_with_message(request, lambda: run(request, ref), str(success_message))
    back = request.POST.get("back", "")
    if url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        return redirect(back)
    return redirect("field_reports:one", ref)


@require_POST
@login_required
def reveal_reporter(request: HttpRequest, ref: str) -> HttpResponse:
    """Who told, in full; every look is written down with its reason."""
    person = services.reveal_reporter(ref=ref[:24], why=posted_field(request, "why", 500), by=actor_of(request))
    return render(request, "field_reports/revealed.html", {"person": person, "report": person.report})


def _classify_report(request: HttpRequest, ref: str) -> object:
    release = request.POST.get("release") == "1"
    return services.classify_report(
        ref=ref,
        by=actor_of(request),
        now=clock.now(),
        category_code=posted_field(request, "category", 40),
        priority=posted_number(request, "priority") or None,
        public_text=posted_field(request, "public_text", 4000),
        release=release,
        note=posted_field(request, "note", LONG),
    )


def _assign_report(request: HttpRequest, ref: str) -> object:
    return services.assign_report(ref=ref, to=posted_field(request, "to", 80), by=actor_of(request), now=clock.now())


def _begin_work(request: HttpRequest, ref: str) -> object:
    return services.begin_work(ref=ref, by=actor_of(request), now=clock.now(), note=posted_field(request, "note", LONG))


def add_photos(request: HttpRequest, ref: str) -> int:
    """Take in the photos of a form; says how many there were."""
    by, now = actor_of(request), clock.now()
    kind = Attachment.Kind.BEFORE if request.POST.get("kind") == "before" else Attachment.Kind.AFTER
    uploads = posted_files(request, "photo")[:10]
    for upload in uploads:
        picture = services.keep_photo(upload=upload, file_name=upload.name or "anh.jpg", by=by, now=now)
        services.add_photo(ref=ref, picture=picture, kind=kind, by=by, now=now)
    return len(uploads)


def _add_photos(request: HttpRequest, ref: str) -> object:
    if not add_photos(request, ref):
        raise Refused("no_file", _("Hãy chọn ảnh."))
    return None


def _resolve_report(request: HttpRequest, ref: str) -> object:
    add_photos(request, ref)
    return services.resolve_report(
        ref=ref,
        answer=posted_field(request, "answer", LONG),
        no_photo_why=posted_field(request, "no_photo_why", LONG),
        by=actor_of(request),
        now=clock.now(),
    )


def _present_result(request: HttpRequest, ref: str) -> object:
    return services.present_result(
        ref=ref, answer=posted_field(request, "answer", LONG), by=actor_of(request), now=clock.now()
    )


def _send_back(request: HttpRequest, ref: str) -> object:
    return services.send_back_to_crew(ref=ref, why=_posted_reason(request), by=actor_of(request), now=clock.now())


def _posted_reason(request: HttpRequest) -> str:
    return posted_field(request, "why", LONG)


def _hand_over(request: HttpRequest, ref: str) -> object:
    to = posted_field(request, "to", 40)
    return services.hand_over(ref=ref, to=to, why=_posted_reason(request), by=actor_of(request), now=clock.now())


def _decline_report(request: HttpRequest, ref: str) -> object:
    kind = posted_field(request, "kind", 12) or "field"
    return services.decline_report(
        ref=ref, why=_posted_reason(request), kind=kind, by=actor_of(request), now=clock.now()
    )


def _escalate_report(request: HttpRequest, ref: str) -> object:
    return services.escalate_report(ref=ref, why=_posted_reason(request), by=actor_of(request), now=clock.now())


def _merge_reports(request: HttpRequest, ref: str) -> object:
    into = posted_field(request, "into", 24).upper()
    return services.merge_reports(ref=ref, into=into, by=actor_of(request), now=clock.now())


def _unmerge_report(request: HttpRequest, ref: str) -> object:
    return services.unmerge_report(ref=ref, why=_posted_reason(request), by=actor_of(request), now=clock.now())


def _split_report(request: HttpRequest, ref: str) -> object:
    text, category = posted_field(request, "text", 4000), posted_field(request, "category", 40)
    return services.split_report(ref=ref, text=text, category_code=category, by=actor_of(request), now=clock.now())


def _decide_unit(request: HttpRequest, ref: str) -> object:
    to = posted_field(request, "to", 40)
    return services.decide_unit(ref=ref, to=to, why=_posted_reason(request), by=actor_of(request), now=clock.now())


def _settle_successor(request: HttpRequest, ref: str) -> object:
    to = posted_field(request, "to", 40)
    return services.settle_successor(ref=ref, to=to, today=clock.today(), by=actor_of(request), now=clock.now())


def _reconsider_report(request: HttpRequest, ref: str) -> object:
    return services.reconsider_report(ref=ref, why=_posted_reason(request), by=actor_of(request), now=clock.now())


def _add_note(request: HttpRequest, ref: str) -> object:
    return services.add_note(ref=ref, text=posted_field(request, "note", LONG), by=actor_of(request), now=clock.now())


def _put_right(request: HttpRequest, ref: str) -> object:
    longitude, latitude = (
        parse_degrees(request.POST.get("longitude", "")),
        parse_degrees(request.POST.get("latitude", "")),
    )
    if longitude is None or latitude is None:
        raise Refused("bad_place", _("Hãy ghi kinh độ và vĩ độ, ví dụ 106,4412 và 10,0781."))
    return services.put_right(
        ref=ref,
        longitude=longitude,
        latitude=latitude,
        address=posted_field(request, "address", 300),
        by=actor_of(request),
        now=clock.now(),
    )


ACTS: dict[str, tuple[Callable[[HttpRequest, str], object], object]] = {
    "classify": (_classify_report, _lazy("Đã phân loại.")),
    "assign": (_assign_report, _lazy("Đã giao việc.")),
    "begin": (_begin_work, _lazy("Đã bắt đầu xử lý.")),
    "photo": (_add_photos, _lazy("Đã thêm ảnh.")),
    "resolve": (_resolve_report, _lazy("Đã ghi kết quả xử lý.")),
    "present": (_present_result, _lazy("Đã báo kết quả cho người gửi.")),
    "send_back": (_send_back, _lazy("Đã yêu cầu làm lại.")),
    "hand_over": (_hand_over, _lazy("Đã chuyển, hoặc chờ cấp trên phân định nếu bị chuyển qua lại.")),
    "decline": (_decline_report, _lazy("Đã trả lời không tiếp nhận.")),
    "escalate": (_escalate_report, _lazy("Đã chuyển cấp trên.")),
    "merge": (_merge_reports, _lazy("Đã gộp.")),
    "unmerge": (_unmerge_report, _lazy("Đã tách trở lại.")),
    "split": (_split_report, _lazy("Đã tách thành một phản ánh mới.")),
    "decide": (_decide_unit, _lazy("Đã phân định.")),
    "settle": (_settle_successor, _lazy("Đã phân định.")),
    "reconsider": (_reconsider_report, _lazy("Đã mở lại để xem xét.")),
    "note": (_add_note, _lazy("Đã ghi.")),
    "put_right": (_put_right, _lazy("Đã sửa vị trí.")),
}

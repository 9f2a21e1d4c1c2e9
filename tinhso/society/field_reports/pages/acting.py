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
from tinhso.society.field_reports.pages.params import degrees
from tinhso.society.field_reports.queries import lookup
from tinhso.ui.actors import actor_of, perform
from tinhso.ui.request_params import posted, posted_files, posted_number

LONG = 2100  # one too many is refused, not cut


@require_POST
@login_required
def act(request: HttpRequest, ref: str) -> HttpResponse:
    """Do what the pressed button names."""
    ref = ref[:24]
    lookup.visible(ref, by=actor_of(request))
    run, said = ACTS.get(request.POST.get("act", ""), (None, ""))
    if run is not None:
        perform(request, lambda: run(request, ref), str(said))
    back = request.POST.get("back", "")
    if url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        return redirect(back)
    return redirect("field_reports:one", ref)


@require_POST
@login_required
def reveal(request: HttpRequest, ref: str) -> HttpResponse:
    """Who told, in full; every look is written down with its reason."""
    person = services.reveal(ref=ref[:24], why=posted(request, "why", 500), by=actor_of(request))
    return render(request, "field_reports/revealed.html", {"person": person, "report": person.report})


def _classify(request: HttpRequest, ref: str) -> object:
    release = request.POST.get("release") == "1"
    return services.classify(
        ref=ref,
        by=actor_of(request),
        now=clock.now(),
        category_code=posted(request, "category", 40),
        priority=posted_number(request, "priority") or None,
        public_text=posted(request, "public_text", 4000),
        release=release,
        note=posted(request, "note", LONG),
    )


def _assign(request: HttpRequest, ref: str) -> object:
    return services.assign(ref=ref, to=posted(request, "to", 80), by=actor_of(request), now=clock.now())


def _begin(request: HttpRequest, ref: str) -> object:
    return services.begin(ref=ref, by=actor_of(request), now=clock.now(), note=posted(request, "note", LONG))


def add_photos(request: HttpRequest, ref: str) -> int:
    """Take in the photos of a form; says how many there were."""
    by, now = actor_of(request), clock.now()
    kind = Attachment.Kind.BEFORE if request.POST.get("kind") == "before" else Attachment.Kind.AFTER
    found = posted_files(request, "photo")[:10]
    for one in found:
        picture = services.keep_photo(upload=one, file_name=one.name or "anh.jpg", by=by, now=now)
        services.add_photo(ref=ref, picture=picture, kind=kind, by=by, now=now)
    return len(found)


def _photo(request: HttpRequest, ref: str) -> object:
    if not add_photos(request, ref):
        raise Refused("no_file", _("Hãy chọn ảnh."))
    return None


def _resolve(request: HttpRequest, ref: str) -> object:
    add_photos(request, ref)
    return services.resolve(
        ref=ref,
        answer=posted(request, "answer", LONG),
        no_photo_why=posted(request, "no_photo_why", LONG),
        by=actor_of(request),
        now=clock.now(),
    )


def _present(request: HttpRequest, ref: str) -> object:
    return services.present(ref=ref, answer=posted(request, "answer", LONG), by=actor_of(request), now=clock.now())


def _send_back(request: HttpRequest, ref: str) -> object:
    return services.send_back_to_crew(ref=ref, why=_why(request), by=actor_of(request), now=clock.now())


def _why(request: HttpRequest) -> str:
    return posted(request, "why", LONG)


def _hand_over(request: HttpRequest, ref: str) -> object:
    to = posted(request, "to", 40)
    return services.hand_over(ref=ref, to=to, why=_why(request), by=actor_of(request), now=clock.now())


def _decline(request: HttpRequest, ref: str) -> object:
    kind = posted(request, "kind", 12) or "field"
    return services.decline(ref=ref, why=_why(request), kind=kind, by=actor_of(request), now=clock.now())


def _escalate(request: HttpRequest, ref: str) -> object:
    return services.escalate(ref=ref, why=_why(request), by=actor_of(request), now=clock.now())


def _merge(request: HttpRequest, ref: str) -> object:
    into = posted(request, "into", 24).upper()
    return services.merge(ref=ref, into=into, by=actor_of(request), now=clock.now())


def _unmerge(request: HttpRequest, ref: str) -> object:
    return services.unmerge(ref=ref, why=_why(request), by=actor_of(request), now=clock.now())


def _split(request: HttpRequest, ref: str) -> object:
    told, category = posted(request, "text", 4000), posted(request, "category", 40)
    return services.split(ref=ref, text=told, category_code=category, by=actor_of(request), now=clock.now())


def _decide(request: HttpRequest, ref: str) -> object:
    to = posted(request, "to", 40)
    return services.decide(ref=ref, to=to, why=_why(request), by=actor_of(request), now=clock.now())


def _settle(request: HttpRequest, ref: str) -> object:
    to = posted(request, "to", 40)
    return services.settle(ref=ref, to=to, today=clock.today(), by=actor_of(request), now=clock.now())


def _reconsider(request: HttpRequest, ref: str) -> object:
    return services.reconsider(ref=ref, why=_why(request), by=actor_of(request), now=clock.now())


def _note(request: HttpRequest, ref: str) -> object:
    return services.note(ref=ref, text=posted(request, "note", LONG), by=actor_of(request), now=clock.now())


def _put_right(request: HttpRequest, ref: str) -> object:
    longitude, latitude = degrees(request.POST.get("longitude", "")), degrees(request.POST.get("latitude", ""))
    if longitude is None or latitude is None:
        raise Refused("bad_place", _("Hãy ghi kinh độ và vĩ độ, ví dụ 106,4412 và 10,0781."))
    return services.put_right(
        ref=ref,
        longitude=longitude,
        latitude=latitude,
        address=posted(request, "address", 300),
        by=actor_of(request),
        now=clock.now(),
    )


ACTS: dict[str, tuple[Callable[[HttpRequest, str], object], object]] = {
    "classify": (_classify, _lazy("Đã phân loại.")),
    "assign": (_assign, _lazy("Đã giao việc.")),
    "begin": (_begin, _lazy("Đã bắt đầu xử lý.")),
    "photo": (_photo, _lazy("Đã thêm ảnh.")),
    "resolve": (_resolve, _lazy("Đã ghi kết quả xử lý.")),
    "present": (_present, _lazy("Đã báo kết quả cho người gửi.")),
    "send_back": (_send_back, _lazy("Đã yêu cầu làm lại.")),
    "hand_over": (_hand_over, _lazy("Đã chuyển, hoặc chờ cấp trên phân định nếu bị chuyển qua lại.")),
    "decline": (_decline, _lazy("Đã trả lời không tiếp nhận.")),
    "escalate": (_escalate, _lazy("Đã chuyển cấp trên.")),
    "merge": (_merge, _lazy("Đã gộp.")),
    "unmerge": (_unmerge, _lazy("Đã tách trở lại.")),
    "split": (_split, _lazy("Đã tách thành một phản ánh mới.")),
    "decide": (_decide, _lazy("Đã phân định.")),
    "settle": (_settle, _lazy("Đã phân định.")),
    "reconsider": (_reconsider, _lazy("Đã mở lại để xem xét.")),
    "note": (_note, _lazy("Đã ghi.")),
    "put_right": (_put_right, _lazy("Đã sửa vị trí.")),
}

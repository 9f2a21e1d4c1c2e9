"""Following: the page of whoever told, the page for everybody, and the way back by reference and key."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tinhso.kernel import clock
from tinhso.kernel.errors import Refused
from tinhso.society.field_reports import services
from tinhso.society.field_reports.contract import Status
from tinhso.society.field_reports.models import Rating, Report
from tinhso.society.field_reports.queries import deadlines, detail, lookup, page_parts, public, secrets
from tinhso.society.field_reports.queries.rules import icon_of, name_of
from tinhso.society.field_reports.services import watching
from tinhso.ui.actors import actor_of, perform_with_message
from tinhso.ui.request_params import posted_field, posted_number
from tinhso.ui.round_trips import read_together

TOO_OFTEN = "tried_too_often"
RATED_AT = (Status.AWAITING, Status.CLOSED, Status.DECLINED)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def my_report_page(request: HttpRequest, ref: str, key: str) -> HttpResponse:
    """The report of whoever holds its key: where it stands, who has it until when, and what they can say to it."""
    try:
        report = services.open_with_key(ref=ref, key=key, by=actor_of(request), now=clock.now())
    except Refused as refusal:
        messages.error(request, refusal.message)
        status = 429 if refusal.code == TOO_OFTEN else 404
        return render(request, "field_reports/find.html", {"ref": ref[:24]}, status=status)
    if request.method == "POST":
        act = ACTS.get(request.POST.get("act", ""))
        if act is not None:
            perform_with_message(request, lambda: act[0](request, report.ref, key), str(act[1]))
        return redirect("field_reports:mine", report.ref, key)
    final = lookup.final_report(report)
    now, person = clock.now(), report.reporter
    rated = detail.rated_steps(report)
    history, photos = read_together([page_parts.history_read(final, public_only=True), page_parts.photos_read(report)])
    context = {
        "report": report,
        "final": final,
        "key": secrets.key_of(report),
        "category": name_of(report.category),
        "icon_name": icon_of(report.category),
        "standing": deadlines.deadline_status(final, now),
        "tone": detail.status_tone(final),
        "steps": _progress_steps(final),
        "history": history,
        "photos": photos,
        "contact": detail.masked_contact(person),
        "demo_code": secrets.code_of(report, person.codes) if settings.DEMO and report.status == 0 else "",
        "may_rate": [] if report.merged_into_id else _unrated_steps(report, rated),
        "stars": range(5, 0, -1),
        "answer": final.answer if final.status >= Status.RESOLVED else "",
    }
    answer = render(request, "field_reports/mine.html", context)
    answer.headers["Referrer-Policy"] = "strict-origin"  # the address holds the key
    return answer


def _progress_steps(report: Report) -> list[tuple[str, str]]:
    """The way of a report in four words: each done, current or still to come."""
    place = {0: 0, 1: 1, 2: 1, 9: 1, 3: 2, 4: 2, 5: 3, 6: 3, 7: 4}.get(report.status, 4)
    words = [_("Xác nhận"), _("Tiếp nhận"), _("Xử lý"), _("Có kết quả")]
    return [(word, "done" if at < place else "now" if at == place else "") for at, word in enumerate(words)]


def _unrated_steps(report: Report, rated: list[str]) -> list[tuple[str, str]]:
    if report.status not in RATED_AT:
        return []
    return [(step, str(name)) for step, name in Rating.Step.choices if step not in rated]


def _confirm_contact(request: HttpRequest, ref: str, key: str) -> object:
    return services.confirm_contact(
        ref=ref, code=posted_field(request, "code", 20), by=actor_of(request), now=clock.now()
    )


def _resend_code(request: HttpRequest, ref: str, key: str) -> object:
    services.take_turn(by=actor_of(request), now=clock.now())
    return services.ask_again(ref=ref, by=actor_of(request), now=clock.now())


def _confirm_repair(request: HttpRequest, ref: str, key: str) -> object:
    return services.say_mended(ref=ref, key=key, by=actor_of(request), now=clock.now())


def _not_mended(request: HttpRequest, ref: str, key: str) -> object:
    why = posted_field(request, "why", 2000)
    return services.say_not_mended(ref=ref, key=key, why=why, by=actor_of(request), now=clock.now())


def _rate_report(request: HttpRequest, ref: str, key: str) -> object:
    points_by_step = {step: posted_number(request, f"points-{step}") for step in Rating.Step.values}
    if not any(points_by_step.values()):
        raise Refused("bad_rating", _("Hãy chọn từ 1 đến 5 điểm."))
    for step, points in points_by_step.items():
        if points:
            services.rate_report(
                ref=ref,
                key=key,
                step=step,
                points=points,
                note=posted_field(request, "note", 2000),
                by=actor_of(request),
                now=clock.now(),
            )
    return None


ACTS = {
    "confirm": (_confirm_contact, _lazy("Đã xác nhận. Cảm ơn bạn!")),
    "again": (_resend_code, _lazy("Đã gửi mã mới.")),
    "mended": (_confirm_repair, _lazy("Cảm ơn bạn đã xác nhận.")),
    "not_mended": (_not_mended, _lazy("Đã báo lại: việc được mở lại để xử lý tiếp.")),
    "rate": (_rate_report, _lazy("Cảm ơn bạn đã đánh giá.")),
}


@require_safe
def public_page(request: HttpRequest, ref: str) -> HttpResponse:
    """A report as anybody may see it; a merged one leads on to the one that goes on."""
    ref = ref.upper()[:24]
    public_report = public.public_report(ref)
    if public_report.ref != ref:
        return redirect("field_reports:public", public_report.ref)
    context = {
        "one": public_report,
        "icon_name": icon_of(public_report.category),
        "tone": detail.TONES.get(Status(public_report.status), "none"),
        "story": [
            (entry, page_parts.WORDS.get(entry.did, entry.did)) for entry in public.public_entries(public_report.ref)
        ],
        "may_follow": public_report.status in (1, 2, 3, 4, 5, 6, 9)
        and not (public_report.place and public_report.place.rough),
    }
    return render(request, "field_reports/public.html", context)


@require_POST
def follow_report(request: HttpRequest, ref: str) -> HttpResponse:
    """Somebody who saw the same wants to hear of it; a letter asks the mailbox first whether it is theirs."""
    now, by = clock.now(), actor_of(request)
    email = posted_field(request, "contact", 254)
    wish = watching.Wish(email, report=ref.upper()[:24], language=(get_language() or "vi")[:2])

    def act() -> None:
        services.take_turn(by=by, now=now)
        watching.request_watch(wish=wish, by=by, now=now)

    text = _("Đã gửi thư tới %(email)s. Hãy mở liên kết trong thư để bắt đầu nhận tin.") % {"email": email[:80]}
    perform_with_message(request, act, text)
    return redirect("field_reports:find")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unfollow_report(request: HttpRequest, ref: str, number: int, token: str) -> HttpResponse:
    """The way out of a letter: one button, as programs that look at letters follow links by themselves."""
    if request.method == "POST":
        perform_with_message(
            request,
            lambda: services.stop_following(ref=ref, number=number, token=token, by=actor_of(request)),
            _("Bạn sẽ không nhận tin nữa."),
        )
        return redirect("field_reports:find")
    return render(request, "field_reports/unfollow.html", {"ref": ref[:24]})


@never_cache
@sensitive_post_parameters("key")
@require_http_methods(["GET", "HEAD", "POST"])
def find_report_page(request: HttpRequest) -> HttpResponse:
    """Back to a report by its reference, with the key of whoever told it or without."""
    ref = posted_field(request, "ref", 40).upper()
    if request.method == "POST":
        services.take_turn(by=actor_of(request), now=clock.now())
        try:
            if request.POST.get("key", "").strip():
                key = posted_field(request, "key", 40)
                report = services.open_with_key(ref=ref, key=key, by=actor_of(request), now=clock.now())
                return redirect("field_reports:mine", report.ref, secrets.key_of(report))
            return redirect("field_reports:public", public.public_report(ref).ref)
        except Refused as refusal:
            messages.error(request, refusal.message)
    latest = public.public_views(list(public.released_reports()[:6]))
    return render(request, "field_reports/find.html", {"ref": ref, "latest": latest})

"""A leader's week as a page and as a paper, and acts on several alerts at once."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tinhso.blocks.documents import queries as documents
from tinhso.blocks.units import queries as units
from tinhso.ioc.pages.posting import act_of_reader
from tinhso.ioc.pages.readers import RequestedView, for_readers, link_to, requested_view
from tinhso.ioc.queries.alerting.groups import MOST_STEERED
from tinhso.ioc.queries.bulletin_pages import file_name
from tinhso.ioc.queries.week import MOST_ALERTS, WeekReview, week_review
from tinhso.ioc.queries.week_paper import week_paper
from tinhso.ioc.rights import HANDLE_ALERTS
from tinhso.ioc.services import alerting, exports
from tinhso.kernel import clock, weeks
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.ui.actors import redirect_back
from tinhso.ui.menus import steering_way

MOST_REFUSALS, MOST_TICKS, LONGEST_TICK = 10, 200, 40 * MOST_ALERTS


@for_readers
def week_page(request: HttpRequest, by: Actor) -> HttpResponse:
    """What turned bad in a week, who has it in hand, what is due, what has been late for the longest."""
    asking, review = _requested_week(request, by)
    query = {"unit": asking.seen.unit.ref}
    context = {
        "unit": asking.seen.unit,
        "review": review,
        "link": asking.link,
        "earlier": link_to(asking.at, **query, week=review.week.shift(-1).code),
        "later": "" if review.is_current else link_to(asking.at, **query, week=review.week.shift(1).code),
        "this_week": link_to(asking.at, **query, week=review.week.code),
        "may_steer": steering_way(by) is not None,
        "most_steered": MOST_STEERED,
        "may_handle": by.can(HANDLE_ALERTS),
        "today": clock.today(),
    }
    return render(request, "ioc/week.html", context)


@for_readers
def download_week(request: HttpRequest, by: Actor, form: str) -> HttpResponse:
    """The same week as a paper in Vietnamese: PDF or a word processor's file; who took it is written down."""
    if form not in documents.FORMS:
        raise Refused("unknown_file", _("Chỉ có tệp pdf và docx."))
    with translation.override("vi"):
        asking, review = _requested_week(request, by)
        paper = week_paper(units.by_ref(asking.seen.unit.ref), review)
    exports.note_week(week=review.week.code, unit=asking.seen.unit.ref, form=form, by=by)
    name = file_name(f"tuan-{review.week.code}-{asking.seen.unit.ref}", form)
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
    return HttpResponse(documents.FORMS[form](paper), content_type=documents.MEDIA[form], headers=headers)


def _requested_week(request: HttpRequest, by: Actor) -> tuple[RequestedView, WeekReview]:
    """The unit and the week of the address, else the reader's own and the week of today; refuses one to come."""
    if request.GET.get("known_at"):  # who holds an alert, and what is done, is known of today only
        raise Refused(
            "bad_moment", _("Trang tuần luôn đọc theo hiện tại; hãy mở lại trang, bỏ phần “như đã biết lúc”.")
        )
    asking, code = requested_view(request, by), request.GET.get("week", "")
    this_week = weeks.week_of(clock.today())
    week = weeks.parse(code) if code else this_week
    if week > this_week:
        raise Refused("bad_week", _("Tuần này chưa đến."))
    return asking, week_review(asking.at, asking.seen, week, by, clock.now())


@act_of_reader
def apply_bulk_act(request: HttpRequest, by: Actor) -> HttpResponse:
    """Acknowledge the ticked alerts, or go on to a directive about all of them; each tick holds one or more."""
    refs = _ticked_refs(request)
    if not refs:
        messages.error(request, _("Hãy chọn ít nhất một cảnh báo."))
    elif request.POST.get("act") == "steer":
        steering = steering_way(by, *(f"alert:{ref}" for ref in refs[:MOST_STEERED]))
        if steering is not None:
            if len(refs) > MOST_STEERED:
                words = {"most": MOST_STEERED, "n": len(refs)}
                messages.warning(request, _("Biểu mẫu này chỉ nhận %(most)s trong %(n)s cảnh báo đã chọn.") % words)
            return redirect(steering.href)
        messages.error(request, _("Bạn không được giao chỉ đạo."))
    elif request.POST.get("act") == "acknowledge":
        _acknowledge_alerts(request, refs, by)
    else:
        messages.error(request, _("Không rõ phải làm gì với các cảnh báo đã chọn."))
    return redirect_back(request, "ioc:week")


def _ticked_refs(request: HttpRequest) -> list[str]:
    texts = (text[:LONGEST_TICK] for text in request.POST.getlist("alert")[:MOST_TICKS])
    refs = (ref.strip() for text in texts for ref in text.split(","))
    return [ref for ref in dict.fromkeys(refs) if ref and len(ref) <= 40][:MOST_ALERTS]


def _acknowledge_alerts(request: HttpRequest, refs: list[str], by: Actor) -> None:
    refused: dict[str, str] = {}
    for ref in refs:
        try:
            alerting.acknowledge(ref=ref, by=by, now=clock.now())
        except Refused as refusal:
            refused[ref] = refusal.message
    count = len(refs) - len(refused)
    if count:
        text = ngettext("Đã nhận xử lý %(n)s cảnh báo.", "Đã nhận xử lý %(n)s cảnh báo.", count) % {"n": count}
        messages.success(request, text)
    for ref, why in list(refused.items())[:MOST_REFUSALS]:
        messages.error(request, f"{ref}: {why}")
    if len(refused) > MOST_REFUSALS:
        messages.error(request, _("Còn %(n)s cảnh báo khác không nhận được.") % {"n": len(refused) - MOST_REFUSALS})

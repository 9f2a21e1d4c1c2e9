"""Signing up for letters about a report or a place: the mailbox's owner says yes, and one button ends it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tinhso.kernel import clock
from tinhso.society.field_reports.queries import places
from tinhso.society.field_reports.queries.rules import categories_on
from tinhso.society.field_reports.services import limiting, watching
from tinhso.society.field_reports.services.watching import Wish
from tinhso.ui.actors import actor_of, perform_with_message
from tinhso.ui.request_params import posted_field


def _reader_language() -> str:
    return (get_language() or "vi")[:2]


def _request_alerts(request: HttpRequest, wish: Wish) -> bool:
    by, now = actor_of(request), clock.now()

    def act() -> None:
        limiting.take_turn(by=by, now=now)
        watching.request_watch(wish=wish, by=by, now=now)

    text = _("Đã gửi thư tới %(email)s. Hãy mở liên kết trong thư để bắt đầu nhận tin.") % {"email": wish.email[:80]}
    return perform_with_message(request, act, text)


@require_POST
def watch_report(request: HttpRequest, ref: str) -> HttpResponse:
    """Somebody wants letters about one report."""
    tidy = ref.upper()[:24]
    _request_alerts(request, Wish(posted_field(request, "email", 254), report=tidy, language=_reader_language()))
    return redirect("field_reports:public", tidy)


@require_http_methods(["GET", "HEAD", "POST"])
def alerts_page(request: HttpRequest) -> HttpResponse:
    """Letters and a feed about a commune and a category."""
    day = clock.today()
    values = {name: request.GET.get(name, "")[:40] for name in ("commune", "category")}
    if request.method == "POST":
        values = {name: posted_field(request, name, 40) for name in ("commune", "category")}
        if _request_alerts(request, Wish(posted_field(request, "email", 254), language=_reader_language(), **values)):
            return redirect("reports:alerts")
    context = {"communes": places.communes(day), "categories": categories_on(day), "given": values}
    return render(request, "field_reports/outside_alerts.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def alert_wish_page(request: HttpRequest, sign: str) -> HttpResponse:
    """Behind the link of a letter: a button, as programs that read mail open links by themselves."""
    wish, ends = watching.read_link(sign)
    if request.method == "POST":
        if ends:
            watching.stop_watch(sign=sign)
            messages.success(request, _("Đã thôi gửi tin. Bạn có thể đăng ký lại bất cứ lúc nào."))
            return redirect("reports:map")
        if perform_with_message(
            request, lambda: watching.start_watch(sign=sign, now=clock.now()), _("Từ nay bạn sẽ nhận tin qua thư.")
        ):
            return redirect("reports:map")
        return redirect(request.path)
    context = {"wish": wish, "ends": ends, "what": watching.wish_name(wish)}
    return render(request, "field_reports/outside_wish.html", context)

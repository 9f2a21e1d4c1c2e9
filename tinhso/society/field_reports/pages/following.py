"""Signing up for letters about a report or a place: the mailbox's owner says yes, and one button ends it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tinhso.kernel import clock
from tinhso.society.field_reports.queries import places
from tinhso.society.field_reports.queries.rules import categories
from tinhso.society.field_reports.services import limiting, watching
from tinhso.society.field_reports.services.watching import Wish
from tinhso.ui.actors import actor_of, perform
from tinhso.ui.request_params import posted


def _language() -> str:
    return (get_language() or "vi")[:2]


def _ask(request: HttpRequest, wish: Wish) -> bool:
    by, now = actor_of(request), clock.now()

    def act() -> None:
        limiting.take_turn(by=by, now=now)
        watching.ask(wish=wish, by=by, now=now)

    said = _("Đã gửi thư tới %(email)s. Hãy mở liên kết trong thư để bắt đầu nhận tin.") % {"email": wish.email[:80]}
    return perform(request, act, said)


@require_POST
def watch(request: HttpRequest, ref: str) -> HttpResponse:
    """Somebody wants letters about one report."""
    tidy = ref.upper()[:24]
    _ask(request, Wish(posted(request, "email", 254), report=tidy, language=_language()))
    return redirect("field_reports:public", tidy)


@require_http_methods(["GET", "HEAD", "POST"])
def alerts(request: HttpRequest) -> HttpResponse:
    """Letters and a feed about a commune and a category."""
    day = clock.today()
    given = {name: request.GET.get(name, "")[:40] for name in ("commune", "category")}
    if request.method == "POST":
        given = {name: posted(request, name, 40) for name in ("commune", "category")}
        if _ask(request, Wish(posted(request, "email", 254), language=_language(), **given)):
            return redirect("reports:alerts")
    context = {"communes": places.communes(day), "categories": categories(day), "given": given}
    return render(request, "field_reports/outside_alerts.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def wish(request: HttpRequest, sign: str) -> HttpResponse:
    """Behind the link of a letter: a button, as programs that read mail open links by themselves."""
    told, ends = watching.read(sign)
    if request.method == "POST":
        if ends:
            watching.stop(sign=sign)
            messages.success(request, _("Đã thôi gửi tin. Bạn có thể đăng ký lại bất cứ lúc nào."))
            return redirect("reports:map")
        if perform(request, lambda: watching.start(sign=sign, now=clock.now()), _("Từ nay bạn sẽ nhận tin qua thư.")):
            return redirect("reports:map")
        return redirect(request.path)
    context = {"wish": told, "ends": ends, "what": watching.name(told)}
    return render(request, "field_reports/outside_wish.html", context)

"""The page of whoever applied: by reference and key; confirming, withdrawing, complaining."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from tinhso.blocks.identity import services as identity
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.society.support import services
from tinhso.society.support.contract import OPEN, State
from tinhso.society.support.models import Application
from tinhso.society.support.queries import detail, rules, secrets
from tinhso.ui.actors import actor_of, perform
from tinhso.ui.request_params import posted


def _opened(ref: str, key: str, by: Actor) -> Application:
    """The application of who holds its key; guesses are counted and stopped."""
    most = rules.rules().numbers.keys_per_hour
    return identity.try_secret(
        what="support_key", most=most, by=by, now=clock.now(), opening=lambda: services.opened(ref, key)
    )


@sensitive_post_parameters("key")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def find(request: HttpRequest) -> HttpResponse:
    """The way back by reference and key."""
    ref = posted(request, "ref", 40)
    if request.method == "POST":
        try:
            found = _opened(ref, posted(request, "key", 40), actor_of(request))
        except Refused as refusal:
            messages.error(request, refusal.message)
        else:
            return redirect("support:mine", found.ref, secrets.key_of(found))
    return render(request, "support/find.html", {"ref": ref})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: HttpRequest, ref: str, key: str) -> HttpResponse:
    """Where my application stands, and what I can do."""
    try:
        one = _opened(ref, key, actor_of(request))
    except Refused as refusal:
        messages.error(request, refusal.message)
        return render(request, "support/find.html", {"ref": ref[:24]}, status=404)
    if request.method == "POST":
        act = ACTS.get(request.POST.get("act", ""))
        if act is not None:
            perform(request, lambda: act[0](request, one.ref, key), str(act[1]))
        return redirect("support:mine", one.ref, key)
    waits = one.complaints.filter(answered_at__isnull=True).exists()
    context = {
        "one": one,
        "key": secrets.key_of(one),
        "tone": detail.TONES.get(one.state, ""),
        "answers": detail.said(one.answers),
        "story": detail.story(one, public_only=True),
        "steps": _steps(one),
        "code": secrets.code_of(one, one.person.codes) if settings.DEMO and one.state == State.UNCONFIRMED else "",
        "may_withdraw": one.state in OPEN,
        "complaints": one.complaints.order_by("-at"),
        "may_complain": one.state != State.UNCONFIRMED and not waits,
    }
    return render(request, "support/mine.html", context)


def _steps(one: Application) -> list[tuple[str, str]]:
    """The way of an application in four words: each done, current or still to come."""
    place = {"unconfirmed": 0, "submitted": 1, "paper": 1, "approved": 2, "delivered": 4}.get(one.state, 4)
    words = [_("Xác nhận"), _("Duyệt"), _("Trao"), _("Xong")]
    return [(word, "done" if at < place else "now" if at == place else "") for at, word in enumerate(words)]


def _confirm(request: HttpRequest, ref: str, key: str) -> object:
    return services.confirm(ref=ref, code=posted(request, "code", 20), by=actor_of(request), now=clock.now())


def _again(request: HttpRequest, ref: str, key: str) -> object:
    services.take_turn(by=actor_of(request), now=clock.now())
    return services.ask_again(ref=ref, by=actor_of(request), now=clock.now())


def _withdraw(request: HttpRequest, ref: str, key: str) -> object:
    return services.withdraw(ref=ref, key=key, by=actor_of(request), now=clock.now())


def _complain(request: HttpRequest, ref: str, key: str) -> object:
    told = posted(request, "text", 2000)
    return services.complain(ref=ref, key=key, text=told, by=actor_of(request), now=clock.now())


ACTS = {
    "confirm": (_confirm, _lazy("Đã xác nhận. Hồ sơ đang chờ duyệt.")),
    "again": (_again, _lazy("Đã gửi mã mới.")),
    "withdraw": (_withdraw, _lazy("Đã rút hồ sơ.")),
    "complain": (_complain, _lazy("Đã gửi khiếu nại.")),
}

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
from tinhso.society.support.contract import OPEN, ApplicationState
from tinhso.society.support.models import Application
from tinhso.society.support.queries import detail, rules, secrets
from tinhso.ui.actors import actor_of, perform_with_message
from tinhso.ui.request_params import posted_field


def _application_by_key(ref: str, key: str, by: Actor) -> Application:
    """The application of who holds its key; guesses are counted and stopped."""
    most = rules.rules().numbers.keys_per_hour
    return identity.try_secret(
        what="support_key", most=most, by=by, now=clock.now(), opening=lambda: services.application_by_key(ref, key)
    )


@sensitive_post_parameters("key")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def find_application_page(request: HttpRequest) -> HttpResponse:
    """The way back by reference and key."""
    ref = posted_field(request, "ref", 40)
    if request.method == "POST":
        try:
            application = _application_by_key(ref, posted_field(request, "key", 40), actor_of(request))
        except Refused as refusal:
            messages.error(request, refusal.message)
        else:
            return redirect("support:mine", application.ref, secrets.key_of(application))
    return render(request, "support/find.html", {"ref": ref})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def my_application_page(request: HttpRequest, ref: str, key: str) -> HttpResponse:
    """Where my application stands, and what I can do."""
    try:
        application = _application_by_key(ref, key, actor_of(request))
    except Refused as refusal:
        messages.error(request, refusal.message)
        return render(request, "support/find.html", {"ref": ref[:24]}, status=404)
    if request.method == "POST":
        act = ACTS.get(request.POST.get("act", ""))
        if act is not None:
            perform_with_message(request, lambda: act[0](request, application.ref, key), str(act[1]))
        return redirect("support:mine", application.ref, key)
    waits = application.complaints.filter(answered_at__isnull=True).exists()
    context = {
        "one": application,
        "key": secrets.key_of(application),
        "tone": detail.TONES.get(application.state, ""),
        "answers": detail.rule_answers(application.answers),
        "story": detail.application_history(application, public_only=True),
        "steps": _progress_steps(application),
        "code": secrets.code_of(application, application.person.codes)
        if settings.DEMO and application.state == ApplicationState.UNCONFIRMED
        else "",
        "may_withdraw": application.state in OPEN,
        "complaints": application.complaints.order_by("-at"),
        "may_complain": application.state != ApplicationState.UNCONFIRMED and not waits,
    }
    return render(request, "support/mine.html", context)


def _progress_steps(application: Application) -> list[tuple[str, str]]:
    """The way of an application in four words: each done, current or still to come."""
    place = {"unconfirmed": 0, "submitted": 1, "paper": 1, "approved": 2, "delivered": 4}.get(application.state, 4)
    words = [_("Xác nhận"), _("Duyệt"), _("Trao"), _("Xong")]
    return [(word, "done" if at < place else "now" if at == place else "") for at, word in enumerate(words)]


def _confirm_phone(request: HttpRequest, ref: str, key: str) -> object:
    return services.confirm_phone(
        ref=ref, code=posted_field(request, "code", 20), by=actor_of(request), now=clock.now()
    )


def _resend_code(request: HttpRequest, ref: str, key: str) -> object:
    services.take_turn(by=actor_of(request), now=clock.now())
    return services.ask_again(ref=ref, by=actor_of(request), now=clock.now())


def _withdraw_application(request: HttpRequest, ref: str, key: str) -> object:
    return services.withdraw_application(ref=ref, key=key, by=actor_of(request), now=clock.now())


def _file_complaint(request: HttpRequest, ref: str, key: str) -> object:
    text = posted_field(request, "text", 2000)
    return services.file_complaint(ref=ref, key=key, text=text, by=actor_of(request), now=clock.now())


ACTS = {
    "confirm": (_confirm_phone, _lazy("Đã xác nhận. Hồ sơ đang chờ duyệt.")),
    "again": (_resend_code, _lazy("Đã gửi mã mới.")),
    "withdraw": (_withdraw_application, _lazy("Đã rút hồ sơ.")),
    "complain": (_file_complaint, _lazy("Đã gửi khiếu nại.")),
}

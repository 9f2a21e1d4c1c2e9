"""My keys that programs sign with: which they are, a SIM as one more, and the end of one."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tinhso.blocks.identity import queries as people
from tinhso.blocks.identity.models import Person
from tinhso.blocks.remote_keys import queries, services
from tinhso.blocks.remote_keys.models import Credential
from tinhso.blocks.signatures.rights import DESK_RIGHTS
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.ui.actors import page_for, perform_with_message
from tinhso.ui.request_params import posted_field

TONES = {Credential.ENABLED: "good", Credential.WAITING: "info", "expired": "warn"}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@page_for(*DESK_RIGHTS)
def keys_page(request: HttpRequest, by: Actor) -> HttpResponse:
    """My keys, what programs ask of my phone now, and a form to register a SIM."""
    person, now = people.person_behind(request.user), clock.now()  # type: ignore[arg-type]
    if request.method == "POST":
        _act_on_key(request, person, by)
        return redirect("remote_keys:keys")
    lines = [
        (line, _key_state_text(line.state, bool(line.code)), TONES.get(line.state, ""))
        for line in queries.key_lines(person, now)
    ]
    context = {"lines": lines, "rings": queries.rings_of(person, now), "has_operator": bool(settings.MSS_URL)}
    return render(request, "remote_keys/keys.html", context)


def _act_on_key(request: HttpRequest, person: Person, by: Actor) -> None:
    ref, now = posted_field(request, "key", 24), clock.now()
    act = posted_field(request, "act", 10)
    if act == "register":
        number = posted_field(request, "phone", 20)
        words = _("Điện thoại đang đổ chuông: so mã rồi gõ PIN của SIM, sau đó bấm “Xem đã đồng ý chưa”.")
        perform_with_message(request, lambda: services.register_sim(person=person, phone=number, by=by, now=now), words)
    elif act == "look":
        perform_with_message(
            request, lambda: _look_at_phone(person, ref, by), _("Chương trình bạn cho phép ký được bằng SIM này.")
        )
    elif act == "disable":
        perform_with_message(
            request, lambda: _disable_key(person, ref, posted_field(request, "why", 500), by), _("Đã ngừng khóa.")
        )


def _look_at_phone(person: Person, ref: str, by: Actor) -> None:
    key = services.confirm_sim(person=person, ref=ref, by=by, now=clock.now())
    if key.status == Credential.WAITING:
        raise Refused("not_yet", _("Điện thoại chưa trả lời. So mã, gõ PIN của SIM, rồi xem lại."))


def _disable_key(person: Person, ref: str, why: str, by: Actor) -> None:
    if not why:
        raise Refused("no_reason", _("Hãy ghi rõ lý do."))
    services.disable_key(ref=queries.credential_of(person, ref).ref, why=why, by=by)


def _key_state_text(state: str, rings: bool) -> str:
    if rings:
        return _("chờ bạn đồng ý trên điện thoại")
    return {
        Credential.WAITING: _("chưa dùng được"),
        Credential.ENABLED: _("dùng được"),
        Credential.DISABLED: _("đã ngừng"),
        "expired": _("chứng thư hết hạn"),
    }[state]

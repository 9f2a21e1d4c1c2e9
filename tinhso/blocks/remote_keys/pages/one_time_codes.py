"""Where people have a one-time code sent, beside the page on which they sign: what they typed there stays there."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tinhso.blocks.identity import queries as people
from tinhso.blocks.remote_keys import queries, services
from tinhso.blocks.signatures.rights import DESK_RIGHTS
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.ui.actors import page_for, perform_with_message
from tinhso.ui.request_params import posted_field


@require_http_methods(["GET", "HEAD", "POST"])
@page_for(*DESK_RIGHTS)
def mailed_codes_page(request: HttpRequest, by: Actor) -> HttpResponse:
    """My keys that take codes by mail, and a press to send one."""
    person = people.person_behind(request.user)  # type: ignore[arg-type]
    if request.method == "POST":
        ref = posted_field(request, "key", 24)
        perform_with_message(
            request,
            lambda: services.send_code(one=queries.credential_of(person, ref), by=by, now=clock.now()),
            _("Đã gửi mã. Xem thư rồi quay lại trang đang ký."),
        )
        return redirect("remote_keys:code")
    keys = queries.keys_with_mail(person, clock.now())
    return render(request, "remote_keys/code.html", {"keys": keys, "mailbox": queries.masked_mailbox(person.email)})

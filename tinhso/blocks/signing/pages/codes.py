"""Where people have a one-time code sent, beside the page on which they sign: what they typed there stays there."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tinhso.blocks.identity import queries as people
from tinhso.blocks.signing import queries, services
from tinhso.blocks.signing.pages.access import for_desk
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.ui.actors import perform
from tinhso.ui.request_params import posted


@require_http_methods(["GET", "HEAD", "POST"])
@for_desk
def code(request: HttpRequest, by: Actor) -> HttpResponse:
    """My keys that take codes by mail, and a press to send one."""
    person = people.person_behind(request.user)  # type: ignore[arg-type]
    if request.method == "POST":
        ref = posted(request, "key", 24)
        perform(
            request,
            lambda: services.send_code(one=queries.credential_of(person, ref), by=by, now=clock.now()),
            _("Đã gửi mã. Xem thư rồi quay lại trang đang ký."),
        )
        return redirect("signing:code")
    keys = queries.keys_with_mail(person, clock.now())
    return render(request, "signing/code.html", {"keys": keys, "mailbox": queries.masked_mailbox(person.email)})

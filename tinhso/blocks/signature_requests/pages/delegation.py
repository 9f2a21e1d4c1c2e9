"""Who signs for me while I am away."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tinhso.blocks.signature_requests import queries, services
from tinhso.blocks.signature_requests.pages.form_input import for_desk
from tinhso.blocks.signatures.rights import SIGN_DOCUMENTS
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.ui.actors import perform_with_message
from tinhso.ui.request_params import posted_field


@require_http_methods(["GET", "HEAD", "POST"])
@for_desk
def stand_ins_page(request: HttpRequest, by: Actor) -> HttpResponse:
    """Who stands in for me, and for whom I stand in."""
    by.must_be_able_to(SIGN_DOCUMENTS)
    now = clock.now()
    if request.method == "POST":
        if request.POST.get("act") == "end":
            text = posted_field(request, "stand_in", 12)
            pk = int(text) if text.isascii() and text.isdigit() else 0
            perform_with_message(request, lambda: services.end_stand_in(pk=pk, by=by, now=now), _("Đã bỏ ủy quyền."))
        else:
            perform_with_message(request, lambda: _begin_stand_in(request, by), _("Đã ghi người ký thay."))
        return redirect("signature_requests:away")
    mine, theirs = queries.stand_ins(by, clock.today())
    people, forms = services.colleagues_of(by).items(), queries.rules().flow.forms.items()
    context = {"mine": mine, "theirs": theirs, "colleagues": people, "forms": forms, "today": clock.today()}
    return render(request, "signature_requests/away.html", context)


def _begin_stand_in(request: HttpRequest, by: Actor) -> object:
    try:
        first, last = (date.fromisoformat(posted_field(request, name, 10)) for name in ("first", "last"))
    except ValueError as error:
        raise Refused("bad_days", _("Hãy ghi ngày đầu và ngày cuối.")) from error
    to, form = posted_field(request, "to", 80), posted_field(request, "form", 10)
    return services.stand_in(to=to, form=form, first=first, last=last, by=by, now=clock.now())

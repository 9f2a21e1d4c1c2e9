"""Who signs for me while I am away."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tinhso.blocks.signing import queries, services
from tinhso.blocks.signing.pages.access import for_desk
from tinhso.blocks.signing.rights import SIGN_DOCUMENTS
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.ui.actors import perform
from tinhso.ui.request_params import posted


@require_http_methods(["GET", "HEAD", "POST"])
@for_desk
def away(request: HttpRequest, by: Actor) -> HttpResponse:
    """Who stands in for me, and for whom I stand in."""
    by.must_be_able_to(SIGN_DOCUMENTS)
    now = clock.now()
    if request.method == "POST":
        if request.POST.get("act") == "end":
            told = posted(request, "stand_in", 12)
            pk = int(told) if told.isascii() and told.isdigit() else 0
            perform(request, lambda: services.end_stand_in(pk=pk, by=by, now=now), _("Đã bỏ ủy quyền."))
        else:
            perform(request, lambda: _begin(request, by), _("Đã ghi người ký thay."))
        return redirect("signing:away")
    mine, theirs = queries.stand_ins(by, clock.today())
    people, forms = services.colleagues_of(by).items(), queries.rules().flow.forms.items()
    context = {"mine": mine, "theirs": theirs, "colleagues": people, "forms": forms, "today": clock.today()}
    return render(request, "signing/away.html", context)


def _begin(request: HttpRequest, by: Actor) -> object:
    try:
        first, last = (date.fromisoformat(posted(request, name, 10)) for name in ("first", "last"))
    except ValueError as error:
        raise Refused("bad_days", _("Hãy ghi ngày đầu và ngày cuối.")) from error
    to, form = posted(request, "to", 80), posted(request, "form", 10)
    return services.stand_in(to=to, form=form, first=first, last=last, by=by, now=clock.now())

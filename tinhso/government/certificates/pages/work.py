"""Worklists: what should be done, and one click that asks for it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tinhso.government.certificates import services
from tinhso.government.certificates.contract import OPEN
from tinhso.government.certificates.models import Request
from tinhso.government.certificates.pages.access import A_PAGE, certificates_actor
from tinhso.government.certificates.queries import wording, worklists
from tinhso.government.certificates.rights import ASK_FOR_CERTIFICATES
from tinhso.kernel import clock
from tinhso.kernel.errors import Refused
from tinhso.ui.actors import actor_of
from tinhso.ui.paging import CountedPaginator
from tinhso.ui.request_params import posted_list, query_param

MOST = 500


@require_safe
@login_required
def worklists_page(request: HttpRequest) -> HttpResponse:
    """All worklists with their counts, and the certificates of one."""
    by, day = certificates_actor(request), clock.today()
    works = worklists.visible_worklists(by=by, day=day)
    first = next((worklist.code for worklist in works if worklist.open), worklists.WITHIN_90)
    name = query_param(request, "list", 10)
    name = name if name in worklists.LISTS else first
    chosen = next(worklist for worklist in works if worklist.code == name)
    pages = CountedPaginator(worklists.visible_worklist(name, by=by, day=day), A_PAGE, total=chosen.total)
    page = pages.get_page(request.GET.get("page"))
    here = [version.certificate_id for version in page.object_list]
    request_by_certificate = dict(
        Request.objects.filter(certificate__in=here, step__in=OPEN).values_list("certificate", "ref")
    )
    ask = worklists.ASKS[name]
    context = {
        "works": works,
        "name": name,
        "chosen": chosen,
        "page": page,
        "lines": [
            (wording.register_line(version, day), request_by_certificate.get(version.certificate_id, ""))
            for version in page.object_list
        ],
        "ask_name": str(Request.Ask(ask.value).label),
        "may_ask": by.can(ASK_FOR_CERTIFICATES),
    }
    return render(request, "certificates/work.html", context)


@require_POST
@login_required
def ask_in_bulk(request: HttpRequest) -> HttpResponse:
    """Make the requests of a worklist: of the ticked certificates, or of all."""
    by, name = actor_of(request), request.POST.get("list", "")
    if name not in worklists.LISTS:
        raise Refused("unknown_worklist", _("Không có danh sách việc như vậy."))
    every = request.POST.get("act") == "all"
    chosen = None if every else posted_list(request, "ref", most=MOST)
    if chosen is not None and not chosen:
        messages.warning(request, _("Chưa chọn chứng thư nào."))
        return redirect(f"{reverse('certificates:work')}?list={name}")
    bulk_outcome = services.ask_for(worklist=name, by=by, now=clock.now(), day=clock.today(), chosen=chosen)
    words = _("Đã lập và gửi duyệt %(sent)s đề nghị; %(drafts)s đề nghị còn thiếu thông tin nằm ở “Đang soạn”.")
    messages.success(request, words % {"sent": bulk_outcome.submitted, "drafts": bulk_outcome.drafts})
    if bulk_outcome.refused:
        messages.warning(request, _("%(count)s chứng thư không lập được đề nghị.") % {"count": bulk_outcome.refused})
    return redirect(f"{reverse('certificates:work')}?list={name}")

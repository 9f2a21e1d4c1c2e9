"""The list: find a certificate by name, serial number, unit or state."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tinhso.government.certificates.models import Version
from tinhso.government.certificates.pages.access import A_PAGE, certificates_actor
from tinhso.government.certificates.queries import search, wording, worklists
from tinhso.government.certificates.rights import APPROVE_CERTIFICATES, ASK_FOR_CERTIFICATES, MANAGE_CERTIFICATES
from tinhso.kernel import clock
from tinhso.ui.request_params import query_param


@require_safe
@login_required
def register_page(request: HttpRequest) -> HttpResponse:
    """Certificates that I may see, those that run out first on top."""
    by, day = certificates_actor(request), clock.today()
    certificate_filter = search.CertificateFilter(
        words=query_param(request, "q"),
        kind=query_param(request, "kind", 12),
        state=query_param(request, "state", 12),
        unit=query_param(request, "unit", 40),
        device=query_param(request, "device", 4),
    )
    page = Paginator(search.certificates_matching(certificate_filter, by=by, day=day), A_PAGE).get_page(
        request.GET.get("page")
    )
    counts = search.register_counts(by=by, day=day)
    context = {
        "page": page,
        "lines": [wording.register_line(version, day) for version in page.object_list],
        "wanted": certificate_filter,
        "counts": counts,
        "kinds_counted": [(code, name, getattr(counts, code)) for code, name in Version.Kind.choices],
        "kinds": Version.Kind.choices,
        "devices": Version.Device.choices,
        "states": [(state, wording.state_words(state)) for state in search.STATES],
        "may_ask": by.can(ASK_FOR_CERTIFICATES),
        "may_manage": by.can(MANAGE_CERTIFICATES),
        "may_approve": by.can(APPROVE_CERTIFICATES),
        "within": worklists.WITHIN_90,
        "query": request.GET.urlencode(),
    }
    return render(request, "certificates/list.html", context)

"""Numbers for leaders."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tinhso.government.certificates.pages.access import A_PAGE, certificates_actor
from tinhso.government.certificates.queries import numbers as queries
from tinhso.kernel import clock


@require_safe
@login_required
def numbers_page(request: HttpRequest) -> HttpResponse:
    """What is in force by kind and unit, what is due, how long requests take."""
    by, day, now = certificates_actor(request), clock.today(), clock.now()
    certificate_numbers = queries.certificate_numbers(by=by, day=day, now=now)
    page = Paginator(certificate_numbers.units, A_PAGE).get_page(request.GET.get("page"))
    context = {"numbers": certificate_numbers, "page": page, "day": day}
    return render(request, "certificates/numbers.html", context)

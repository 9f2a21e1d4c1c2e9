"""Who is late, and which data sets there are."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tinhso.blocks.indicators.rights import SEE_RETURNS
from tinhso.government.reporting.queries import calendar as calendars
from tinhso.government.reporting.queries import checks, lateness
from tinhso.government.reporting.queries import data_sets as queries
from tinhso.kernel import clock, periods, working_calendar
from tinhso.ui.actors import actor_of

A_PAGE = 100


@require_GET
@login_required
def late_page(request: HttpRequest) -> HttpResponse:
    """Overdue returns of the units that I may see: by unit, by data set, by agency, and each one."""
    by, now = actor_of(request), clock.now()
    by.must_be_able_to(SEE_RETURNS)
    units = None if SEE_RETURNS in by.everywhere else by.places(SEE_RETURNS)
    context = {
        "page": Paginator(lateness.late_returns(now, units), A_PAGE).get_page(request.GET.get("page")),
        "by_unit": lateness.by_unit(now, units)[:20],
        "by_data_set": lateness.by_data_set(now, units),
        "by_agency": lateness.by_agency(now, units),
        "now": now,
    }
    return render(request, "reporting/late.html", context)


@require_GET
@login_required
def data_sets(request: HttpRequest) -> HttpResponse:
    """All data sets by domain."""
    actor_of(request).must_be_able_to(SEE_RETURNS)
    names = queries.domain_names()
    grouped: dict[str, list[object]] = {}
    for set in queries.current_versions():
        grouped.setdefault(names.get(set.domain, set.domain), []).append((set, queries.spec_of(set)))
    return render(request, "reporting/data_sets.html", {"domains": grouped})


@require_GET
@login_required
def data_set(request: HttpRequest, code: str) -> HttpResponse:
    """One data set: who owes it and when, its fields, dimensions, rules, legal basis and versions."""
    actor_of(request).must_be_able_to(SEE_RETURNS)
    set = queries.newest_version(code)
    spec = queries.spec_of(set)
    days = working_calendar.working_days()
    running = periods.of(clock.today(), spec.period)
    dues = [(period, calendars.due_at(spec, period, days)) for period in (running.shift(-1), running)]
    context = {
        "data_set": set,
        "spec": spec,
        "rules": checks.in_words(spec),
        "versions": list(queries.versions(code)),
        "domain": queries.domain_names().get(spec.domain, spec.domain),
        "dues": [(period, due, days.is_provisional(due.date())) for period, due in dues],
    }
    return render(request, "reporting/data_set.html", context)

"""The desk of who keeps the catalogue: all procedures, and everything that was ever known of one."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tinhso.blocks.bpmn.rights import MANAGE_PROCEDURES
from tinhso.government.public_services import queries
from tinhso.government.public_services.models import Version
from tinhso.government.public_services.pages.params import wanted_of
from tinhso.government.public_services.queries import finding, history
from tinhso.ui.actors import actor_of
from tinhso.ui.request_params import day_param

A_PAGE = 50


@require_safe
@login_required
def catalogue_page(request: HttpRequest) -> HttpResponse:
    """Procedures in force on a day, narrowed as on the public page."""
    actor_of(request).must_be_able_to(MANAGE_PROCEDURES)
    procedure_filter, (day, bad_day) = wanted_of(request), day_param(request)
    context = {
        "page": Paginator(queries.search_procedures(procedure_filter, day), A_PAGE).get_page(request.GET.get("page")),
        "wanted": procedure_filter,
        "day": day,
        "bad_day": bad_day,
        "fields": finding.procedure_fields(day),
        "agencies": finding.competent_agencies(day),
        "online": Version.Online.choices,
        "totals": finding.totals_by_online_level(day),
    }
    return render(request, "public_services/desk.html", context)


@require_safe
@login_required
def versions_page(request: HttpRequest, code: str) -> HttpResponse:
    """Every version of a procedure, what each changed, and what was formerly known of it."""
    actor_of(request).must_be_able_to(MANAGE_PROCEDURES)
    procedure = queries.procedure_by_code(code)
    entries = history.procedure_history(procedure)
    context = {"procedure": procedure, "entries": entries, "name": history.newest_name(procedure)}
    context["is_known"] = any(entry.is_live for entry in entries)
    return render(request, "public_services/versions.html", context)

"""Forms of cases as PDF, for who may read the case and for who holds its key; the register of a place."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tinhso.blocks.audit import services as audit
from tinhso.blocks.cases import services
from tinhso.blocks.cases.queries import places, printing
from tinhso.blocks.cases.rights import RECEIVE_CASES
from tinhso.blocks.units.models import Unit
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.ui.actors import actor_of
from tinhso.ui.downloads import file_response
from tinhso.ui.request_params import number_in, query_param

A_PAGE = 50
MEDIA = {"pdf": "application/pdf", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


@require_safe
@login_required
def form_pdf(request: HttpRequest, code: str, number: int) -> HttpResponseBase:
    """A form of a case as PDF; ``?entry=`` names which of several."""
    printed_form = services.print_form(
        code=code,
        form=number,
        entry=(number_in(request.GET.get("entry", "")) or 0),
        by=actor_of(request),
        now=clock.now(),
    )
    return _pdf_response(printed_form.content, printed_form.name, "pdf")


@never_cache
@require_safe
def tracked_form(request: HttpRequest, code: str, key: str, number: int) -> HttpResponseBase:
    """What was addressed to the applicant, for whoever holds the key."""
    services.open_with_key(code=code, key=key, by=actor_of(request), now=clock.now())
    printed_form = services.print_own(
        code=code,
        key=key,
        form=number,
        entry=(number_in(request.GET.get("entry", "")) or 0),
        address=actor_of(request).address,
        now=clock.now(),
    )
    return _pdf_response(printed_form.content, printed_form.name, "pdf")


def _pdf_response(content: bytes, name: str, ending: str) -> HttpResponseBase:
    return file_response(iter([content]), name=name, media_type=MEDIA[ending], size=len(content), inline=True)


@require_safe
@login_required
def register_page(request: HttpRequest) -> HttpResponse:
    """Form 07 on a page: what a place took in during a period; looking is written down."""
    by, today = actor_of(request), clock.today()
    by.must_be_able_to(RECEIVE_CASES)
    here = list(places.receiving_places(by, today).order_by("sort_key"))
    context: dict[str, Any] = {"places": here, "told": _register_params(request, here, today)}
    try:
        case_register_query = _register_query(context["told"], by)
    except Refused as refusal:
        messages.error(request, refusal.message)
        return render(request, "cases/register.html", context, status=422)
    page = Paginator(printing.in_register(case_register_query), A_PAGE).get_page(request.GET.get("page"))
    return render(request, "cases/register.html", context | {"asked": case_register_query, "page": page})


@require_safe
@login_required
def register_file(request: HttpRequest, ending: str) -> HttpResponseBase:
    """Form 07 as PDF or as a workbook."""
    by, now = actor_of(request), clock.now()
    by.must_be_able_to(RECEIVE_CASES)
    if ending not in MEDIA:
        raise Refused("unknown_ending", _("Sổ chỉ có dạng pdf và xlsx."))
    case_register_query = _register_query(
        _register_params(request, list(places.receiving_places(by, clock.today())), clock.today()), by
    )
    content = (
        printing.register_pdf(case_register_query, by=by, now=now)
        if ending == "pdf"
        else printing.as_xlsx(case_register_query)
    )
    return _pdf_response(
        content,
        f"so-theo-doi-{case_register_query.unit.ref}-{case_register_query.first}-{case_register_query.last}.{ending}",
        ending,
    )


def _register_params(request: HttpRequest, here: list[Unit], today: date) -> dict[str, str]:
    usual = {"unit": here[0].ref if here else "", "from": str(today.replace(day=1)), "to": str(today)}
    return {name: query_param(request, name, 40) or value for name, value in usual.items()}


def _register_query(values: dict[str, str], by: Actor) -> printing.CaseRegisterQuery:
    case_register_query = printing.asked_for(values["unit"], values["from"], values["to"])
    by.must_be_able_to(RECEIVE_CASES, at=case_register_query.unit)
    audit.record_view(
        by=by, what=case_register_query.unit, why=f"register {case_register_query.first} {case_register_query.last}"
    )
    return case_register_query

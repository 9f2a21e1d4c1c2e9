"""How enterprises stand, and one firm: what it says, what was found of its site, how it assessed itself."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from tinhso.blocks.indicators.queries import pairs
from tinhso.economy.enterprises import services
from tinhso.economy.enterprises.models import Invitation
from tinhso.economy.enterprises.queries import assessing, behind, lookup, scoring, standing
from tinhso.economy.enterprises.queries.rules import rules
from tinhso.economy.enterprises.rights import MANAGE_ENTERPRISES, SEE_ENTERPRISES
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.ui.actors import actor_of

A_PAGE = 50


def enterprises_reader(request: HttpRequest) -> Actor:
    """Who looks."""
    by = actor_of(request)
    by.must_be_able_to(SEE_ENTERPRISES)
    return by


@require_safe
@login_required
def enterprises_home_page(request: HttpRequest) -> HttpResponse:
    """Numbers, sites that do not answer, and whether the register and the returns agree."""
    by = enterprises_reader(request)
    enterprise_rules = rules()
    context = {
        "standing": standing.enterprises_overview(by),
        "pairs": pairs.compare_pairs(
            enterprise_rules.pairs, by, at=enterprise_rules.pairs_at, covered=dict(enterprise_rules.covered)
        ),
    }
    return render(request, "enterprises/home.html", context)


@require_safe
@login_required
def firms_page(request: HttpRequest, what: str) -> HttpResponse:
    """The firms behind a figure of the first page."""
    name, firms = behind.firms_behind(what, enterprises_reader(request))
    page = Paginator(firms, A_PAGE).get_page(request.GET.get("page"))
    lists = [(code, label) for code, (label, _narrowed) in behind.LISTS.items()]
    return render(request, "enterprises/behind.html", {"page": page, "name": name, "what": what, "lists": lists})


@require_safe
@login_required
def firm_page(request: HttpRequest, ref: str) -> HttpResponse:
    """One firm."""
    by = enterprises_reader(request)
    return _firm_page(request, by, ref)


@require_POST
@login_required
def invite_firm(request: HttpRequest, ref: str) -> HttpResponse:
    """Make a code; it is on the answer and nowhere else."""
    by = enterprises_reader(request)
    return _firm_page(request, by, ref, code=services.invite_firm(ref=ref, by=by, now=clock.now()))


def _firm_page(request: HttpRequest, by: Actor, ref: str, code: str = "") -> HttpResponse:
    firm = lookup.visible_firm(ref, by)
    assessments = assessing.assessments_of_firm(firm.ref)
    open_code = Invitation.objects.filter(firm=firm.ref, ended_at__isnull=True, until__gt=clock.now()).first()
    context = {
        "page": standing.page_of(firm, assessments, open_code.until if open_code else None),
        "parts": scoring.pillar_results(assessments[0].values, assessments[0].pillars) if assessments else [],
        "may_manage": by.can(MANAGE_ENTERPRISES, at=firm.unit),
        "code": code,
        "days": rules().assessment.code_days,
    }
    return render(request, "enterprises/firm.html", context)

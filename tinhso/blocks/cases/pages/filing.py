"""Handing in: at the desk by who receives, online by whoever applies."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from tinhso.blocks.cases import services
from tinhso.blocks.cases.contract import PROVIDERS, Channel, ProcedureOption
from tinhso.blocks.cases.models import Case, Party
from tinhso.blocks.cases.pages import checking
from tinhso.blocks.cases.pages.forming import begin_form, drafts_of_session
from tinhso.blocks.cases.queries import applying, detail, lookup, places, secrets, slips
from tinhso.blocks.cases.queries.rules import rules
from tinhso.blocks.cases.rights import RECEIVE_CASES
from tinhso.kernel import clock
from tinhso.kernel.errors import Refused
from tinhso.ui.actors import actor_of
from tinhso.ui.request_params import query_param

LISTED = 20


@require_safe
@login_required
def choose_procedure_page(request: HttpRequest) -> HttpResponse:
    """Find the procedure that somebody at the desk asks for."""
    actor_of(request).must_be_able_to(RECEIVE_CASES)
    words = query_param(request, "q", 200)
    procedure_options: list[ProcedureOption] = []
    if words:
        for provider in PROVIDERS.values():
            procedure_options += provider.find(words, day=clock.today(), limit=LISTED)
    return render(request, "cases/choose.html", {"words": words, "found": procedure_options})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def desk_filing_page(request: HttpRequest, provider: str, code: str) -> HttpResponse:
    """Take a case in at the desk, or one that came by post; the receipt follows, or first the electronic form."""
    by, today = actor_of(request), clock.today()
    by.must_be_able_to(RECEIVE_CASES)
    channel = Channel.POST if request.POST.get("channel") == "3" else Channel.IN_PERSON
    offers = _procedure_options(provider, code, channel)
    receiving = list(places.receiving_places(by, today))
    context = _filing_context(request, offers, at_desk=True) | {"receiving": receiving}
    if request.method == "POST":
        try:
            posted_filing = checking.posted_filing(
                request, offers, channel, by=by, usual=receiving[0] if receiving else None
            )
            if posted_filing.filing is None:
                return _with_faults(request, context, posted_filing.faults)
            if request.POST.get("do") == "form" and context["form"]:
                return begin_form(request, posted_filing.filing, context["form"], at_desk=True)
            return redirect(
                "cases:receipt", code=services.receive_case(filing=posted_filing.filing, by=by, now=clock.now()).code
            )
        except Refused as refusal:
            messages.error(request, refusal.message)
            return render(request, "cases/file.html", context, status=422)
    return render(request, "cases/file.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def online_filing_page(request: HttpRequest, provider: str, code: str) -> HttpResponse:
    """Apply without an account; what was filed is followed with the code and the key that the next page shows.

    Where the procedure has an electronic form, it is filled in next, and only then is anything filed.
    """
    offers = _procedure_options(provider, code, Channel.ONLINE)
    if not rules().front.online:
        status = 403 if request.method == "POST" else 200
        return render(request, "cases/front_closed.html", {"offer": offers[0]}, status=status)
    context = _filing_context(request, offers, at_desk=False) | {
        "receiving": list(places.communes_of_day(clock.today()))
    }
    if request.method == "POST":
        by, now = actor_of(request), clock.now()
        try:
            services.take_turn(by=by, now=now)
            filer = services.applicant_without_account(by)
            posted_filing = checking.posted_filing(request, offers, Channel.ONLINE, by=filer)
            if posted_filing.filing is None:
                return _with_faults(request, context, posted_filing.faults)
            if context["form"]:
                return begin_form(request, posted_filing.filing, context["form"], at_desk=False)
            case = services.file_case(filing=posted_filing.filing, by=filer, now=now)
            return redirect("cases:tracked", code=case.code, key=secrets.key_of(case))
        except Refused as refusal:
            messages.error(request, refusal.message)
            return render(request, "cases/file.html", context, status=429 if refusal.code == "too_often" else 422)
    return render(request, "cases/file.html", context)


def _with_faults(request: HttpRequest, context: dict[str, Any], faults: Mapping[str, str]) -> HttpResponse:
    paper_rows = [(at, paper, faults.get(f"f{at}", "")) for at, paper, _none in context["asked"]]
    return render(request, "cases/file.html", context | {"faults": faults, "asked": paper_rows}, status=422)


def _procedure_options(provider: str, code: str, channel: Channel) -> list[ProcedureOption]:
    return lookup.offers_of(provider, code, day=clock.today(), channel=channel)


def _filing_context(request: HttpRequest, offers: list[ProcedureOption], *, at_desk: bool) -> dict[str, Any]:
    posted_values, by = request.POST, actor_of(request)
    chosen = posted_values.get("option") or request.GET.get("option", "") or offers[0].option
    offer = next((procedure_option for procedure_option in offers if procedure_option.option == chosen), offers[0])
    form = applying.form_for(offer.code, clock.today())
    return {
        "at_desk": at_desk,
        "offers": offers,
        "offer": offer,
        "form": form,
        "unfinished": applying.unfinished_drafts(
            offer.code, by=by, mine=drafts_of_session(request), now=clock.now(), at_desk=at_desk
        ),
        "asked": [(at, paper, "") for at, paper in applying.asked_beside(offer, None if at_desk else form)],
        "told": posted_values or ({"name": by.name} if by.kind == "person" and not at_desk else {}),
        "kinds": Party.Kind.choices,
        "channels": [(1, Case.Channel.IN_PERSON.label), (3, Case.Channel.POST.label)],
        "communes": places.communes_of_day(clock.today()) if not offers[0].agency else [],
        "request_id": posted_values.get("request", "")[:40] or uuid4().hex,
    }


@require_safe
@login_required
def receipt_page(request: HttpRequest, code: str) -> HttpResponse:
    """Form 01: the receipt with the day of the result, and the key to follow the case with."""
    case = lookup.visible_case(code, by=actor_of(request))
    if case.received_at is None:
        messages.warning(request, _("Hồ sơ chưa được tiếp nhận nên chưa có giấy tiếp nhận."))
        return redirect("cases:case", code=case.code)
    context = {
        "case": case,
        "party": case.party,
        "key": secrets.key_of(case),
        "given": [paper["name"] for paper in case.papers if paper.get("given")],
        "promise": detail.promise_words(case),
        "qr": slips.qr_code_svg(request.build_absolute_uri(slips.tracking_address(case))),
    }
    return render(request, "cases/receipt.html", context)


@never_cache
@require_safe
@login_required
def key_slip_page(request: HttpRequest, code: str) -> HttpResponse:
    """The slip with the case's key, for the applicant who stands at the desk."""
    case = services.show_key(code=code, by=actor_of(request))
    qr = slips.qr_code_svg(request.build_absolute_uri(slips.tracking_address(case)))
    return render(request, "cases/key.html", {"case": case, "key": secrets.key_of(case), "qr": qr})

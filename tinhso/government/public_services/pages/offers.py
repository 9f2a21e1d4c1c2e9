"""What the person sees to whom something was offered: why, what it costs, what is there already; and their answer.

No account and no JavaScript is needed: the address holds a key that only they were sent.
"""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from tinhso.blocks.cases.queries import applying
from tinhso.blocks.cases.queries import secrets as dossiers
from tinhso.blocks.cases.queries.rules import rules as fronts
from tinhso.government.public_services import queries as catalogue
from tinhso.government.public_services.models import ProactiveOffer, ProactiveRule
from tinhso.government.public_services.queries.proactive import finding, offers, secrets
from tinhso.government.public_services.queries.promises import promised_cases
from tinhso.government.public_services.services import proactive
from tinhso.government.public_services.services.proactive import preparing
from tinhso.kernel import clock
from tinhso.kernel.errors import Refused
from tinhso.ui.actors import actor_of, perform_with_message
from tinhso.ui.request_params import posted_field

TONES = {"confirmed": "good", "adjusted": "good", "done": "good", "refused": "", "expired": "", "restored": "info"}
LONG = 4000


@never_cache
@sensitive_post_parameters("key")
@require_http_methods(["GET", "HEAD", "POST"])
def find_offer_page(request: HttpRequest) -> HttpResponse:
    """Ask for the code and key of a letter; an unknown code and a wrong key are told alike."""
    if request.method != "POST":
        return render(request, "public_services/offer_look.html", {})
    ref, key = posted_field(request, "ref", 24), posted_field(request, "key", 40)
    try:
        proactive_offer = proactive.open_offer(ref=ref, key=key, by=actor_of(request), now=clock.now())
    except Refused as refusal:
        return _not_there(request, refusal, ref, 422)
    return redirect("public_services:offer", ref=proactive_offer.ref, key=secrets.key_of(proactive_offer))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def offer_page(request: HttpRequest, ref: str, key: str) -> HttpResponse:
    """One offer, for whoever holds its key."""
    by, now = actor_of(request), clock.now()
    try:
        proactive_offer = proactive.open_offer(ref=ref, key=key, by=by, now=now)
        if request.method == "POST":
            return _answer_offer(request, proactive_offer, key)
    except Refused as refusal:
        return _not_there(request, refusal, ref, 404)
    answer = render(request, "public_services/offer.html", _offer_context(proactive_offer))
    answer.headers["Referrer-Policy"] = "strict-origin"  # the address holds the key
    return answer


def _not_there(request: HttpRequest, refusal: Refused, ref: str, status: int) -> HttpResponse:
    messages.error(request, refusal.message)
    status = 429 if refusal.code == "tried_too_often" else status
    return render(request, "public_services/offer_look.html", {"ref": ref[:24]}, status=status)


def _answer_offer(request: HttpRequest, one: ProactiveOffer, key: str) -> HttpResponse:
    by, now, act = actor_of(request), clock.now(), request.POST.get("act", "")
    values: dict[str, Any] = {"ref": one.ref, "key": key, "by": by, "now": now}
    if act in ("confirm", "adjust"):
        return _accept_offer(request, one, key, act)
    if act == "refuse":
        never = request.POST.get("never") == "1"
        perform_with_message(
            request,
            lambda: proactive.refuse_offer(**values, never_again=never),
            _("Bạn đã từ chối. Không có gì được nộp."),
        )
    elif act == "again":
        perform_with_message(request, lambda: proactive.remind_again(**values), _("Từ lần sau bạn sẽ lại được nhắc."))
    elif act == "restore":
        why = posted_field(request, "why", LONG)
        perform_with_message(
            request, lambda: proactive.restore_offer(**values, why=why), _("Đã trở lại như trước khi nộp.")
        )
    return redirect("public_services:offer", ref=one.ref, key=key)


def _accept_offer(request: HttpRequest, one: ProactiveOffer, key: str, act: str) -> HttpResponse:
    """Go on to the case, to the form that was filled in beforehand, or to the procedure."""
    names = ("phone", "email", "address")
    changes = {name: posted_field(request, name, 300) for name in names} if act == "adjust" else None
    try:
        agreed = proactive.accept_offer(
            ref=one.ref,
            key=key,
            by=actor_of(request),
            now=clock.now(),
            changes=changes,
            id_end=posted_field(request, "id_end", 4),
        )
    except Refused as refusal:
        messages.error(request, refusal.message)
        return redirect("public_services:offer", ref=one.ref, key=key)
    if agreed.case is not None:
        messages.success(request, _("Đã nộp hồ sơ %(code)s.") % {"code": agreed.case.code})
        return redirect("public_services:offer", ref=one.ref, key=key)
    if agreed.draft is None:
        if fronts().front.online:
            return redirect("cases:online", provider=finding.PROVIDER, code=one.rule.procedure)
        return redirect("public_services:procedure", code=one.rule.procedure)
    ref, saved_drafts = agreed.draft.draft.ref, request.session.get(applying.KEPT)
    request.session[applying.KEPT] = applying.kept_with(saved_drafts, ref, agreed.draft.secret)
    return redirect("cases:online_form", provider=finding.PROVIDER, code=one.rule.procedure, ref=ref)


def _offer_context(proactive_offer: ProactiveOffer) -> dict[str, Any]:
    now, refusal = clock.now(), ""
    prepared_filing = None
    try:
        prepared_filing = preparing.prepared_filing(proactive_offer, now) if proactive_offer.filed is None else None
    except Refused as error:
        refusal = error.message
    version = catalogue.version_on(proactive_offer.rule.procedure, clock.today())
    return {
        "offer": proactive_offer,
        "rule": proactive_offer.rule,
        "key": secrets.key_of(proactive_offer),
        "words": offers.words_of(proactive_offer.rule),
        "because": offers.offer_reason(proactive_offer),
        "whole": prepared_filing,
        "gone": refusal,
        "version": version,
        "promises": promised_cases(catalogue.procedure_cases(version), now) if version else [],
        "waiting": offers.is_waiting(proactive_offer, clock.today()) and not refusal,
        "unfinished": proactive.draft_of_offer(proactive_offer),
        "asks_id": proactive.asks_id(proactive_offer, now),
        "may_restore": offers.can_restore(proactive_offer, now),
        "silent": finding.is_silent(proactive_offer.person, proactive_offer.code),
        "is_reminder": proactive_offer.level == ProactiveRule.Level.REMIND,
        "is_automatic": proactive_offer.level == ProactiveRule.Level.AUTOMATIC,
        "tone": TONES.get(proactive_offer.state, "info"),
        "filed_key": dossiers.key_of(proactive_offer.filed) if proactive_offer.filed else "",
    }

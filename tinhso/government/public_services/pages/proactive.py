"""Officers: the rules with what became of what they offered, the offers behind each number, and the switch."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tinhso.blocks.bpmn.rights import MANAGE_PROCEDURES
from tinhso.blocks.cases.queries import slips
from tinhso.government.public_services.queries.proactive import offers, rules, secrets
from tinhso.government.public_services.services import proactive
from tinhso.kernel import clock
from tinhso.kernel.errors import Forbidden, Refused
from tinhso.ui.actors import actor_of, perform_with_message

A_PAGE = 50
NAMES = {
    "offered": _lazy("đã mời"),
    "told": _lazy("đã báo"),
    "opened": _lazy("đã xem"),
    "confirmed": _lazy("đồng ý"),
    "refused": _lazy("từ chối"),
    "expired": _lazy("hết hạn"),
    "automatic": _lazy("tự động nộp"),
    "restored": _lazy("khôi phục"),
    "held_back": _lazy("không tự nộp được"),
}


@require_safe
@login_required
def proactive_rules_page(request: HttpRequest) -> HttpResponse:
    """Every rule with its counts."""
    actor_of(request).must_be_able_to(MANAGE_PROCEDURES)
    today = clock.today()
    lines = [
        {
            "line": line,
            "counts": [(name, line.counts.get(name, 0)) for name in NAMES],
            "in_force": line.rule.effective.lower <= today
            and (line.rule.effective.upper is None or today < line.rule.effective.upper),
        }
        for line in rules.rules_overview()
    ]
    return render(request, "public_services/proactive.html", {"lines": lines, "names": NAMES.values()})


@require_safe
@login_required
def proactive_rule_page(request: HttpRequest, code: str) -> HttpResponse:
    """One rule, and the offers behind one of its numbers: masked, and noted that they were looked at."""
    by = actor_of(request)
    by.must_be_able_to(MANAGE_PROCEDURES)
    state_filter = request.GET.get("what", "offered")
    state_filter = state_filter if state_filter in NAMES else "offered"
    try:
        proactive_rule = rules.by_code(code)
    except Refused as refusal:
        return render(request, "error.html", {"status": 404, "message": refusal.message}, status=404)
    line = next(
        proactive_rule_totals
        for proactive_rule_totals in rules.rules_overview()
        if proactive_rule_totals.rule.code == proactive_rule.code
    )
    page = Paginator(rules.offers_of(proactive_rule.code, state_filter), A_PAGE).get_page(request.GET.get("page"))
    proactive_offers = proactive.look_at(shown=list(page), code=proactive_rule.code, by=by)
    context = {
        "line": line,
        "rule": proactive_rule,
        "page": page,
        "shown": [(proactive_offer, offers.masked_person(proactive_offer)) for proactive_offer in proactive_offers],
        "tabs": [
            {
                "label": str(label),
                "href": f"?what={name}",
                "active": name == state_filter,
                "count": line.counts.get(name, 0),
            }
            for name, label in NAMES.items()
        ],
    }
    return render(request, "public_services/proactive_rule.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def offer_letter_page(request: HttpRequest, ref: str) -> HttpResponse:
    """The letter to somebody whom no message reaches, to be printed; and, once it has gone, the word that it has."""
    by = actor_of(request)
    try:
        proactive_offer = proactive.read_letter(ref=ref, by=by)
    except Forbidden:
        raise
    except Refused as refusal:
        return render(request, "error.html", {"status": 404, "message": refusal.message}, status=404)
    if request.method == "POST":
        perform_with_message(
            request, lambda: proactive.letter_sent(ref=ref, by=by, now=clock.now()), _("Đã ghi là đã báo bằng thư.")
        )
        return redirect("public_services:proactive_letter", ref=proactive_offer.ref)
    path = secrets.offer_path(proactive_offer)
    context = {
        "offer": proactive_offer,
        "rule": proactive_offer.rule,
        "party": proactive_offer.source.party,
        "words": offers.words_of(proactive_offer.rule),
        "because": offers.offer_reason(proactive_offer),
        "key": secrets.key_of(proactive_offer),
        "url": request.build_absolute_uri(path),
        "look": request.build_absolute_uri(reverse("public_services:offer_look")),
        "qr": slips.qr_code_svg(request.build_absolute_uri(path)),
        "may_be_sent": proactive_offer.told_at is None and proactive_offer.state in offers.WAITING,
    }
    return render(request, "public_services/proactive_letter.html", context)


@require_POST
@login_required
def switch_rule(request: HttpRequest, code: str) -> HttpResponse:
    """Switch a rule off or on, for a reason."""
    by, off, why = actor_of(request), request.POST.get("act") == "off", request.POST.get("why", "")[:300]
    by.must_be_able_to(MANAGE_PROCEDURES)

    def act() -> object:
        return proactive.switch_rule(code=code, off=off, why=why, by=by, now=clock.now())

    perform_with_message(request, act, _("Đã tắt quy tắc.") if off else _("Đã bật quy tắc."))
    return redirect("public_services:proactive_rule", code=code)

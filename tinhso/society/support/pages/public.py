"""For everybody: what there is, whether it is for me, and applying."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from tinhso.kernel import clock
from tinhso.kernel.errors import Refused
from tinhso.society.support import services
from tinhso.society.support.contract import Channel, EligibilityFacts, EligibilityOutcome, RuleAnswer
from tinhso.society.support.models import Programme
from tinhso.society.support.pages.forming import Applying, EligibilityForm
from tinhso.society.support.queries import detail, eligibility, lookup, numbers, secrets, standing
from tinhso.ui.actors import actor_of

VERDICTS = {EligibilityOutcome.YES: "good", EligibilityOutcome.PAPER: "warn", EligibilityOutcome.NO: "bad"}


@require_safe
def public_programmes_page(request: HttpRequest) -> HttpResponse:
    """All programmes, those that take applications first."""
    programmes = standing.open_programmes(clock.today())
    lines = [
        (programme, eligibility.open_on(programme, clock.today()).outcome == EligibilityOutcome.YES)
        for programme in programmes
    ]
    return render(request, "support/public.html", {"lines": lines})


def public_programme(code: str) -> Programme:
    """A programme that everybody may see."""
    programme = lookup.programme(code)
    if programme.state == Programme.State.DRAFT:
        raise Refused("unknown_programme", _("Không có chương trình hỗ trợ “%(code)s”."), code=code[:40])
    return programme


@require_http_methods(["GET", "HEAD", "POST"])
def programme_page(request: HttpRequest, code: str) -> HttpResponse:
    """One programme: what it gives, to whom, and an answer to who asks whether it is for them. Nothing is kept."""
    programme, day = public_programme(code), clock.today()
    version = eligibility.in_force(programme, day)
    rules = version.rules if version is not None else []
    form = EligibilityForm(programme, request.POST if request.method == "POST" else None)
    answers = list[RuleAnswer]()
    if request.method == "POST" and form.is_valid():
        try:
            answers = [eligibility.open_on(programme, day), *eligibility.rule_answers(rules, _checked_facts(form), day)]
        except Refused as refusal:
            form.add_error(None, refusal.message)
    verdict = eligibility.combined_outcome(answers) if answers else None
    context = {
        "programme": programme,
        "rules": eligibility.in_words(rules),
        "version": version,
        "form": form,
        "verdict": str(verdict) if verdict else "",
        "tone": VERDICTS[verdict] if verdict else "",
        "answers": detail.rule_answers(
            [{"outcome": str(rule_answer.outcome), "why": rule_answer.why} for rule_answer in answers]
        ),
        "takes": eligibility.open_on(programme, day).outcome == EligibilityOutcome.YES,
    }
    return render(request, "support/programme.html", context)


def _checked_facts(form: EligibilityForm) -> EligibilityFacts:
    values = form.cleaned_data
    imei = numbers.parse_imei(values["imei"]) if values.get("imei") else ""
    where = lookup.commune(values["commune"], clock.today()).pk if values["commune"] else 0
    return EligibilityFacts(born=values["born"] or 0, household=values["household"], commune=where, imei=imei)


@sensitive_post_parameters("number", "phone", "imei", "name")
@require_http_methods(["GET", "HEAD", "POST"])
def application_form_page(request: HttpRequest, code: str) -> HttpResponse:
    """Apply without an account: a code on the phone confirms it."""
    programme, by, now = public_programme(code), actor_of(request), clock.now()
    form = Applying(programme, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.take_turn(by=by, now=now)
            draft = form.draft(channel=Channel.WEB, language=get_language() or "vi")
            application = services.submit_application(programme=programme, draft=draft, by=by, now=now)
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            return redirect("support:mine", application.ref, secrets.key_of(application))
    status = 422 if request.method == "POST" else 200
    return render(request, "support/apply.html", {"programme": programme, "form": form}, status=status)

"""Self-assessment for whoever holds a code: no account, no script, nothing kept until it is handed in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tinhso.blocks.forms import queries as forms
from tinhso.blocks.forms.models import Draft, FormVersion
from tinhso.blocks.forms.queries import CheckedValues, FormView
from tinhso.economy.enterprises import services
from tinhso.economy.enterprises.queries import assessing, scoring
from tinhso.kernel import clock
from tinhso.kernel.errors import Refused


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def assessment_page(request: HttpRequest) -> HttpResponse:
    """A code opens the questions; answers without faults give points, advice and the way one has come."""
    code = request.POST.get("code", "")[:80]
    if request.method != "POST":
        return render(request, "enterprises/code.html", {})
    try:
        _invitation, firm = assessing.invitation_and_firm(code, clock.now())
    except Refused as refusal:
        return render(request, "enterprises/code.html", {"error": refusal.message}, status=422)
    context = {"firm": firm, "code": code, "history": assessing.assessments_of_firm(firm.ref)}
    if request.POST.get("do") == "finish":
        answered = services.save_assessment(code=code, post=request.POST, now=clock.now())
        if answered.assessment is not None:
            return render(request, "enterprises/result.html", _result_context(context))
        return render(
            request, "enterprises/questions.html", context | {"view": _questionnaire_view(answered.checked)}, status=422
        )
    if request.POST.get("do") == "results" and context["history"]:
        return render(request, "enterprises/result.html", _result_context(context))
    return render(request, "enterprises/questions.html", context | {"view": _questionnaire_view()})


def _result_context(context: dict[str, object]) -> dict[str, object]:
    history = assessing.assessments_of_firm(context["firm"].ref)  # type: ignore[attr-defined]
    return context | {
        "history": history,
        "last": history[0],
        "parts": scoring.pillar_results(history[0].values, history[0].pillars),
    }


def _questionnaire_view(checked: CheckedValues | None = None) -> FormView:
    """The questions as a page, from a draft that is never saved."""
    now = clock.now()
    version: FormVersion = assessing.questionnaire_in_force(now)
    draft = Draft(version=version, values=checked.values if checked else {}, answers={}, saved_at=now, opened_at=now)
    return forms.view_of(draft, now=now, problems=checked.problems if checked else ())

"""Where a case stands on its process."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tinhso.blocks.cases.queries import lookup
from tinhso.blocks.cases.queries.courses import picture_of
from tinhso.ui.actors import actor_of


@require_safe
@login_required
def of_case(request: HttpRequest, code: str) -> HttpResponse:
    """Where a case stands on its process."""
    case = lookup.visible_case(code, by=actor_of(request))
    return render(request, "cases/case_process.html", {"case": case, "process": picture_of(case)})


@require_safe
@login_required
def of_case_drawn(request: HttpRequest, code: str) -> HttpResponse:
    """The drawing that a case follows, and the elements that are lit on it."""
    case = lookup.visible_case(code, by=actor_of(request))
    process_picture = picture_of(case)
    if process_picture is None:
        return JsonResponse({"bpmn": "", "lit": [], "passed": []})
    return JsonResponse(
        {"bpmn": process_picture.version.bpmn, "lit": process_picture.lit, "passed": process_picture.passed}
    )

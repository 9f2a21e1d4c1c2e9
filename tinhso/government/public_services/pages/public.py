"""The citizen's side: find a procedure by words, by what happened in one's life, by field; understand one."""

from collections.abc import Sequence

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from tinhso.blocks.bpmn.rights import MANAGE_PROCEDURES
from tinhso.blocks.cases.queries.rules import rules
from tinhso.blocks.cases.rights import RECEIVE_CASES
from tinhso.government.public_services import queries
from tinhso.government.public_services.models import Version
from tinhso.government.public_services.pages.params import wanted_of
from tinhso.government.public_services.queries import finding, lookup
from tinhso.government.public_services.queries.promises import promised_cases
from tinhso.kernel import clock
from tinhso.ui.actors import actor_of
from tinhso.ui.request_params import day_param

A_PAGE = 20


@require_safe
def find_procedures_page(request: HttpRequest) -> HttpResponse:
    """Procedures that fit what is asked for; nothing asked, the ways to ask."""
    procedure_filter, today = wanted_of(request), clock.today()
    context: dict[str, object] = {"wanted": procedure_filter, "may_manage": actor_of(request).can(MANAGE_PROCEDURES)}
    events = lookup.life_events()
    if procedure_filter.is_narrow:
        page = Paginator(queries.search_procedures(procedure_filter, today), A_PAGE).get_page(request.GET.get("page"))
        context |= {
            "page": page,
            "events": events,
            "audiences": Version.Audience.choices,
            "levels": Version.Level.choices,
            "online": Version.Online.choices,
            "agencies": finding.competent_agencies(today),
        }
    else:
        counts = finding.life_event_counts(today)
        context |= {"events": [(event, counts[event.code]) for event in events if counts.get(event.code)]}
    context["fields"] = finding.procedure_fields(today)
    return render(request, "public_services/find.html", context)


@require_safe
def procedure_page(request: HttpRequest, code: str) -> HttpResponse:
    """One procedure as of a day (today's without one): costs, time, papers, who decides, and its other versions."""
    procedure = queries.procedure_by_code(code)
    if procedure.code != code:
        return redirect("public_services:procedure", code=procedure.code, permanent=True)
    day, bad_day = day_param(request)
    versions = queries.procedure_versions(procedure.code)
    version = next((candidate for candidate in versions if _is_in_force(candidate, day)), None)
    context = {
        "procedure": procedure,
        "version": version or versions[0],
        "in_force": version is not None,
        "day": day,
        "bad_day": bad_day,
        "is_today": day == clock.today(),
        "versions": versions,
        "promises": promised_cases(queries.procedure_cases(version or versions[0]), clock.now()),
        "papers": queries.procedure_papers(version or versions[0]),
        "levels": _chosen_labels(Version.Level.choices, (version or versions[0]).levels),
        "audiences": _chosen_labels(Version.Audience.choices, (version or versions[0]).audiences),
        "aliases": [alias.value for alias in procedure.aliases.all()],
        "may_manage": actor_of(request).can(MANAGE_PROCEDURES),
        "may_receive": actor_of(request).can(RECEIVE_CASES),
        "may_apply": rules().front.online,
    }
    return render(request, "public_services/procedure.html", context)


def _is_in_force(version: Version, day: object) -> bool:
    lower, upper = version.effective.lower, version.effective.upper
    return bool(lower <= day and (upper is None or day < upper))


def _chosen_labels(choices: Sequence[tuple[str, object]], kept: Sequence[str]) -> list[str]:
    return [str(label) for code, label in choices if code in kept]

"""The digital transformation index: a year with three columns, one criterion with its evidence and history."""

from decimal import Decimal, InvalidOperation

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tinhso.blocks.indicators import queries as indicators
from tinhso.blocks.units import queries as units
from tinhso.government.programme import services
from tinhso.government.programme.models import Score
from tinhso.government.programme.pages.assigning import accepted_evidence, programme_actor
from tinhso.government.programme.queries import dti
from tinhso.government.programme.rights import MANAGE_PROGRAMME, SEE_PROGRAMME
from tinhso.kernel import clock
from tinhso.kernel.errors import Refused
from tinhso.ui.actors import actor_of, perform_with_message
from tinhso.ui.request_params import posted_field, query_param


def _requested_year(request: HttpRequest) -> int:
    text, first, last = query_param(request, "year", 4), dti.index().scheme.first_year, clock.today().year
    return min(max(int(text), first), last) if text.isdecimal() else last


@require_safe
@login_required
def index_page(request: HttpRequest) -> HttpResponse:
    """Self-scored, verified and published points of a year, and what is missing."""
    by, year, today = programme_actor(request), _requested_year(request), clock.today()
    by.must_be_able_to(SEE_PROGRAMME)
    context = {
        "board": dti.index_board(year, indicators.audience_of(by), today),
        "columns": Score.Column.choices,
        "years": range(dti.index().scheme.first_year, today.year + 1),
    }
    return render(request, "programme/dti.html", context)


@require_safe
@login_required
def criterion_page(request: HttpRequest, year: int, code: str) -> HttpResponse:
    """One criterion in a year: points by column with their history, the computed figure, the evidence."""
    by, today = programme_actor(request), clock.today()
    by.must_be_able_to(SEE_PROGRAMME)
    criterion = dti.index().criterion(code)
    page = dti.criterion_page(year, criterion, indicators.audience_of(by), today)
    context = {
        "one": criterion,
        "year": year,
        "line": page.line,
        "columns": Score.Column.choices,
        "history": page.history,
        "papers": page.papers,
        "may_score": by.can(MANAGE_PROGRAMME, at=units.province(today)),
    }
    return render(request, "programme/criterion.html", context)


@require_POST
@login_required
def apply_criterion_act(request: HttpRequest, year: int, code: str) -> HttpResponse:
    """Write points down, or bring evidence."""
    by, now = actor_of(request), clock.now()
    criterion = dti.index().criterion(code)

    def score() -> None:
        try:
            points = Decimal(posted_field(request, "points", 12).replace(",", "."))
        except InvalidOperation as error:
            raise Refused("bad_points", _("Điểm phải từ 0 đến điểm tối đa của chỉ số.")) from error
        services.record_score(
            year=year,
            criterion=criterion.code,
            column=posted_field(request, "column", 10),
            points=points,
            by=by,
            now=now,
            why=posted_field(request, "why", 1000),
            source=posted_field(request, "source", 200),
        )

    def bring() -> None:
        services.must_score(by, now)
        files = accepted_evidence(request, by)
        if not files:
            raise Refused("no_file", _("Hãy chọn tệp."))
        for file in files:
            services.attach_paper(used_in=dti.used_in(year, criterion.code), evidence=file, by=by, now=now)

    if request.POST.get("act") == "score":
        perform_with_message(request, score, _("Đã ghi điểm."))
    else:
        perform_with_message(request, bring, _("Đã đính kèm tệp."))
    return redirect("programme:criterion", year, criterion.code)

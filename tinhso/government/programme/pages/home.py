"""The leader's home, the desk of whoever does things, and lists as files."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tinhso.blocks.indicators import queries as indicators
from tinhso.government.programme.pages.assigning import programme_actor
from tinhso.government.programme.pages.directives import wanted_of as wanted_directives
from tinhso.government.programme.pages.tasks import wanted_of as wanted_tasks
from tinhso.government.programme.queries import board, exports, goals, listing
from tinhso.government.programme.rights import DO_TASKS, GIVE_DIRECTIVES, MANAGE_PROGRAMME, SEE_PROGRAMME
from tinhso.kernel import clock
from tinhso.ui.downloads import XLSX, attachment_response


@require_safe
@login_required
def home_page(request: HttpRequest) -> HttpResponse:
    """Goals reached and behind, what is late, what waits for my word."""
    by, today = programme_actor(request), clock.today()
    context = {
        "board": board.programme_board(by, today),
        "today": today,
        "may_direct": by.can(GIVE_DIRECTIVES),
        "may_manage": by.can(MANAGE_PROGRAMME),
        "does": by.can(DO_TASKS),
    }
    return render(request, "programme/home.html", context)


@require_safe
@login_required
def desk_page(request: HttpRequest) -> HttpResponse:
    """My tasks and directives, each answered in one step."""
    by, today = programme_actor(request), clock.today()
    mine = board.work_desk(by)
    context = {
        "tasks": listing.work_lines(mine.tasks, today),
        "directives": listing.work_lines(mine.directives, today),
        "doubtful": mine.doubtful,
    }
    return render(request, "programme/desk.html", context)


@require_safe
@login_required
def export_list(request: HttpRequest, what: str, ending: str) -> HttpResponse:
    """The list at hand as CSV or XLSX: tasks, directives, or targets."""
    by, today = programme_actor(request), clock.today()
    if what not in ("tasks", "directives", "targets") or ending not in ("csv", "xlsx"):
        raise Http404
    if what == "tasks":
        sheet = exports.task_sheet(listing.tasks_in_tray(by, wanted_tasks(request), today)[: exports.MOST], today)
    elif what == "directives":
        sheet = exports.directive_sheet(
            listing.directives_in_tray(by, wanted_directives(request), today)[: exports.MOST], today
        )
    else:
        by.must_be_able_to(SEE_PROGRAMME)
        sheet = exports.target_sheet(goals.judged_goals(None, indicators.audience_of(by), today))
    name = f"{what}_{today.isoformat()}.{ending}"
    if ending == "xlsx":
        return attachment_response(exports.as_workbook(sheet), name=name, media_type=XLSX)
    return attachment_response(exports.as_table(sheet), name=name, media_type="text/csv; charset=utf-8")

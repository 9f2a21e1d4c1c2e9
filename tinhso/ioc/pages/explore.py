"""Exploring: one page whose address holds every choice, in eight forms, with its files."""

from collections.abc import Sequence
from urllib.parse import unquote_plus

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _

from tinhso.ioc import services
from tinhso.ioc.pages.readers import NothingYet, for_readers, frame_known_at, moment_text
from tinhso.ioc.queries import explore as queries
from tinhso.ioc.queries import sheets
from tinhso.ioc.queries.explore import ExploreChoice, ReadChoice, ShownChoice
from tinhso.ioc.queries.explore import choice as choices
from tinhso.ioc.queries.explore.desk import ExploreDesk, explore_desk
from tinhso.ioc.queries.frame import SnapshotFrame, view_of
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.ui.context import served_province
from tinhso.ui.downloads import CSV, XLSX, attachment_response
from tinhso.ui.tabs import tabs_to

NOT_FOUND = 404


def _explore_query(request: HttpRequest, by: Actor) -> tuple[SnapshotFrame, ReadChoice]:
    """What the address asks for; without a unit, the reader's own."""
    at = frame_known_at(request, by)
    if not at.number:
        raise NothingYet(bool(at.places.by_ref))
    query_params = dict(request.GET.lists())
    own = view_of(at, by)
    moment = moment_text(at.known_at) if at.known_at else ""
    if own is not None and not any("".join(query_params.get(name, ())).strip() for name in ("units", "add_unit")):
        query_params["units"] = [own.unit.ref]
    read_choice = queries.read_choice(at, query_params, known_at=moment)
    if read_choice.choice.units or own is None:
        return at, read_choice
    again = queries.read_choice(at, query_params | {"units": [own.unit.ref]}, known_at=moment)
    return at, ReadChoice(again.choice, read_choice.problems)


@for_readers
def explore_page(request: HttpRequest, by: Actor) -> HttpResponse:
    """The choice in its form; an address written otherwise leads to the one address of the same choice."""
    at, read_choice = _explore_query(request, by)
    query_string = request.META.get("QUERY_STRING", "")
    if (
        read_choice.choice.items
        and not read_choice.problems
        and unquote_plus(query_string) != unquote_plus(read_choice.choice.query)
    ):
        return HttpResponseRedirect(f"?{read_choice.choice.query}")
    shown_choice = queries.charts_of_choice(at, read_choice.choice)
    context = _explore_context(at, read_choice.choice, shown_choice) | {"problems": read_choice.problems}
    return render(request, "ioc/explore.html", context, status=NOT_FOUND if read_choice.problems else 200)


def _explore_context(at: SnapshotFrame, choice: ExploreChoice, shown_choice: ShownChoice) -> dict[str, object]:
    table: ExploreDesk = explore_desk(at, choice, shown_choice)
    return {
        "at": at,
        "known_at": at.known_at,
        "link": f"?known_at={choice.known_at}" if choice.known_at else "",
        "choice": choice,
        "shown": shown_choice,
        "desk": table,
        "forms": _form_tabs(choice),
        "is_over_time": choice.form in (choices.LINES, choices.MULTIPLES, choices.INDEX, choices.YEARS, choices.PARTS),
    }


def form_words() -> dict[str, str]:
    """The forms in the words of the page."""
    return {
        choices.LINES: _("Cùng biểu đồ"),
        choices.MULTIPLES: _("Nhiều khung nhỏ"),
        choices.INDEX: _("Chỉ số (gốc = 100)"),
        choices.YEARS: _("Chồng các năm"),
        choices.PARTS: _("Phân tổ"),
        choices.SCATTER: _("Hai chỉ tiêu"),
        choices.RANKING: _("Xếp hạng"),
        choices.TABLE: _("Bảng"),
    }


def _form_tabs(choice: ExploreChoice) -> list[dict[str, object]]:
    return tabs_to(lambda form: choice.but(form=form), form_words(), choice.form)


@for_readers
def export_choice(request: HttpRequest, by: Actor, form: str) -> HttpResponse:
    """Every figure of the choice as CSV or XLSX; who took it is written down."""
    at, read_choice = _explore_query(request, by)
    if form not in ("csv", "xlsx"):
        raise Refused("unknown_file", _("Chỉ có tệp csv và xlsx."))
    if read_choice.problems or not read_choice.choice.items:
        raise Refused("bad_choice", " ".join(read_choice.problems) or _("Hãy chọn ít nhất một chỉ tiêu rồi tải."))
    services.note_explored(query=read_choice.choice.query, form=form, codes=_indicator_codes(read_choice.choice), by=by)
    curves = queries.charts_of_choice(at, read_choice.choice).curves
    demo, name = served_province().demo, f"kham-pha-{read_choice.choice.form}.{form}"
    if form == "xlsx":
        return attachment_response(sheets.curves_xlsx(at, curves, demo=demo), name=name, media_type=XLSX)
    return attachment_response(sheets.as_csv(sheets.curve_rows(at, curves, demo=demo)), name=name, media_type=CSV)


def _indicator_codes(choice: ExploreChoice) -> Sequence[str]:
    return [item.code for item in choice.items]

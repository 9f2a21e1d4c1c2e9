"""Notes on charts: writing one, its history, changing and withdrawing it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from tinhso.ioc import services
from tinhso.ioc.models import Annotation
from tinhso.ioc.pages.posting import act_of_reader
from tinhso.ioc.pages.readers import for_readers, requested_view
from tinhso.ioc.queries import annotations as queries
from tinhso.ioc.queries import indicators
from tinhso.kernel import clock, periods
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Forbidden
from tinhso.ui.wording import name_in_language


@for_readers
def new_note_page(request: HttpRequest, by: Actor, code: str) -> HttpResponse:
    """The form for a note at a period of an indicator."""
    asking = requested_view(request, by)
    indicator = indicators.read_indicator(asking.at, code)
    readings = indicators.read_series(asking.at, indicators.IndicatorQuery(indicator, None, asking.seen, ""))
    known_periods = [reading.period for reading in reversed(readings)]
    period_code = request.GET.get("period", "")
    here, everywhere = queries.may_write(by, asking.seen.unit), queries.may_write(by, None)
    if not (here or everywhere):
        raise Forbidden("no_right", _("Bạn không có quyền ghi chú cho đơn vị này."))
    context = {
        "one": indicator,
        "title": name_in_language(indicator),
        "unit": asking.seen.unit,
        "here": here,
        "everywhere": everywhere,
        "periods": [period_code, *known_periods] if period_code and period_code not in known_periods else known_periods,
        "period": periods.parse(period_code).code if period_code else next(iter(known_periods), ""),
        "most": services.LONGEST_NOTE,
        "next": _notes_address(indicator.code, asking.seen.unit.ref),
    }
    return render(request, "ioc/annotation_new.html", context)


def _notes_address(code: str, unit: str) -> str:
    return f"{reverse('ioc:indicator', args=[code])}?{urlencode({'unit': unit} if unit else {})}#notes"


@for_readers
def note_page(request: HttpRequest, by: Actor, ref: str) -> HttpResponse:
    """A note with every wording it ever had."""
    asking = requested_view(request, by)
    annotations = queries.note_history(asking.at, ref)
    last = annotations[-1]
    context = {
        "note": last,
        "history": annotations[::-1],
        "alive": last.until is None,
        "editable": last.until is None and queries.may_change(last, by),
        "one": indicators.read_indicator(asking.at, last.indicator),
        "most": services.LONGEST_NOTE,
        "back": _address_of_note(last),
    }
    return render(request, "ioc/annotation.html", context)


def _address_of_note(annotation: Annotation) -> str:
    return _notes_address(annotation.indicator, annotation.unit.ref if annotation.unit else "")


@act_of_reader
def write_note(request: HttpRequest, by: Actor, code: str) -> HttpResponse:
    """Write a note."""
    unit = request.POST.get("unit", "")
    note = services.annotate(
        indicator=code,
        unit="" if request.POST.get("reach") == "all" else unit,
        period=request.POST.get("period", ""),
        text=request.POST.get("text", ""),
        by=by,
        now=clock.now(),
    )
    messages.success(request, _("Đã thêm ghi chú."))
    return HttpResponseRedirect(_notes_address(note.indicator, unit))


@act_of_reader
def reword_note(request: HttpRequest, by: Actor, ref: str) -> HttpResponse:
    """Another wording; the former stays in the history."""
    note = services.reword(ref=ref, text=request.POST.get("text", ""), by=by, now=clock.now())
    messages.success(request, _("Đã sửa ghi chú; lời cũ còn trong lịch sử."))
    return HttpResponseRedirect(reverse("ioc:note", args=[note.ref]))


@act_of_reader
def withdraw_note(request: HttpRequest, by: Actor, ref: str) -> HttpResponse:
    """Off the pages of today."""
    note = services.withdraw(ref=ref, by=by, now=clock.now())
    messages.success(request, _("Đã rút ghi chú khỏi biểu đồ."))
    return HttpResponseRedirect(_address_of_note(note))

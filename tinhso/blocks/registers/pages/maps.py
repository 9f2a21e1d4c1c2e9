"""The map of a register."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tinhso.blocks.registers.pages import params
from tinhso.blocks.registers.pages.lists import _filter_fields, _unit_choices
from tinhso.blocks.registers.queries import finding, maps, registry
from tinhso.kernel.errors import Refused


@require_safe
@login_required
def map_page(request: HttpRequest, code: str) -> HttpResponse:
    """Where the records lie; a square opens its own window."""
    register, by = params.register_to_see(request, code)
    if not register.located:
        raise Refused("unknown_map", _("Danh mục này không có vị trí trên bản đồ."))
    record_filter = params.list_filter_of(register, request.GET)
    box = record_filter.box or maps.communes_extent()
    filter = finding.RecordFilter(**(vars(record_filter) | {"box": None}))
    context = {
        "register": register,
        "title": registry.title(register),
        "crumbs": params.register_crumbs(register, {"label": _("Bản đồ")}),
        "map": maps.map_window(register, filter, by, box),
        "most": maps.MOST_GROUPED,
        "wanted": record_filter,
        "filters": _filter_fields(register, record_filter),
        "units": _unit_choices(register, by),
        "list_href": reverse("registers:list", args=[register.code]),
        "query": request.GET.urlencode(),
    }
    return render(request, "registers/map.html", context)

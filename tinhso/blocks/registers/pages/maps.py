"""The map of a register."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tinhso.blocks.registers.pages import params
from tinhso.blocks.registers.pages.lists import _filters, _units
from tinhso.blocks.registers.queries import finding, maps, registry
from tinhso.kernel.errors import Refused


@require_safe
@login_required
def page(request: HttpRequest, code: str) -> HttpResponse:
    """Where the records lie; a square opens its own window."""
    register, by = params.looker(request, code)
    if not register.located:
        raise Refused("unknown_map", _("Danh mục này không có vị trí trên bản đồ."))
    wanted = params.wanted(register, request.GET)
    box = wanted.box or maps.extent()
    whole = finding.Wanted(**(vars(wanted) | {"box": None}))
    context = {
        "register": register,
        "title": registry.title(register),
        "crumbs": params.crumbs(register, {"label": _("Bản đồ")}),
        "map": maps.window(register, whole, by, box),
        "most": maps.MOST_GROUPED,
        "wanted": wanted,
        "filters": _filters(register, wanted),
        "units": _units(register, by),
        "list_href": reverse("registers:list", args=[register.code]),
        "query": request.GET.urlencode(),
    }
    return render(request, "registers/map.html", context)

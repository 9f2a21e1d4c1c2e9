"""Trays of a list as tabs."""

from collections.abc import Mapping

from django.http import HttpRequest
from django.utils.translation import gettext as _

from tinhso.government.programme.queries import listing
from tinhso.ui.tabs import tabs_by


def tray_tabs(request: HttpRequest, tray: str, counts: Mapping[str, int]) -> list[dict[str, object]]:
    """The trays with how many stand in each; the rest of the address stays."""
    labels = {
        listing.OPEN: _("Đang mở"),
        listing.LATE: _("Quá hạn"),
        listing.WAITING: _("Chờ xem xét"),
        listing.CLOSED: _("Đã đóng"),
        listing.ALL: _("Tất cả"),
    }
    return tabs_by("tray", labels, tray, counts=counts, query=request.GET)

"""What the operations centre writes."""

from tinhso.ioc.services.annotations import LONGEST as LONGEST_NOTE
from tinhso.ioc.services.annotations import annotate, reword, withdraw
from tinhso.ioc.services.exports import note_explored, note_export
from tinhso.ioc.services.favourites import follow_indicator, move_favourite, unfollow_indicator
from tinhso.ioc.services.views import change_view, keep_view, remove_view, restore_view

__all__ = [
    "LONGEST_NOTE",
    "annotate",
    "change_view",
    "follow_indicator",
    "keep_view",
    "move_favourite",
    "note_explored",
    "note_export",
    "remove_view",
    "restore_view",
    "reword",
    "unfollow_indicator",
    "withdraw",
]

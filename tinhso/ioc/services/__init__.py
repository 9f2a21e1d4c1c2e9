"""What the operations centre writes."""

from tinhso.ioc.services.annotations import LONGEST as LONGEST_NOTE
from tinhso.ioc.services.annotations import annotate, reword, withdraw
from tinhso.ioc.services.exports import note_explored, note_export
from tinhso.ioc.services.favourites import follow, move, unfollow
from tinhso.ioc.services.views import change_view, keep_view, remove_view, restore_view

__all__ = [
    "LONGEST_NOTE",
    "annotate",
    "change_view",
    "follow",
    "keep_view",
    "move",
    "note_explored",
    "note_export",
    "remove_view",
    "restore_view",
    "reword",
    "unfollow",
    "withdraw",
]

"""What the operations centre writes."""

from tinhso.ioc.services.exports import note_explored, note_export
from tinhso.ioc.services.favourites import follow, move, unfollow

__all__ = ["follow", "move", "note_explored", "note_export", "unfollow"]

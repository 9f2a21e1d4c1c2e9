"""What people of the operations centre keep there: saved views, indicators they follow, notes on an indicator."""

from tinhso.ioc.models.favourites import Favourite
from tinhso.ioc.models.views import Annotation, SavedView

__all__ = ["Annotation", "Favourite", "SavedView"]

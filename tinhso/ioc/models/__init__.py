"""What people of the operations centre keep there: saved views, indicators they follow, notes, alerts."""

from tinhso.ioc.models.alerts import Alert, AlertEntry, AlertWish, Silence
from tinhso.ioc.models.bulletins import Bulletin, BulletinEdit, BulletinTemplate
from tinhso.ioc.models.favourites import Favourite
from tinhso.ioc.models.quality import QualityFinding, QualityReminder, QualityRun, QualityTally
from tinhso.ioc.models.views import Annotation, SavedView

__all__ = [
    "Alert",
    "AlertEntry",
    "AlertWish",
    "Annotation",
    "Bulletin",
    "BulletinEdit",
    "BulletinTemplate",
    "Favourite",
    "QualityFinding",
    "QualityReminder",
    "QualityRun",
    "QualityTally",
    "SavedView",
    "Silence",
]

"""Tables of field reports: what was told, what happened to it, who told it, pictures, and counts for maps."""

from tinhso.society.field_reports.models.files import Attachment, Picture
from tinhso.society.field_reports.models.outside import Covering, Look, Release, Watch
from tinhso.society.field_reports.models.people import Follower, Rating, Reporter
from tinhso.society.field_reports.models.reports import Cell, Entry, Handover, Report

__all__ = [
    "Attachment",
    "Cell",
    "Covering",
    "Entry",
    "Follower",
    "Handover",
    "Look",
    "Picture",
    "Rating",
    "Release",
    "Report",
    "Reporter",
    "Watch",
]

"""Tables of field reports: what was told, what happened to it, who told it, pictures, and counts for maps."""

from tinhso.society.field_reports.models.files import Attachment, Picture
from tinhso.society.field_reports.models.people import Follower, Rating, Reporter, Turns
from tinhso.society.field_reports.models.reports import Cell, Entry, Handover, Report

__all__ = ["Attachment", "Cell", "Entry", "Follower", "Handover", "Picture", "Rating", "Report", "Reporter", "Turns"]

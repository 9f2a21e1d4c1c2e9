"""Tables of support programmes."""

from tinhso.society.support.models.applications import Application, Claim, Complaint, Delivery, Entry, Person
from tinhso.society.support.models.lists import List, Listed
from tinhso.society.support.models.paying import Batch, BatchLine
from tinhso.society.support.models.programmes import Handset, Programme, Quota, Rules

__all__ = [
    "Application",
    "Batch",
    "BatchLine",
    "Claim",
    "Complaint",
    "Delivery",
    "Entry",
    "Handset",
    "List",
    "Listed",
    "Person",
    "Programme",
    "Quota",
    "Rules",
]

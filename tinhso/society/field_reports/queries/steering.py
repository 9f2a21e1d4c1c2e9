"""A report as something that one may give a directive about."""

from django.urls import reverse

from tinhso.blocks.indicators.contract import Subject
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.society.field_reports.queries import lookup
from tinhso.society.field_reports.queries.rules import name_of


def report_subject(ref: str, by: Actor) -> Subject | None:
    """The report at the unit that has it; None for one that is not for the reader."""
    try:
        report = lookup.visible_report(ref, by=by)
    except Refused:
        return None
    label = f"{name_of(report.category)}, {report.ref}"
    return Subject("report", report.ref, label, reverse("field_reports:one", args=[report.ref]), report.unit.ref)

"""Looking at who told, where exactly and with which photos: each look of an official is written down.

A sealed identity needs a right of its own and a reason.
"""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.society.field_reports.models import Report, Reporter
from tinhso.society.field_reports.models.reports import SHORTEST
from tinhso.society.field_reports.queries import lookup
from tinhso.society.field_reports.rights import HANDLE_FIELD_REPORTS, READ_SEALED_REPORTERS
from tinhso.society.field_reports.services import record

MOST_NAMED = 200  # reports of a list that are named in the log


def look_at(report: Report, *, by: Actor, what: str) -> None:
    """Write down that ``by`` saw ``what`` of a report: its exact place and its photos tell of a person."""
    audit.record_view(by=by, what=(record.SUBJECT, report.ref), why=what)


def look_at_places(reports: Sequence[Report], *, by: Actor, what: str) -> None:
    """Write down that ``by`` saw on one map where reports lie exactly, naming those that have a place."""
    placed = [report.ref for report in reports if report.longitude is not None][:MOST_NAMED]
    if placed:
        audit.record_view(by=by, what=(record.SUBJECT, "list"), why=f"{what}: {' '.join(placed)}")


def reveal_reporter(*, ref: str, why: str, by: Actor) -> Reporter:
    """Who told a report, in full; refuses without a reason, and a sealed one to all without the right to it."""
    report = lookup.visible_report(ref, by=by)
    person = Reporter.objects.select_related("report").get(report=report)
    by.must_be_able_to(READ_SEALED_REPORTERS if person.sealed else HANDLE_FIELD_REPORTS, at=report.unit)
    if len(why.strip()) < SHORTEST:
        raise Refused("no_reason", _("Hãy ghi vì sao cần xem người phản ánh (từ 10 chữ): lý do được ghi vào nhật ký."))
    audit.record_view(by=by, what=(record.SUBJECT, report.ref), why=why.strip()[:500])
    return person

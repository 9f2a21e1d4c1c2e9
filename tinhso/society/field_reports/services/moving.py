"""Whose a report is: handed over, sent to and fro until somebody above decides, and what happens when units merge."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.blocks.outbox import services as outbox
from tinhso.blocks.units import queries as units
from tinhso.blocks.units.models import Unit
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.society.field_reports import events
from tinhso.society.field_reports.contract import ENDED, Status
from tinhso.society.field_reports.models import Handover, Report
from tinhso.society.field_reports.queries import lookup, places
from tinhso.society.field_reports.queries.rules import rules
from tinhso.society.field_reports.rights import DECIDE_FIELD_REPORTS
from tinhso.society.field_reports.services import record
from tinhso.society.field_reports.services.handling import locked_report

OVER = sorted(int(status) for status in ENDED)


@transaction.atomic
def hand_over(*, ref: str, to: str, why: str, by: Actor, now: datetime) -> Report:
    """Give a report to another unit or agency, saying why.

    Once it comes back a second time to units that had it before, it stays and waits for whoever stands above.
    """
    report = locked_report(ref, by=by)
    text, after = record.answer_of(why), places.given_to(to, clock.local(now).date())
    if after.pk == report.unit_id:
        raise Refused("same_unit", _("Phản ánh đang ở chính đơn vị này."))
    if report.status != Status.TRANSFERRED:
        record.must_be_able_to_become(report, Status.TRANSFERRED)
    comes_back = _had_it(report, after)
    returns = report.returns + comes_back
    if comes_back and returns >= rules().closing.disputed_returns and not by.can(DECIDE_FIELD_REPORTS, at=after):
        record.note_down(
            report,
            did="disputed",
            by=by,
            now=now,
            note=text,
            public=False,
            returns=returns,
            needs_decision=True,
            detail={"to": after.name, "to_ref": after.ref},
        )
        outbox.emit(events.DecisionNeeded(**record.event_fields(report, by)))
        return report
    _hand_to_unit(report, after, did="handed_over", note=text, returns=returns, is_return=comes_back, by=by, now=now)
    return report


@transaction.atomic
def decide_unit(*, ref: str, to: str, why: str, by: Actor, now: datetime) -> Report:
    """Somebody above says whose a disputed report is."""
    report = lookup.locked_report(ref)
    if not report.needs_decision:
        raise Refused("not_disputed", _("Phản ánh này không chờ phân định."))
    by.must_be_able_to(DECIDE_FIELD_REPORTS, at=report.unit)
    text, after = record.answer_of(why), places.given_to(to, clock.local(now).date())
    if after.pk == report.unit_id:
        record.note_down(report, did="decided", by=by, now=now, note=text, needs_decision=False, returns=0)
        return report
    _hand_to_unit(report, after, did="decided", note=text, returns=0, is_return=False, by=by, now=now)
    return report


def _had_it(report: Report, unit: Unit) -> bool:
    return report.handovers.filter(before=unit).exists()


def _hand_to_unit(
    report: Report, after: Unit, *, did: str, note: str, returns: int, is_return: bool, by: Actor, now: datetime
) -> None:
    before = report.unit
    detail = {"from": before.name, "from_ref": before.ref, "to": after.name, "to_ref": after.ref}
    Handover.objects.create(report=report, at=now, by=by.ref, before=before, after=after, why=note, is_return=is_return)
    fields: dict[str, Any] = {
        "unit": after,
        "holder": "",
        "holder_name": "",
        "returns": returns,
        "needs_decision": False,
    }
    if report.status == Status.TRANSFERRED:
        record.note_down(report, did=did, by=by, now=now, note=note, detail=detail, **fields)
    else:
        record.move_report(report, Status.TRANSFERRED, did=did, by=by, now=now, note=note, detail=detail, **fields)
    outbox.emit(events.ReportHandedOver(**record.event_fields(report, by), before=before.ref))


@dataclass(frozen=True)
class SuccessionCounts:
    """How many reports went on under a successor, and how many wait for somebody to say which."""

    moved: int
    doubtful: int


def follow_units(*, today: date, by: Actor, now: datetime) -> SuccessionCounts:
    """Give open reports of units that are no more to the one successor; done again, it changes nothing."""
    moved = doubtful = 0
    gone = Report.objects.exclude(status__in=OVER).filter(unit__valid__endswith__lte=today, needs_unit=False)
    for pk in list(gone.values_list("pk", flat=True).order_by("pk")):
        outcome = _move_to_successor(pk, today, by, now)
        moved += outcome is True
        doubtful += outcome is False
    return SuccessionCounts(moved, doubtful)


@transaction.atomic
def _move_to_successor(pk: int, today: date, by: Actor, now: datetime) -> bool | None:
    report = Report.objects.select_for_update().get(pk=pk)
    if report.status in OVER or report.needs_unit or units.is_there(report.unit, today):
        return None
    successors = _by_place(report, today) or units.successors(report.unit, today)
    if len(successors) == 1:
        _record_successor(report, successors[0], by=by, now=now, note="")
        return True
    record.note_down(report, did="unit_in_doubt", by=by, now=now, public=False, needs_unit=True)
    return False


def _by_place(report: Report, today: date) -> list[Unit]:
    """Of several successors of a commune, the one in which the thing lies."""
    successors = units.successors(report.unit, today)
    if len(successors) < 2 or report.longitude is None or report.latitude is None:
        return successors
    try:
        where = places.commune_at(report.longitude, report.latitude, today)
    except Refused:
        return successors
    return [unit for unit in successors if unit.pk == where.pk] or successors


@transaction.atomic
def settle_successor(*, ref: str, to: str, today: date, by: Actor, now: datetime, note: str = "") -> Report:
    """Somebody says which successor goes on with a doubtful report."""
    report = lookup.locked_report(ref)
    if not report.needs_unit:
        raise Refused("not_doubtful", _("Phản ánh này đã có nơi xử lý."))
    units_by_key = {unit.ref: unit for unit in units.successors(report.unit, today)}
    if to not in units_by_key:
        raise Refused("no_successor", _("Hãy chọn một trong các đơn vị kế thừa."))
    by.must_be_able_to(DECIDE_FIELD_REPORTS, at=units_by_key[to])
    _record_successor(report, units_by_key[to], by=by, now=now, note=note)
    return report


def _record_successor(report: Report, to: Unit, *, by: Actor, now: datetime, note: str) -> None:
    before = report.unit
    detail = {"from": before.name, "to": to.name, "from_ref": before.ref, "to_ref": to.ref}
    fields: dict[str, Any] = {"unit": to, "holder": "", "holder_name": "", "needs_unit": False}
    record.note_down(report, did="inherited", by=by, now=now, note=note.strip(), detail=detail, **fields)
    outbox.emit(events.ReportHandedOver(**record.event_fields(report, by), before=before.ref))

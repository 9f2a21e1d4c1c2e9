"""When units merge: open cases go on under the successor, history untouched; doubtful ones wait for a decision."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.blocks.cases.contract import CLOSED
from tinhso.blocks.cases.models import Case
from tinhso.blocks.cases.queries import lookup
from tinhso.blocks.cases.rights import ASSIGN_CASES
from tinhso.blocks.cases.services.record import note_down
from tinhso.blocks.units import queries as units
from tinhso.blocks.units.models import Unit
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused

ENDED = [int(status) for status in CLOSED]


@dataclass(frozen=True)
class CasesMoved:
    """How many cases went on under a successor, and how many wait for somebody to say which."""

    moved: int
    doubtful: int


def follow_units(*, today: date, by: Actor, now: datetime) -> CasesMoved:
    """Give open cases of units that are no more to the one successor; done again, it changes nothing."""
    moved = doubtful = 0
    gone = Case.objects.exclude(status__in=ENDED).filter(unit__valid__endswith__lte=today, needs_unit=False)
    for pk in gone.values_list("pk", flat=True).order_by("pk"):
        outcome = _move_to_successor(pk, today, by, now)
        moved += outcome is True
        doubtful += outcome is False
    return CasesMoved(moved, doubtful)


@transaction.atomic
def _move_to_successor(pk: int, today: date, by: Actor, now: datetime) -> bool | None:
    case = Case.objects.select_for_update().prefetch_related("unit").get(pk=pk)
    if case.status in ENDED or case.needs_unit or units.is_there(case.unit, today):
        return None
    successors = units.successors(case.unit, today)
    if len(successors) == 1:
        _move_to_unit(case, successors[0], by=by, now=now, note="")
        return True
    note_down(case, did="unit_in_doubt", by=by, now=now, public=False, needs_unit=True)
    return False


@transaction.atomic
def choose_successor(*, code: str, unit: str, today: date, by: Actor, now: datetime, note: str = "") -> Case:
    """Somebody says which successor goes on with a doubtful case."""
    case = lookup.locked_case(code)
    if not case.needs_unit:
        raise Refused("not_doubtful", _("Hồ sơ này đã có cơ quan giải quyết."))
    units_by_key = {successor.ref: successor for successor in units.successors(case.unit, today)}
    if unit not in units_by_key:
        raise Refused("no_successor", _("Hãy chọn một trong các đơn vị kế thừa."))
    by.must_be_able_to(ASSIGN_CASES, at=units_by_key[unit])
    _move_to_unit(case, units_by_key[unit], by=by, now=now, note=note)
    return case


def _move_to_unit(case: Case, to: Unit, *, by: Actor, now: datetime, note: str) -> None:
    detail = {"from": case.unit.name, "to": to.name, "from_ref": case.unit.ref, "to_ref": to.ref}
    case.tasks.filter(done_at=None, unit=case.unit).update(unit=to, holder="", holder_name="")
    note_down(case, did="moved", by=by, now=now, note=note.strip(), detail=detail, where=to, needs_unit=False, unit=to)

"""When units merge: open applications and quotas go on under the one successor."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.blocks.units import queries as units
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.society.support.contract import OPEN
from tinhso.society.support.models import Application, Programme, Quota
from tinhso.society.support.queries import lookup
from tinhso.society.support.rights import DECIDE_SUPPORT
from tinhso.society.support.services import record


@dataclass(frozen=True)
class SupportSuccessionCounts:
    """How many applications and quota lines went on, and how many wait for somebody to say where."""

    applications: int
    lines: int
    doubtful: int


def follow_units(*, today: date, by: Actor, now: datetime) -> SupportSuccessionCounts:
    """Give what is open of units that are no more to the one successor; done again, it changes nothing."""
    lines = Quota.objects.filter(unit__valid__endswith__lte=today).order_by("pk")
    moved_lines = sum(_follow_line(pk, today, by) for pk in list(lines.values_list("pk", flat=True)))
    gone = Application.objects.filter(state__in=OPEN, unit__valid__endswith__lte=today, needs_unit=False)
    outcomes = [_move_to_successor(pk, today, by, now) for pk in list(gone.order_by("pk").values_list("pk", flat=True))]
    return SupportSuccessionCounts(outcomes.count(True), moved_lines, outcomes.count(False))


@transaction.atomic
def _move_to_successor(pk: int, today: date, by: Actor, now: datetime) -> bool | None:
    application = Application.objects.select_for_update(of=("self",)).get(pk=pk)
    if application.state not in OPEN or application.needs_unit or units.is_there(application.unit, today):
        return None
    successors = units.successors(application.unit, today)
    if len(successors) != 1:
        record.note_down(application, did="unit_in_doubt", by=by, now=now, public=False, needs_unit=True)
        return False
    record.note_down(application, did="inherited", by=by, now=now, note=successors[0].name, unit=successors[0])
    return True


@transaction.atomic
def settle_successor(*, ref: str, to: str, today: date, by: Actor, now: datetime) -> Application:
    """Somebody says which successor goes on with an application whose unit was divided."""
    application = lookup.locked_by_ref(ref)
    if not application.needs_unit:
        raise Refused("not_doubtful", _("Hồ sơ này đã có nơi xử lý."))
    units_by_key = {unit.ref: unit for unit in units.successors(application.unit, today)}
    if to not in units_by_key:
        raise Refused("no_successor", _("Hãy chọn một trong các đơn vị kế thừa."))
    by.must_be_able_to(DECIDE_SUPPORT, at=units_by_key[to])
    record.note_down(
        application,
        did="inherited",
        by=by,
        now=now,
        note=units_by_key[to].name,
        unit=units_by_key[to],
        needs_unit=False,
    )
    return application


@transaction.atomic
def _follow_line(pk: int, today: date, by: Actor) -> bool:
    """A line goes to the successor; where that has one, both become one, and what was approved moves with it.

    Programmes of agencies that were reorganised go with them: the unit that leads one is followed as well.
    """
    line = Quota.objects.select_for_update(of=("self",)).get(pk=pk)
    successors = units.successors(line.unit, today)
    if units.is_there(line.unit, today) or len(successors) != 1:
        return False
    Programme.objects.select_for_update(of=("self",)).get(pk=line.programme_id)
    other = (
        Quota.objects.select_for_update(of=("self",)).filter(programme=line.programme_id, unit=successors[0]).first()
    )
    if other is None:
        line.unit = successors[0]
        line.save(update_fields=["unit"])
    else:
        Quota.objects.filter(pk=other.pk).update(pieces=F("pieces") + line.pieces, money=F("money") + line.money)
        Application.objects.filter(line=line).update(line=other)
        Quota.objects.filter(pk=line.pk).update(pieces=0, money=0)
        line.delete()
    audit.record(
        by=by, did="support quota inherited", to=(Quota._meta.label, str(pk)), after={"unit": successors[0].ref}
    )
    return True

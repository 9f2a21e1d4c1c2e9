"""What units that were merged or ended left unfinished goes on under the one successor, or waits for a decision."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.blocks.units import queries as units
from tinhso.blocks.units.models import Unit
from tinhso.government.programme.models import Directive, Partner, Task, Work
from tinhso.government.programme.queries import lookup
from tinhso.government.programme.services import record
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused

KINDS: tuple[Any, ...] = (Task, Directive)


@dataclass(frozen=True)
class FollowedWork:
    """How many went on under a successor, and how many wait for somebody to say which."""

    moved: int
    doubtful: int


def follow_units(*, today: date, by: Actor, now: datetime) -> FollowedWork:
    """Give open work of units that are no more to the one successor; done again, it changes nothing."""
    outcomes = [
        _follow_unit(kind, pk, today, by, now)
        for kind in KINDS
        for pk in list(
            kind.objects.filter(closed_at=None, needs_unit=False, unit__valid__endswith__lte=today)
            .order_by("pk")
            .values_list("pk", flat=True)
        )
    ]
    _follow_partners(today)
    return FollowedWork(sum(outcome is True for outcome in outcomes), sum(outcome is False for outcome in outcomes))


@transaction.atomic
def _follow_partners(today: date) -> None:
    """Units that help with open tasks are followed as well, where there is one successor."""
    gone = Partner.objects.filter(task__closed_at=None, unit__valid__endswith__lte=today).select_related("unit")
    for partner in gone.select_for_update(of=("self",)):
        successor_units = units.successors(partner.unit, today)
        if len(successor_units) == 1:
            Partner.objects.get_or_create(task_id=partner.task_id, unit=successor_units[0])
            partner.delete()


@transaction.atomic
def _follow_unit(kind: Any, pk: int, today: date, by: Actor, now: datetime) -> bool | None:
    work: Work = kind.objects.select_for_update(of=("self",)).select_related("unit").get(pk=pk)
    if work.closed_at is not None or work.needs_unit or units.is_there(work.unit, today):
        return None
    successor_units = units.successors(work.unit, today)
    if len(successor_units) == 1:
        _hand_to_successor(work, successor_units[0], by=by, now=now, note="")
        return True
    record.note_down(work, did="unit_in_doubt", by=by, now=now, needs_unit=True)
    return False


@transaction.atomic
def settle_unit(*, work: Work, to: str, by: Actor, now: datetime, today: date, note: str = "") -> Work:
    """Somebody who steers says which successor goes on with it."""
    find = lookup.locked_directive if isinstance(work, Directive) else lookup.locked_task
    locked_work: Work = find(work.ref)
    if not locked_work.needs_unit:
        raise Refused("not_doubtful", _("Việc này đã có đơn vị chủ trì."))
    after = lookup.receiving_unit(to, today)
    by.must_be_able_to(lookup.steering_right(locked_work), at=after)
    _hand_to_successor(locked_work, after, by=by, now=now, note=record.tidied_reason(note, least=0))
    return locked_work


def _hand_to_successor(work: Work, to: Unit, *, by: Actor, now: datetime, note: str) -> None:
    detail = {"from": work.unit.name, "from_ref": work.unit.ref, "to": to.name, "to_ref": to.ref}
    keeps = bool(work.owner) and lookup.doers_of(to, work.owner)
    fields: dict[str, Any] = {"unit": to, "needs_unit": False}
    fields |= {} if keeps else {"owner": "", "owner_name": ""}
    record.note_down(work, did="inherited", by=by, now=now, note=note, detail=detail, **fields)

"""Which cases a measure counts: of a unit (or an agency) and a period, and what must have happened to them.

The same conditions count the numbers and list the cases behind them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.conf import settings
from django.db.models import F, Q
from django.utils.crypto import salted_hmac

from tinhso.blocks.audit.rights import SEE_AUDIT
from tinhso.blocks.cases.models import Case
from tinhso.blocks.cases.rights import ASSIGN_CASES, DECIDE_CASES
from tinhso.blocks.units.models import Level
from tinhso.ioc.queries.frame import SnapshotFrame, UnitView
from tinhso.kernel.actor import Actor
from tinhso.kernel.periods import Period
from tinhso.kernel.working_calendar import moment_at as moment_of

NAMED = (ASSIGN_CASES, SEE_AUDIT, DECIDE_CASES)


@dataclass(frozen=True)
class Scope:
    """Cases decided (when they were filed) at the units ``places``, and the time from ``since`` to ``until``."""

    places: tuple[int, ...]
    since: datetime
    until: datetime
    now: datetime

    def within(self, name: str) -> Q:
        """Whether a moment lies in the time."""
        return Q(**{f"{name}__gte": self.since, f"{name}__lt": self.until})

    @property
    def cases(self) -> Q:
        """Cases of the places."""
        return Q(origin_unit__in=self.places)

    @property
    def tasks(self) -> Q:
        """Their steps."""
        return Q(case__origin_unit__in=self.places)

    def of_cases(self) -> Mapping[str, Q]:
        """What a case may be counted as."""
        finished = self.within("finished_at")
        promised = finished & Q(due_at__isnull=False)
        return {
            "filed": self.within("submitted_at"),
            "online": self.within("submitted_at") & Q(channel=Case.Channel.ONLINE),
            "finished": finished,
            "promised": promised,
            "on_time": promised & Q(finished_at__lte=F("due_at")),
        }

    def of_tasks(self) -> Mapping[str, Q]:
        """What a step may be counted as."""
        done = self.within("done_at")
        due = done & Q(due_at__isnull=False)
        waits = Q(done_at=None, waiting=False)
        return {
            "done": done,
            "due": due,
            "late": due & Q(done_at__gt=F("due_at")),
            "open": waits,
            "open_late": waits & Q(due_at__lt=self.now),
        }


def scope_of(at: SnapshotFrame, unit_view: UnitView, period: Period, now: datetime, agency: str = "") -> Scope:
    """The cases of what is looked at: the unit with all below it and all that it was made of, or one agency."""
    every = at.places.every
    roots = [
        unit_view.unit,
        *(
            unit_source.node
            for unit_source in at.places.sources.get((unit_view.basis, unit_view.unit.ref), ())
            if unit_source.share == 1
        ),
    ]
    unit_keys = {pk for root in roots for pk in every.subtree(root.pk)}
    if agency:
        nodes = every.nodes
        unit_keys = {pk for pk in unit_keys if nodes[pk].level == Level.AGENCY and nodes[pk].code == agency}
    since = moment_of(period.start, time())
    return Scope(tuple(sorted(unit_keys)), since, moment_of(period.end + timedelta(days=1), time()), now)


def token_of(ref: str) -> str:
    """What stands for a person in an address: the same for the same person, and tells nothing."""
    return salted_hmac("tinhso.ioc.scorecard", ref, secret=settings.SECRET_KEY).hexdigest()[:16]


def may_see_names(by: Actor, unit_view: UnitView) -> bool:
    """Whether ``by`` leads the work of the unit, or audits it, and so may know who did a step."""
    return any(by.can(right, at=unit_view.unit) for right in NAMED)

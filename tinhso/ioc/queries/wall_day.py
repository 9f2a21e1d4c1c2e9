"""Counters of the day: what operational tables say at this moment, from every app that counts."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from tinhso.blocks.identity.models import Session
from tinhso.blocks.indicators import contract
from tinhso.blocks.indicators.contract import Counter
from tinhso.blocks.units.models import Level
from tinhso.ioc.queries.frame import Frame, View
from tinhso.kernel import clock


@dataclass(frozen=True)
class Day:
    """The counters of today as they were at ``at``, and the events after which they may have changed."""

    at: datetime
    counters: tuple[Counter, ...]

    @property
    def heard(self) -> tuple[str, ...]:
        """Names of events, each once."""
        return tuple(dict.fromkeys(name for one in self.counters for name in one.heard))


def keys_of(at: Frame, seen: View) -> frozenset[int]:
    """The unit and all below it, as providers take them: empty for the whole province."""
    whole = seen.unit.level == Level.PROVINCE and at.places.home is not None and seen.unit.pk == at.places.home.pk
    return frozenset() if whole else frozenset(at.places.every.subtree(seen.unit.pk))


def day(at: Frame, seen: View, now: datetime) -> Day:
    """What every app counts for a unit today; for the whole province also how many people have worked here."""
    keys = keys_of(at, seen)
    found = [one for provider in contract.COUNTER_PROVIDERS for one in provider(keys, now)]
    return Day(now, (*found, *([] if keys else [people(now)])))


def people(now: datetime) -> Counter:
    """How many different people have used the system today; a number, never who."""
    midnight = clock.local(now).replace(hour=0, minute=0, second=0, microsecond=0)
    count = Session.objects.filter(seen_at__gte=midnight).values("person").distinct().count()
    return Counter("people", _("Người đã làm việc trên hệ thống"), count, midnight, _("sổ đăng nhập"))

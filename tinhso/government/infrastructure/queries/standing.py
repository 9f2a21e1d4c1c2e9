"""How infrastructure stands at this moment, for one who looks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from tinhso.blocks.indicators.contract import Attention
from tinhso.blocks.registers.contract import REGISTERS
from tinhso.blocks.registers.queries.tiles import Counter, Tile, source
from tinhso.blocks.units import queries as units
from tinhso.blocks.units.models import Level, Unit
from tinhso.government.infrastructure.models import Check, Line, Outage, Result, Server
from tinhso.government.infrastructure.queries import lookup, watching
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.ui.wording import named

SOON, MOST = timedelta(days=30), 20


@dataclass(frozen=True)
class Standing:
    """Numbers and lists of the first page."""

    tiles: Sequence[Tile]
    watched: int
    down: Sequence[Check]
    coming: Sequence[Outage]
    running: Sequence[Outage]
    without: Sequence[Unit]
    communes: int
    written: datetime | None
    looked_at: datetime | None


def of(by: Actor, now: datetime) -> Standing:
    """What ``by`` may see of it."""
    alive = Q(removed=False, ended_on__isnull=True)
    rows = {code: model.objects.filter(alive, watching.reached(by)) for code, model in lookup.MODELS.items()}
    checks = watching.checks(by)
    outages = watching.outages(by).filter(state=Outage.State.ANNOUNCED)
    without, communes = _without_dedicated(by, now)
    make = Counter(*lookup.MODELS)
    counts = {code: found.count() for code, found in rows.items()}
    return Standing(
        tiles=[
            *(make.tile(code, named(REGISTERS[code]), count) for code, count in counts.items()),
            Tile(
                _("Thiết bị hết bảo hành"),
                old(by, now).count(),
                reverse("infrastructure:old"),
                source("servers"),
                make.at.get("servers"),
                counts["servers"],
            ),
        ],
        watched=checks.exclude(state=Check.State.UNKNOWN).count(),
        down=list(checks.filter(state=Check.State.DOWN)[:MOST]),
        coming=list(outages.filter(starts_at__gt=now).order_by("starts_at", "pk")[:MOST]),
        running=list(outages.filter(starts_at__lte=now)[:MOST]),
        without=without,
        communes=communes,
        written=make.at.get("lines"),
        looked_at=Result.objects.order_by("-pk").values_list("at", flat=True).first(),
    )


def old(by: Actor, now: datetime) -> "QuerySet[Server]":
    """Servers and devices whose warranty is over, the oldest first."""
    found = Server.objects.filter(watching.reached(by), removed=False, ended_on__isnull=True)
    return found.filter(warranty_until__lt=clock.local(now).date()).order_by("warranty_until", "pk")


def _without_dedicated(by: Actor, now: datetime) -> tuple[list[Unit], int]:
    """Communes of today that no dedicated line in use serves, of those that ``by`` may see."""
    communes = units.at(clock.local(now).date()).filter(level=Level.COMMUNE)
    if lookup.SEE not in by.everywhere:
        communes = communes.filter(pk__in=by.places(lookup.SEE))
    served = Line.objects.filter(kind=Line.Kind.DEDICATED, state="in_use", removed=False, ended_on__isnull=True)
    return list(communes.exclude(pk__in=served.values("unit"))), communes.count()


def attention(keys: frozenset[int], now: datetime, limit: int) -> Sequence[Attention]:
    """What a leader of these units (of all, without keys) should see: what is down, the longest first."""
    down = Check.objects.filter(active=True, state=Check.State.DOWN).select_related("unit")
    down = down.filter(unit__in=keys) if keys else down
    return [
        Attention(
            kind="infrastructure", title=_("Không chạy: %(what)s") % {"what": one.thing_name},
            href=reverse("infrastructure:check", args=[one.ref]), unit=one.unit.ref, since=one.since or now,
            severity="danger",
        )
        for one in down.order_by("since", "pk")[:limit]
    ]  # fmt: skip

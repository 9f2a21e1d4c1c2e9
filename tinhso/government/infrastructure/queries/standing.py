"""How infrastructure stands at this moment, for one who looks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from tinhso.blocks.indicators.contract import Attention, AttentionRead
from tinhso.blocks.registers.contract import REGISTERS
from tinhso.blocks.registers.queries.tiles import RegisterTile, TileMaker, figure_source, last_written
from tinhso.blocks.units import queries as units
from tinhso.blocks.units.models import Level, Unit
from tinhso.government.infrastructure.models import Check, Line, Outage, Result, Server
from tinhso.government.infrastructure.queries import lookup, watching
from tinhso.government.infrastructure.rights import SEE_INFRASTRUCTURE
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.reads import DeferredRead, Row
from tinhso.ui.round_trips import count_together, read_together
from tinhso.ui.wording import name_in_language

SOON, MOST = timedelta(days=30), 20


@dataclass(frozen=True)
class InfrastructureOverview:
    """Numbers and lists of the first page."""

    tiles: Sequence[RegisterTile]
    watched: int
    down: Sequence[Check]
    coming: Sequence[Outage]
    running: Sequence[Outage]
    without: Sequence[Unit]
    communes: int
    written: datetime | None
    looked_at: datetime | None


def infrastructure_overview(by: Actor, now: datetime) -> InfrastructureOverview:
    """What ``by`` may see of it."""
    alive = Q(removed=False, ended_on__isnull=True)
    rows = {code: model.objects.filter(alive, watching.within_reach(by)) for code, model in lookup.MODELS.items()}
    checks = watching.visible_checks(by)
    outages = watching.visible_outages(by).filter(state=Outage.State.ANNOUNCED)
    communes = _visible_communes(by, now)
    watched_checks = checks.exclude(state=Check.State.UNKNOWN)
    counts = count_together(**rows, old=old_devices(by, now), watched=watched_checks, communes=communes)
    (written_at,) = read_together([last_written(*lookup.MODELS)])
    make = TileMaker(written_at)
    announced = list(outages.order_by("starts_at", "pk")[: 2 * MOST])
    return InfrastructureOverview(
        tiles=[
            *(make.tile(code, name_in_language(REGISTERS[code]), counts[code]) for code in rows),
            RegisterTile(
                _("Thiết bị hết bảo hành"),
                counts["old"],
                reverse("infrastructure:old"),
                figure_source("servers"),
                make.at.get("servers"),
                counts["servers"],
            ),
        ],
        watched=counts["watched"],
        down=list(checks.filter(state=Check.State.DOWN)[:MOST]),
        coming=[outage for outage in announced if outage.starts_at > now][:MOST],
        running=[outage for outage in announced if outage.starts_at <= now][:MOST],
        without=list(_without_dedicated(communes)),
        communes=counts["communes"],
        written=make.at.get("lines"),
        looked_at=Result.objects.order_by("-pk").values_list("at", flat=True).first(),
    )


def old_devices(by: Actor, now: datetime) -> "QuerySet[Server]":
    """Servers and devices whose warranty is over, the oldest first."""
    servers = Server.objects.filter(watching.within_reach(by), removed=False, ended_on__isnull=True)
    return servers.filter(warranty_until__lt=clock.local(now).date()).order_by("warranty_until", "pk")


def _visible_communes(by: Actor, now: datetime) -> "QuerySet[Unit]":
    """Communes of today that ``by`` may see."""
    communes = units.at(clock.local(now).date()).filter(level=Level.COMMUNE)
    if SEE_INFRASTRUCTURE not in by.everywhere:
        communes = communes.filter(pk__in=by.places(SEE_INFRASTRUCTURE))
    return communes


def _without_dedicated(communes: "QuerySet[Unit]") -> "QuerySet[Unit]":
    """Those of ``communes`` that no dedicated line in use serves."""
    served = Line.objects.filter(kind=Line.Kind.DEDICATED, state="in_use", removed=False, ended_on__isnull=True)
    return communes.exclude(pk__in=served.values("unit"))


def failure_attention(keys: frozenset[int], now: datetime, limit: int) -> AttentionRead:
    """What a leader of these units (of all, without keys) should see: what is down, the longest first."""
    down = Check.objects.filter(active=True, state=Check.State.DOWN)
    down = down.filter(unit__in=keys) if keys else down
    rows = down.order_by("since", "pk").values("ref", "thing_name", "since", "unit__ref")[:limit]
    return DeferredRead(rows, lambda rows: [_is_down(row, now) for row in rows])


def _is_down(row: Row, now: datetime) -> Attention:
    return Attention(
        kind="infrastructure",
        title=_("Không chạy: %(what)s") % {"what": row["thing_name"]},
        href=reverse("infrastructure:check", args=[row["ref"]]),
        unit=row["unit__ref"],
        since=row["since"] or now,
        severity="danger",
    )

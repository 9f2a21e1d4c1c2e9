"""Cases of ministries' systems: found, filtered, counted; steering only."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max, Q, QuerySet
from django.urls import reverse

from tinhso.blocks.cases.models import Case
from tinhso.blocks.cases.queries.rules import ORGANISATION
from tinhso.blocks.indicators.contract import Attention, AttentionRead
from tinhso.blocks.units.models import Alias, Unit
from tinhso.government.public_services.models import ForeignDossier
from tinhso.government.public_services.queries.portal.content import portal_timestamp
from tinhso.kernel.errors import Refused, gettext_noop
from tinhso.kernel.reads import DeferredRead, Row

TOLD = (
    "procedure",
    "name",
    "unit_code",
    "status",
    "submitted_at",
    "received_at",
    "due_at",
    "finished_at",
    "returned_at",
    "unit_id",
)
ENDED = (3, 7, 8, 9, 10)


@dataclass(frozen=True)
class ForeignDossierFilter:
    """How the list is narrowed."""

    words: str = ""
    source: str = ""
    late: bool = False


def live_dossiers() -> QuerySet[ForeignDossier]:
    """What is known now."""
    return ForeignDossier.objects.filter(known__upper_inf=True)


def told_until() -> str:
    """The newest moment of which something was told, as the portal writes moments; empty before the first."""
    return portal_timestamp(ForeignDossier.objects.aggregate(newest=Max("told_at"))["newest"])


def says_the_same(dossier: ForeignDossier, foreign_dossier: ForeignDossier) -> bool:
    """Whether nothing that matters differs."""
    return all(getattr(dossier, name) == getattr(foreign_dossier, name) for name in TOLD)


def unit_finder() -> Callable[[str], Unit | None]:
    """Finds who an organisation code belongs to: a national one, else a unit's own; None where nobody, or not one."""
    units_by_key: dict[str, Unit | None] = {}

    def find(code: str) -> Unit | None:
        if code not in units_by_key:
            units_by_key[code] = _unit_of_code(code) if code else None
        return units_by_key[code]

    return find


def _unit_of_code(code: str) -> Unit | None:
    named = Alias.objects.filter(kind=ORGANISATION, value=code).select_related("unit").order_by("-verified", "pk")
    units_by_key = {alias.unit_id: alias.unit for alias in named}
    own = Unit.objects.filter(code=code, known__upper_inf=True, valid__endswith__isnull=True)
    units = list(units_by_key.values()) or list(own[:2])
    return units[0] if len(units) == 1 else None


def overdue_condition(now: datetime) -> Q:
    """Not finished though the promise has passed."""
    return Q(due_at__lt=now) & ~Q(status__in=ENDED)


def is_late(foreign_dossier: ForeignDossier, now: datetime) -> bool:
    """The same of one."""
    return foreign_dossier.due_at is not None and foreign_dossier.due_at < now and foreign_dossier.status not in ENDED


def known_since() -> datetime | None:
    """When the newest of it became known."""
    newest = live_dossiers().order_by("-known__startswith").first()
    return newest.known.lower if newest else None


def filtered_dossiers(foreign_dossier_filter: ForeignDossierFilter, now: datetime) -> QuerySet[ForeignDossier]:
    """What is known now, the most overdue first where only late ones are wanted, else the newest first."""
    foreign_dossiers = live_dossiers().select_related("unit")
    if foreign_dossier_filter.words:
        foreign_dossiers = foreign_dossiers.filter(
            Q(code__icontains=foreign_dossier_filter.words) | Q(name__icontains=foreign_dossier_filter.words)
        )
    if foreign_dossier_filter.source:
        foreign_dossiers = foreign_dossiers.filter(source=foreign_dossier_filter.source)
    if foreign_dossier_filter.late:
        return foreign_dossiers.filter(overdue_condition(now)).order_by("due_at", "pk")
    return foreign_dossiers.order_by("-told_at", "-pk")


def dossier_sources() -> list[str]:
    """The systems that have told something."""
    return list(live_dossiers().order_by("source").values_list("source", flat=True).distinct())


def late_for_leaders(units: frozenset[int], now: datetime, limit: int) -> AttentionRead:
    """Late ones of ``units`` (of all when empty), the most overdue first, as the operations centre shows them."""
    foreign_dossiers = live_dossiers().filter(overdue_condition(now))
    if units:
        foreign_dossiers = foreign_dossiers.filter(unit__in=units)
    field_names = ("source", "code", "name", "unit_code", "due_at", "unit__name")
    rows = foreign_dossiers.order_by("due_at", "pk").values(*field_names)[:limit]
    return DeferredRead(rows, lambda rows: [_late_dossier(row) for row in rows])


def _late_dossier(row: Row) -> Attention:
    return Attention(
        kind="late_foreign_dossier",
        title=f"{row['source']} {row['code']} · {row['name']}",
        href=reverse("public_services:foreign_one", args=[row["source"], row["code"]]),
        unit=row["unit__name"] or row["unit_code"],
        since=row["due_at"],
    )


def dossier_history(source: str, code: str) -> list[ForeignDossier]:
    """Everything ever known of a case, the newest first; refuses an unknown one."""
    foreign_dossiers = list(
        ForeignDossier.objects.filter(source=source, code=code).select_related("unit").order_by("-known__startswith")
    )
    if not foreign_dossiers:
        raise Refused("unknown_dossier", gettext_noop("Không có hồ sơ này trong dữ liệu của bộ, ngành."))
    return foreign_dossiers


def status_words(status: int) -> str:
    """A status in words."""
    return str(Case.Status(status).label)

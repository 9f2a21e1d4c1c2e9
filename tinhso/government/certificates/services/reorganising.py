"""What a merger, a split or an end of units means for certificates: who answers for them, and what must be done."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from tinhso.blocks.units import queries as units
from tinhso.blocks.units.models import Level, Succession, Unit
from tinhso.government.certificates.contract import CertificateKind, CertificateState
from tinhso.government.certificates.queries import lookup
from tinhso.government.certificates.queries.rules import CHANGE, NONE, REVOKE, rules
from tinhso.government.certificates.rights import MANAGE_CERTIFICATES
from tinhso.government.certificates.services import record
from tinhso.kernel.actor import Actor

CONTINUING, OTHERS, SPLIT, DISSOLVED = "continuing", "others", "split", "dissolved"


@dataclass(frozen=True)
class UnitEnd:
    """How a unit ended on ``day``: of what kind, where its certificates go (to itself where nobody follows)."""

    kind: str
    day: date
    to: Unit
    decision: str = ""


@dataclass(frozen=True)
class Swept:
    """How many certificates must now be changed or revoked, and how many changed hands without more."""

    change: int = 0
    revoke: int = 0
    moved: int = 0

    @property
    def total(self) -> int:
        """All certificates about which something new is known."""
        return self.change + self.revoke + self.moved


def follow_ended_units(*, by: Actor, now: datetime, day: date) -> Swept:
    """Go through the certificates of units that have ended by ``day``; a second time finds nothing to do."""
    by.must_be_able_to(MANAGE_CERTIFICATES)
    counts: dict[str, int] = defaultdict(int)
    ends = ends_of_units(day)
    while waiting := [(ref, unit) for ref, unit, did in _of_ended_units(day) if _is_new(ends[unit], unit, did)]:
        for ref, unit in waiting:
            counts[_follow_unit(ref, unit, ends[unit], by, now)] += 1
    return Swept(counts[CHANGE], counts[REVOKE], counts[NONE])


def _of_ended_units(day: date) -> list[tuple[str, int, str]]:
    """References of certificates whose unit has ended, with its key and what was said of them last."""
    versions = lookup.versions_on(day).exclude(state=CertificateState.REVOKED).filter(unit__valid__endswith__lte=day)
    return list(versions.values_list("certificate__ref", "unit_id", "did").order_by("pk"))


def _is_new(end: UnitEnd, unit: int, did: str) -> bool:
    """Whether there is something to do: of a unit that nobody follows it is said once."""
    return end.to.pk != unit or did != "reorganised"


def ends_of_units(day: date) -> dict[int, UnitEnd]:
    """How every unit that is no more came to its end."""
    edges: dict[int, list[Succession]] = defaultdict(list)
    for edge in Succession.objects.filter(units.known_at_moment()).select_related("after").order_by("pk"):
        edges[edge.before_id].append(edge)
    gone = units.known_now().filter(valid__endswith__lte=day)
    return {unit.pk: _end_of(unit, edges.get(unit.pk, []), day) for unit in gone}


def _end_of(unit: Unit, edges: list[Succession], day: date) -> UnitEnd:
    ended = unit.valid.upper
    if not edges:
        heir = units.agency(unit.code, day) if unit.level == Level.AGENCY else None
        if heir is not None and heir.pk != unit.pk:
            return UnitEnd(CONTINUING, ended, heir)
        return UnitEnd(DISSOLVED, ended, unit)
    if len(edges) > 1:
        same = next((edge for edge in edges if edge.after.code == unit.code), edges[0])
        return UnitEnd(SPLIT, ended, same.after, same.decision)
    edge = edges[0]
    alone = edge.after.code == unit.code or edge.kind != Succession.Kind.MERGE
    return UnitEnd(CONTINUING if alone else OTHERS, ended, edge.after, edge.decision)


@transaction.atomic
def _follow_unit(ref: str, unit: int, end: UnitEnd, by: Actor, now: datetime) -> str:
    """Every word from the unit's end on that still names it; the last one's task is told."""
    certificate = lookup.locked_certificate(ref)
    still = Q(valid__upper_inf=True) | Q(valid__endswith__gt=end.day)
    live = certificate.versions.filter(still, known__upper_inf=True, unit=unit)
    must = NONE
    for version in live.select_related("unit__parent__parent").order_by("valid"):
        must = must_of(version.kind, version.unit, end)
        values: dict[str, Any] = {"unit": end.to}
        if must != NONE and version.must != REVOKE:
            due = end.day + timedelta(days=rules().validity.change_within_days)
            values |= {"must": must, "must_change_since": version.must_change_since or end.day}
            values |= {"must_change_by": version.must_change_by or due}
        if end.decision:
            values["decision"] = end.decision
        since = max(version.valid.lower, end.day)
        record.record_change(certificate, since=since, did="reorganised", by=by, now=now, **values)
    return must


def must_of(kind: str, unit: Unit, end: UnitEnd) -> str:
    """What the rules ask for of a certificate whose unit came to this end; people have rules of their own."""
    table: Mapping[str, str] = rules().merger.get(
        "organisation" if kind in (CertificateKind.ORGANISATION, CertificateKind.SERVICE) else "personal", {}
    )
    text = table.get(end.kind, CHANGE)
    if end.kind == CONTINUING and text == CHANGE and _unit_and_province(unit) == _unit_and_province(end.to):
        return NONE  # what the certificate says of the unit and its province holds
    return text if text in (CHANGE, REVOKE) else NONE


def _unit_and_province(unit: Unit) -> tuple[str, str]:
    """What a certificate says of a unit: its name and its province's."""
    top = unit
    while top.parent is not None:
        top = top.parent
    return unit.name, top.name

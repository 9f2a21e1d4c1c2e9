"""Taking what ministries' systems tell of their cases: kept beside ours, never among them."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from tinhso.blocks.audit import services as audit
from tinhso.blocks.outbox import services as outbox
from tinhso.government.public_services import events
from tinhso.government.public_services.models import ForeignDossier
from tinhso.government.public_services.queries.portal import foreign
from tinhso.government.public_services.queries.portal.content import STAMP
from tinhso.government.public_services.queries.portal.rules import PortalRules, must_have_rules
from tinhso.government.public_services.services.portal import client
from tinhso.government.public_services.services.portal.queueing import RIGHT
from tinhso.kernel.actor import Actor
from tinhso.kernel.clock import VIETNAM

MOMENTS = ("submitted_at", "received_at", "due_at", "finished_at", "returned_at")
INSTANT = timedelta(microseconds=1)
LENGTHS = {"source": 40, "code": 60, "procedure": 40, "name": 500, "unit_code": 60}


@dataclass(frozen=True)
class ForeignDossierCounts:
    """What became of the lines: ``old`` told less than what was known, ``wrong`` could not be read."""

    new: int = 0
    changed: int = 0
    same: int = 0
    old: int = 0
    wrong: int = 0


def fetch_foreign(*, by: Actor, now: datetime) -> ForeignDossierCounts:
    """Ask for what is newer than what is known, and take it."""
    rules = must_have_rules()
    return take_foreign(lines=client.fetch_lines(foreign.told_until(), rules), by=by, now=now)


@transaction.atomic
def take_foreign(*, lines: Iterable[str], by: Actor, now: datetime) -> ForeignDossierCounts:
    """Keep each line (one case as JSON) that tells something new; what was known before stays, closed.

    A line that cannot be read is counted and left out: one bad line does not hold back the others.
    """
    by.must_be_able_to(RIGHT)
    rules, foreign_dossier_counts, units = must_have_rules(), ForeignDossierCounts(), foreign.unit_finder()
    for line in filter(str.strip, lines):
        foreign_dossier = _parsed_dossier(line, rules)
        if foreign_dossier is None:
            foreign_dossier_counts = replace(foreign_dossier_counts, wrong=foreign_dossier_counts.wrong + 1)
            continue
        foreign_dossier.unit = units(foreign_dossier.unit_code)
        outcome = _keep_dossier(foreign_dossier, now)
        foreign_dossier_counts = replace(
            foreign_dossier_counts, **{outcome: getattr(foreign_dossier_counts, outcome) + 1}
        )
    if foreign_dossier_counts.new or foreign_dossier_counts.changed or foreign_dossier_counts.wrong:
        audit.record(
            by=by, did="took foreign dossiers", to=(ForeignDossier._meta.label, ""), after=vars(foreign_dossier_counts)
        )
    if foreign_dossier_counts.new or foreign_dossier_counts.changed:
        outbox.emit(
            events.ForeignDossiersTaken(
                new=foreign_dossier_counts.new, changed=foreign_dossier_counts.changed, by=by.ref
            )
        )
    return foreign_dossier_counts


def _keep_dossier(foreign_dossier: ForeignDossier, now: datetime) -> str:
    live = (
        ForeignDossier.objects.select_for_update(of=("self",))
        .filter(source=foreign_dossier.source, code=foreign_dossier.code, known__upper_inf=True)
        .first()
    )
    if live is not None:
        if foreign.says_the_same(foreign_dossier, live):
            return "same"
        if foreign_dossier.told_at < live.told_at:
            return "old"
        now = max(now, live.known.lower + INSTANT)  # two lines of one reading may be about one case
        live.known = DateTimeTZRange(live.known.lower, now, "[)")
        live.save(update_fields=["known"])
    foreign_dossier.known = DateTimeTZRange(now, None, "[)")
    foreign_dossier.save()
    return "new" if live is None else "changed"


def _parsed_dossier(line: str, rules: PortalRules) -> ForeignDossier | None:
    try:
        dossier_data = json.loads(line)
        values: dict[str, Any] = {ours: dossier_data.get(theirs) for ours, theirs in rules.inbound.items()}
        text = {name: str(values.get(name) or "").replace("\0", "").strip() for name in LENGTHS}
        if not text["source"] or not text["code"] or any(len(text[name]) > most for name, most in LENGTHS.items()):
            return None
        status = int(str(values["status"]))
        if not 1 <= status <= 10:
            return None
        moments = {name: _parse_moment(values.get(name)) for name in MOMENTS}
        told_at = _parse_moment(values["told_at"])
    except (ValueError, KeyError, AttributeError, RecursionError):
        return None
    return None if told_at is None else ForeignDossier(**text, **moments, status=status, told_at=told_at)


def _parse_moment(said: object) -> datetime | None:
    return datetime.strptime(str(said), STAMP).replace(tzinfo=VIETNAM) if said else None

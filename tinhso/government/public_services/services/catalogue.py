"""Writing versions: what was formerly known is copied aside before a live row changes, so that nothing is rewritten."""

from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange, DateTimeTZRange
from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.blocks.bpmn.rights import MANAGE_PROCEDURES
from tinhso.blocks.outbox import services as outbox
from tinhso.government.public_services import events
from tinhso.government.public_services.models import Alias, Procedure, Version
from tinhso.government.public_services.queries import changes, documents
from tinhso.government.public_services.queries.changes import CORRECTED, ENDED, NEW, NEXT, CataloguePlan, PlannedStep
from tinhso.government.public_services.queries.documents import Document
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused

BATCH = 500
LOCK = 0x7474_6863  # "tthc": one change of the catalogue at a time
COLUMNS = [
    field.name
    for field in Version._meta.fields
    if field.name not in ("id", "procedure", "ref")  # what makes a version that version
]


@dataclass(frozen=True)
class Done:
    """What was changed: how many, and the references of the versions."""

    plan: CataloguePlan
    touched: tuple[str, ...]


@transaction.atomic
def put_versions(
    *,
    given: Iterable[Document],
    by: Actor,
    now: datetime,
    whole_from: date | None = None,
    run: str = "",
) -> Done:
    """Take in versions in their normal form: add, correct, end; what is the same stays as it is.

    ``whole_from`` says that they are the whole catalogue from that day on. ``run`` names the import behind it.
    """
    by.must_be_able_to(MANAGE_PROCEDURES)
    lock_catalogue()
    planned = changes.plan_changes(given, whole_from=whole_from)
    if not planned.steps:
        return Done(planned, ())
    touched = _write_plan(planned, now)
    counts = {kind: planned.count(kind) for kind in (NEW, NEXT, CORRECTED, ENDED)}
    codes = sorted({step.document["code"] for step in planned.steps})
    audit.record(
        by=by, did="changed procedures", to=(Procedure._meta.label, run or "all"), after=counts | _first_codes(codes)
    )
    _announce_changes(counts, run, by)
    return Done(planned, tuple(touched))


def lock_catalogue() -> None:
    """Wait for whoever changes the catalogue now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _first_codes(codes: Sequence[str]) -> dict[str, object]:
    return {"codes": list(codes[:BATCH])}


def _announce_changes(counts: dict[str, int], run: str, by: Actor) -> None:
    catalogue_changed = events.CatalogueChanged(
        run=run, new=counts[NEW], versions=counts[NEXT], corrected=counts[CORRECTED], ended=counts[ENDED], by=by.ref
    )
    outbox.emit(catalogue_changed)


def _write_plan(planned: CataloguePlan, now: datetime) -> list[str]:
    procedures = _planned_procedures(planned)
    _add_aliases(planned, procedures)
    corrected = [step for step in planned.steps if step.live is not None]
    rewrite_versions([(step.live, _as_wanted(step)) for step in corrected if step.live is not None], now)
    added = [_new_version(step.document, procedures, now) for step in planned.steps if step.live is None]
    Version.objects.bulk_create(added, batch_size=BATCH)
    return [documents.ref_of(step.document) for step in planned.steps]


def _planned_procedures(planned: CataloguePlan) -> dict[str, Procedure]:
    """Procedures of all steps; new ones are made, and one that was given its national code says so."""
    procedures_by_key = dict(planned.procedures)
    document_by_code = {step.document["code"]: step.document for step in planned.steps}
    new = [
        documents.procedure_of(document) for code, document in document_by_code.items() if code not in procedures_by_key
    ]
    Procedure.objects.bulk_create(new, batch_size=BATCH)
    for code, document in document_by_code.items():
        procedure = procedures_by_key.get(code)
        if procedure is not None and procedure.has_local_code != document["local_code"]:
            procedure.has_local_code = document["local_code"]
            procedure.save(update_fields=["has_local_code"])
    return procedures_by_key | {procedure.code: procedure for procedure in new}


def _add_aliases(planned: CataloguePlan, procedures: dict[str, Procedure]) -> None:
    rows = [Alias(procedure=procedures[code], value=value) for code, all_ in planned.aliases.items() for value in all_]
    Alias.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)


def _new_version(document: Document, procedures: dict[str, Procedure], now: datetime) -> Version:
    start, end = document["effective_from"], document["effective_to"]
    return Version(
        procedure=procedures[document["code"]],
        ref=documents.ref_of(document),
        effective=DateRange(date.fromisoformat(start), date.fromisoformat(end) if end else None, "[)"),
        known=DateTimeTZRange(now, None, "[)"),
        **documents.columns_of(document),
    )


def _as_wanted(step: PlannedStep) -> Version:
    live = step.live
    assert live is not None
    return _new_version(step.document, {live.procedure.code: live.procedure}, live.known.lower)


def rewrite_versions(pairs: Sequence[tuple[Version, Version]], now: datetime) -> None:
    """Give live rows (first) what is said now (second), and keep what they said until ``now`` in rows of their own."""
    formers = []
    for live, version in pairs:
        if live.known.lower >= now:
            raise Refused("changed_since", _("Danh mục vừa được đổi vào đúng lúc này. Hãy thử lại."))
        former = copy(live)
        former.pk, former._state = None, type(live._state)()
        former.known = DateTimeTZRange(live.known.lower, now, "[)")
        formers.append(former)
        for name in COLUMNS:
            setattr(live, name, getattr(version, name))
        live.known = DateTimeTZRange(now, None, "[)")
    Version.objects.bulk_create(  # faster than as many updates: the rows are there already
        [live for live, _version in pairs],
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=COLUMNS,
    )
    Version.objects.bulk_create(formers, batch_size=BATCH)

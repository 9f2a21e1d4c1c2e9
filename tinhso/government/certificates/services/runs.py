"""Files that are read, wait for a yes, are taken in at once, and can be taken back."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.blocks.outbox import services as outbox
from tinhso.blocks.units import queries as units
from tinhso.government.certificates import events
from tinhso.government.certificates.models import Batch, Certificate, Run
from tinhso.government.certificates.queries import answers, inventory, lookup, sheets
from tinhso.government.certificates.queries import requests as requests_queries
from tinhso.government.certificates.rights import MANAGE_CERTIFICATES
from tinhso.government.certificates.services import answering, record
from tinhso.kernel import clock, refs
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused

WAITS = timedelta(hours=2)
LOCK = 0x435454  # the register takes one file at a time
Touched = list[dict[str, Any]]


@dataclass(frozen=True)
class RunOutcome:
    """What reading a file gave: the run that waits for a yes, or the faults; columns left aside, and warnings."""

    run: Run | None
    problems: list[sheets.SheetProblem]
    warnings: list[sheets.SheetProblem]
    aside: list[str]


@transaction.atomic
def hold_inventory(
    *, file_name: str, content: bytes, by: Actor, now: datetime, day: date, mapping: dict[str, str] | None = None
) -> RunOutcome:
    """Read a list of existing certificates without changing the register."""
    by.must_be_able_to(MANAGE_CERTIFICATES)
    plan = inventory.read_inventory(file_name, content, day=day, mapping=mapping)
    if plan.sheet.problems:
        return RunOutcome(None, plan.sheet.problems, plan.warnings, plan.sheet.aside)
    run = _hold_run(Run.Kind.INVENTORY, file_name, plan.lines, plan.changes, by, now)
    return RunOutcome(run, [], plan.warnings, plan.sheet.aside)


@transaction.atomic
def hold_answers(*, batch: str, file_name: str, content: bytes, by: Actor, now: datetime) -> RunOutcome:
    """Read the cipher agency's answers to a batch without changing anything."""
    batch_row = requests_queries.batch_by_ref(batch, by=by)
    plan = answers.read_answers(batch_row, file_name, content)
    if plan.sheet.problems:
        return RunOutcome(None, plan.sheet.problems, [], plan.sheet.aside)
    run = _hold_run(Run.Kind.ANSWERS, file_name, plan.lines, plan.changes, by, now, batch=batch_row)
    return RunOutcome(run, [], [], plan.sheet.aside)


def _hold_run(
    kind: str,
    name: str,
    lines: list[dict[str, Any]],
    changes: list[dict[str, Any]],
    by: Actor,
    now: datetime,
    batch: Batch | None = None,
) -> Run:
    Run.objects.filter(state=Run.State.HELD, expires_at__lte=now).delete()
    return Run.objects.create(
        ref=refs.new_ref("NT"),
        kind=kind,
        batch=batch,
        file_name=name[-200:],
        at=now,
        by=by.ref,
        by_name=by.name,
        expires_at=now + WAITS,
        lines=lines,
        report=changes,
    )


def waiting_run(ref: str, *, by: Actor, now: datetime) -> Run:
    """A file that its sender may still confirm."""
    run = Run.objects.select_for_update().filter(ref=ref, by=by.ref, state=Run.State.HELD, expires_at__gt=now).first()
    if run is None:
        raise Refused("upload_expired", _("Không còn tệp nào chờ bạn xác nhận ở đây: đã hết hạn, hoặc đã nhập."))
    return run


@transaction.atomic
def confirm(*, ref: str, by: Actor, now: datetime) -> Run:
    """Take in what is held, all of it or nothing; refused when the register has changed since it was looked at."""
    by.must_be_able_to(MANAGE_CERTIFICATES)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    run = waiting_run(ref, by=by, now=now)
    if run.kind == Run.Kind.ANSWERS:
        touched = answering.apply_answers(run, by=by, now=now)
    else:
        if _changes_now(run) != run.report:
            raise Refused(
                "changed_since", _("Sổ đã đổi từ khi bạn xem trước. Hãy tải tệp lên lại để xem thay đổi mới.")
            )
        touched = _write_inventory(run, by, now)
    run.state, run.at, run.touched, run.lines = Run.State.DONE, now, touched, []
    run.report = [change for change in run.report if change["kind"] != inventory.SAME]
    run.save()
    audit.record(by=by, did="certificates imported", to=run, after={"kind": run.kind, "touched": len(touched)})
    outbox.emit(events.RegisterImported(ref=run.ref, certificates=len(touched), by=by.ref))
    return run


def _changes_now(run: Run) -> list[dict[str, Any]]:
    return inventory.planned_changes(run.lines)


def _write_inventory(run: Run, by: Actor, now: datetime) -> Touched:
    places = {unit.ref: unit for unit in units.known_now().filter(ref__in={line["unit"] for line in run.lines})}
    touched: Touched = []
    for line, change in zip(run.lines, run.report, strict=True):
        if change["kind"] == inventory.SAME:
            continue
        values = _line_values(line) | {"unit": places[line["unit"]]}
        by.must_be_able_to(MANAGE_CERTIFICATES, at=values["unit"])
        common: dict[str, Any] = {"did": "imported", "by": by, "now": now, "source": run.ref}
        if change["kind"] == inventory.NEW:
            version = record.register_certificate(
                issuer=line["issuer"], serial=line["serial"], since=values["first_day"], **common, **values
            )
        else:
            certificate = lookup.locked_certificate(change["ref"])
            names = {field["name"] for field in change["fields"]}
            since = max(
                clock.local(now).date(), certificate.versions.filter(known__upper_inf=True).latest("valid").valid.lower
            )
            version = record.record_change(certificate, since=since, **common, **{key: values[key] for key in names})
        touched.append({"certificate": version.certificate.ref, "at": version.known.lower.isoformat()})
    return touched


def _line_values(line: dict[str, Any]) -> dict[str, Any]:
    column_names = (
        "kind",
        "state",
        "subject",
        "holder",
        "post_title",
        "id_number",
        "phone",
        "key_usage",
        "device",
        "device_serial",
        "reason",
        "decision",
    )
    days = {name: date.fromisoformat(line[name]) for name in ("first_day", "last_day")}
    return {name: line[name] for name in column_names} | days


@transaction.atomic
def undo(*, ref: str, by: Actor, now: datetime) -> Run:
    """Make the register say again what it said before a file was taken in; what the file said stays as once known.

    Refused when one of its certificates or requests was changed afterwards.
    """
    by.must_be_able_to(MANAGE_CERTIFICATES)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    run = Run.objects.select_for_update().filter(ref=ref, state=Run.State.DONE).first()
    if run is None:
        raise Refused("unknown_import", _("Không có lần nhập nào như vậy, hoặc nó đã được hoàn tác."))
    for touched_entry in run.touched:
        if touched_entry.get("certificate"):
            certificate = Certificate.objects.select_for_update().get(ref=touched_entry["certificate"])
            record.take_back(certificate, run_at=datetime.fromisoformat(touched_entry["at"]), by=by, now=now)
    answering.take_back(run, by=by, now=now)
    run.state, run.undone_at, run.undone_by = Run.State.UNDONE, now, by.name
    run.save(update_fields=["state", "undone_at", "undone_by"])
    audit.record(by=by, did="certificates import undone", to=run, after={"touched": len(run.touched)})
    outbox.emit(events.RegisterImported(ref=run.ref, certificates=len(run.touched), by=by.ref, undone=True))
    return run

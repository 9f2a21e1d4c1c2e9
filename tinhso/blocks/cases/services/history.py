"""Dossiers that come with their history: from another system, or made up for a demo; never passed off as filed here."""

from collections import Counter as Tally
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction

from tinhso.blocks.audit import services as audit
from tinhso.blocks.cases.contract import Applicant, Channel, ProcedureOption, Status
from tinhso.blocks.cases.models import Case, Counter, Entry, Party, Pause, Task
from tinhso.blocks.cases.queries import promises, secrets
from tinhso.blocks.cases.queries.rules import organisation_code, rules
from tinhso.blocks.cases.queries.steps import HANDING_OUT, RECEPTION, first_step
from tinhso.blocks.cases.rights import LOAD_DOSSIERS, RECEIVE_CASES
from tinhso.blocks.units.models import Unit
from tinhso.kernel import clock, deadlines
from tinhso.kernel.actor import Actor
from tinhso.kernel.deadlines import Deadline
from tinhso.kernel.text import fold

A_BATCH = 2000


@dataclass(frozen=True)
class Worked:
    """A step that was done: ``key`` and ``name`` as its process has them, at whose post, when, and by whom."""

    key: str
    name: str
    right: str
    unit: Unit
    opened_at: datetime
    done_at: datetime
    by: str = ""
    by_name: str = ""
    due_at: datetime | None = None
    outcome: str = ""


@dataclass(frozen=True)
class Past:
    """A dossier as another system tells it: moments that have not come are None.

    ``steps`` are those that were done, in order, where that is known. ``asked`` is when the applicant was asked for
    more and (if it has happened) answered; ``closed`` is how it ended without a result: the status, the moment, the
    reason.
    """

    offer: ProcedureOption
    applicant: Applicant
    channel: Channel
    receiving: Unit
    competent: Unit
    submitted_at: datetime
    received_at: datetime | None = None
    asked: tuple[datetime, datetime | None] | None = None
    finished_at: datetime | None = None
    returned_at: datetime | None = None
    closed: tuple[Status, datetime, str] | None = None
    number: str = ""
    rating: int | None = None
    steps: tuple[Worked, ...] = ()


def load_past(*, past: Iterable[Past], origin: Case.Origin, by: Actor, now: datetime) -> int:
    """Keep dossiers with what happened to them, many at a time; says how many. Codes go on where each day left off."""
    by.must_be_able_to(LOAD_DOSSIERS)
    loaded = 0
    for batch in _past_batches(past):
        with transaction.atomic():
            loaded += _insert_batch(batch, origin, by, now)
    audit.record(by=by, did="loaded dossiers", to=(Case._meta.label, str(origin)), after={"count": loaded})
    return loaded


def _past_batches(past: Iterable[Past]) -> Iterator[list[Past]]:
    batch: list[Past] = []
    for one in past:
        batch.append(one)
        if len(batch) == A_BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _insert_batch(batch: Sequence[Past], origin: Case.Origin, by: Actor, now: datetime) -> int:
    codes = _next_codes(batch)
    cases = [_past_case(one, code, origin, now) for one, code in zip(batch, codes, strict=True)]
    Case.objects.bulk_create(cases)
    Party.objects.bulk_create(_past_party(one, case) for one, case in zip(batch, cases, strict=True))
    Entry.objects.bulk_create(
        entry for one, case in zip(batch, cases, strict=True) for entry in _past_entries(one, case, by)
    )
    Task.objects.bulk_create(task for one, case in zip(batch, cases, strict=True) for task in _past_tasks(one, case))
    Pause.objects.bulk_create(
        Pause(case=case, kind=Pause.Kind.SUPPLEMENT, since=one.asked[0], until=one.asked[1], reasons=rules_said())
        for one, case in zip(batch, cases, strict=True)
        if one.asked
    )
    return len(cases)


def rules_said() -> list[str]:
    """The first of the province's reasons for asking for more."""
    return rules().reasons_for("supplement")[:1]


def _next_codes(batch: Sequence[Past]) -> list[str]:
    """The next codes of each organisation and day, in the order of filing."""
    organisations = {unit: organisation_code(unit) for unit in {one.receiving for one in batch}}
    keys = [(organisations[one.receiving], clock.local(one.submitted_at).date()) for one in batch]
    last: dict[tuple[str, object], int] = {}
    for (organisation, day), wanted in sorted(Tally(keys).items()):
        Counter.objects.bulk_create([Counter(organisation=organisation, day=day)], ignore_conflicts=True)
        counter = Counter.objects.select_for_update().get(organisation=organisation, day=day)
        last[organisation, day] = counter.last
        counter.last += wanted
        counter.save(update_fields=["last"])
    codes = []
    for organisation, day in keys:
        last[organisation, day] += 1
        codes.append(f"{organisation}-{day:%y%m%d}-{last[organisation, day]:04d}")
    return codes


def _past_status(one: Past, now: datetime) -> Status:
    if one.closed:
        return one.closed[0]
    if one.returned_at:
        return Status.RETURNED
    if one.finished_at:
        return Status.FINISHED
    if one.asked and (one.asked[1] is None or one.asked[1] > now):
        return Status.AWAITING_SUPPLEMENT
    return Status.IN_PROCESS if one.received_at else Status.FILED


def _past_promise(one: Past, now: datetime) -> Deadline | None:
    duration = one.offer.duration
    if one.received_at is None or (duration is None and not one.offer.at_once):
        return None
    pauses = [deadlines.ClockPause(*one.asked)] if one.asked else []
    span = duration or deadlines.Duration(0)
    return deadlines.deadline_of(
        one.received_at, span, promises.office_hours(), pauses=pauses, now=one.finished_at or now
    )


def _past_case(one: Past, code: str, origin: Case.Origin, now: datetime) -> Case:
    offer, duration, promise, status = one.offer, one.offer.duration, _past_promise(one, now), _past_status(one, now)
    return Case(
        code=code,
        origin=origin,
        provider=offer.provider,
        procedure=offer.code,
        version=offer.version,
        option=offer.option,
        option_name=offer.option_name,
        name=offer.name,
        field_code=offer.field_code,
        field=offer.field,
        result=offer.result,
        channel=one.channel,
        receiving_unit=one.receiving,
        origin_unit=one.competent,
        unit=one.competent,
        status=status,
        resumes_as=Status.IN_PROCESS if status is Status.AWAITING_SUPPLEMENT else None,
        submitted_at=one.submitted_at,
        received_at=one.received_at,
        amount=duration.amount if duration else None,
        measure=duration.unit if duration else "",
        at_once=offer.at_once,
        first_due_at=promise.at if promise else None,
        due_at=promise.at if promise else None,
        provisional=bool(promise and promise.provisional),
        finished_at=one.finished_at,
        returned_at=one.returned_at,
        closed_why=one.closed[2] if one.closed else "",
        outcome=offer.result if one.finished_at else "",
        outcome_number=one.number if one.finished_at else "",
        papers=[asdict(paper) | {"given": True} for paper in offer.papers],
        charges=[asdict(charge) for charge in offer.charges],
        rating=one.rating,
        entries_count=len(_past_events(one)),
        tasks_count=len(one.steps) + (_waiting_step(one, status) is not None),
        search_text=fold(f"{code} {one.applicant.name} {offer.code} {offer.name}"),
    )


def _past_party(one: Past, case: Case) -> Party:
    told = one.applicant
    return Party(
        case=case,
        kind=told.kind,
        name=told.name,
        id_number=told.id_number,
        owner=secrets.owner_key(told.id_number),
        phone=told.phone,
        email=told.email,
        address=told.address,
    )


def _past_events(one: Past) -> list[tuple[datetime, str, Status, str]]:
    """What happened, in order: moment, what, the status afterwards, a note."""
    found = [(one.submitted_at, "filed", Status.FILED, "")]
    if one.received_at:
        found.append((one.received_at, "received", Status.RECEIVED, ""))
    if one.asked:
        found.append((one.asked[0], "asked_supplement", Status.AWAITING_SUPPLEMENT, "\n".join(rules_said())))
        if one.asked[1]:
            found.append((one.asked[1], "supplemented", Status.IN_PROCESS, ""))
    if one.finished_at:
        found.append((one.finished_at, "finished", Status.FINISHED, ""))
    if one.returned_at:
        found.append((one.returned_at, "returned", Status.RETURNED, ""))
    if one.closed:
        did = {Status.DECLINED: "declined", Status.WITHDRAWN: "withdrawn"}.get(one.closed[0], "stopped")
        found.append((one.closed[1], did, one.closed[0], one.closed[2]))
    return found


def _past_entries(one: Past, case: Case, by: Actor) -> Iterator[Entry]:
    for number, (at, did, status, note) in enumerate(_past_events(one), 1):
        where = case.receiving_unit if did in ("filed", "received", "returned", "declined") else case.unit
        yield Entry(
            case=case, number=number, at=at, by=by.ref, by_name=by.name, unit=where, did=did, status=status, note=note
        )


def _waiting_step(one: Past, status: Status) -> tuple[str, str, str, Unit] | None:
    """The step that waits: key, name, right, unit; None where nothing does."""
    if status is Status.FILED:
        return RECEPTION, "Kiểm tra và tiếp nhận", RECEIVE_CASES, one.receiving
    if status is Status.FINISHED:
        return HANDING_OUT, "Trả kết quả", RECEIVE_CASES, one.receiving
    if status in (Status.IN_PROCESS, Status.AWAITING_SUPPLEMENT):
        step = first_step(one.offer.code)
        return step.id, step.name or step.id, step.right, one.competent
    return None


def _past_tasks(one: Past, case: Case) -> Iterator[Task]:
    """The steps that were done, then the one that waits."""
    for number, step in enumerate(one.steps, 1):
        yield Task(
            case=case,
            number=number,
            key=step.key,
            name=step.name,
            right=step.right,
            unit=step.unit,
            opened_at=step.opened_at,
            due_at=step.due_at or case.due_at,
            done_at=step.done_at,
            done_by=step.by,
            done_by_name=step.by_name,
            outcome=step.outcome,
        )
    place = _waiting_step(one, Status(case.status))
    if place is not None:
        key, name, right, unit = place
        yield Task(
            case=case,
            number=len(one.steps) + 1,
            key=key,
            name=name,
            right=right,
            unit=unit,
            opened_at=one.finished_at or one.received_at or one.submitted_at,
            due_at=case.due_at,
            waiting=case.status == Status.AWAITING_SUPPLEMENT,
        )

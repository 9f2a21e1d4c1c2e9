"""Cases that come with their history: from another system, or made up for a demo; never passed off as filed here."""

from collections import Counter as Tally
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cache

from django.db import transaction

from tinhso.blocks.audit import services as audit
from tinhso.blocks.bpmn.queries.shapes import ProcessNode
from tinhso.blocks.bulk.services import copy_objects
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
AT_A_STEP = (Status.FILED, Status.IN_PROCESS, Status.AWAITING_SUPPLEMENT, Status.FINISHED)  # somebody has a step to do


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
    """A case as another system tells it: moments that have not come are None.

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


@dataclass(frozen=True)
class HistoryLoading:
    """What is the same for all cases of one loading; ``reasons`` is the first of the province's for asking for more."""

    origin: Case.Origin
    by: Actor
    now: datetime
    first_step: Callable[[str], ProcessNode]
    reasons: list[str]


def load_past(*, past: Iterable[Past], origin: Case.Origin, by: Actor, now: datetime) -> int:
    """Keep cases with what happened to them, many at a time; says how many. Codes go on where each day left off."""
    by.must_be_able_to(LOAD_DOSSIERS)
    loading = HistoryLoading(origin, by, now, cache(first_step), rules().reasons_for("supplement")[:1])
    loaded = 0
    for batch in _past_batches(past):
        with transaction.atomic():
            loaded += _insert_batch(batch, loading)
    audit.record(by=by, did="loaded dossiers", to=(Case._meta.label, str(origin)), after={"count": loaded})
    return loaded


def _past_batches(past: Iterable[Past]) -> Iterator[list[Past]]:
    batch: list[Past] = []
    for past_case in past:
        batch.append(past_case)
        if len(batch) == A_BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _insert_batch(batch: Sequence[Past], loading: HistoryLoading) -> int:
    codes = _next_codes(batch)
    cases = copy_objects(_past_case(past, code, loading) for past, code in zip(batch, codes, strict=True))
    loaded = list(zip(batch, cases, strict=True))
    copy_objects(_past_party(past, case) for past, case in loaded)
    copy_objects(entry for past, case in loaded for entry in _past_entries(past, case, loading))
    copy_objects(task for past, case in loaded for task in _past_tasks(past, case, loading))
    copy_objects(
        Pause(
            case=case,
            kind=Pause.Kind.SUPPLEMENT,
            since=past.asked[0],
            until=past.asked[1],
            reasons=loading.reasons,
        )
        for past, case in loaded
        if past.asked
    )
    return len(cases)


def _next_codes(batch: Sequence[Past]) -> list[str]:
    """The next codes of each organisation and day, in the order of filing."""
    organisations = {unit: organisation_code(unit) for unit in {past.receiving for past in batch}}
    keys = [(organisations[past.receiving], clock.local(past.submitted_at).date()) for past in batch]
    last: dict[tuple[str, object], int] = {}
    for (organisation, day), code_count in sorted(Tally(keys).items()):
        Counter.objects.bulk_create([Counter(organisation=organisation, day=day)], ignore_conflicts=True)
        counter = Counter.objects.select_for_update().get(organisation=organisation, day=day)
        last[organisation, day] = counter.last
        counter.last += code_count
        counter.save(update_fields=["last"])
    codes = []
    for organisation, day in keys:
        last[organisation, day] += 1
        codes.append(f"{organisation}-{day:%y%m%d}-{last[organisation, day]:04d}")
    return codes


def _past_status(past: Past, now: datetime) -> Status:
    if past.closed:
        return past.closed[0]
    if past.returned_at:
        return Status.RETURNED
    if past.finished_at:
        return Status.FINISHED
    if past.asked and (past.asked[1] is None or past.asked[1] > now):
        return Status.AWAITING_SUPPLEMENT
    return Status.IN_PROCESS if past.received_at else Status.FILED


def _past_promise(past: Past, now: datetime) -> Deadline | None:
    duration = past.offer.duration
    if past.received_at is None or (duration is None and not past.offer.at_once):
        return None
    pauses = [deadlines.ClockPause(*past.asked)] if past.asked else []
    span = duration or deadlines.Duration(0)
    return deadlines.deadline_of(
        past.received_at, span, promises.office_hours(), pauses=pauses, now=past.finished_at or now
    )


def _past_case(past: Past, code: str, loading: HistoryLoading) -> Case:
    offer, duration = past.offer, past.offer.duration
    promise, status = _past_promise(past, loading.now), _past_status(past, loading.now)
    return Case(
        code=code,
        origin=loading.origin,
        provider=offer.provider,
        procedure=offer.code,
        version=offer.version,
        option=offer.option,
        option_name=offer.option_name,
        name=offer.name,
        field_code=offer.field_code,
        field=offer.field,
        result=offer.result,
        channel=past.channel,
        receiving_unit=past.receiving,
        origin_unit=past.competent,
        unit=past.competent,
        status=status,
        resumes_as=Status.IN_PROCESS if status is Status.AWAITING_SUPPLEMENT else None,
        submitted_at=past.submitted_at,
        received_at=past.received_at,
        amount=duration.amount if duration else None,
        measure=duration.unit if duration else "",
        at_once=offer.at_once,
        first_due_at=promise.at if promise else None,
        due_at=promise.at if promise else None,
        provisional=bool(promise and promise.provisional),
        finished_at=past.finished_at,
        returned_at=past.returned_at,
        closed_why=past.closed[2] if past.closed else "",
        outcome=offer.result if past.finished_at else "",
        outcome_number=past.number if past.finished_at else "",
        papers=[asdict(paper) | {"given": True} for paper in offer.papers],
        charges=[asdict(charge) for charge in offer.charges],
        rating=past.rating,
        entries_count=len(_past_events(past, loading)),
        tasks_count=len(past.steps) + (status in AT_A_STEP),
        search_text=fold(f"{code} {past.applicant.name} {offer.code} {offer.name}"),
    )


def _past_party(past: Past, case: Case) -> Party:
    applicant = past.applicant
    return Party(
        case=case,
        kind=applicant.kind,
        name=applicant.name,
        id_number=applicant.id_number,
        owner=secrets.owner_key(applicant.id_number),
        phone=applicant.phone,
        email=applicant.email,
        address=applicant.address,
    )


def _past_events(past: Past, loading: HistoryLoading) -> list[tuple[datetime, str, Status, str]]:
    """What happened, in order: moment, what, the status afterwards, a note."""
    events = [(past.submitted_at, "filed", Status.FILED, "")]
    if past.received_at:
        events.append((past.received_at, "received", Status.RECEIVED, ""))
    if past.asked:
        events.append((past.asked[0], "asked_supplement", Status.AWAITING_SUPPLEMENT, "\n".join(loading.reasons)))
        if past.asked[1]:
            events.append((past.asked[1], "supplemented", Status.IN_PROCESS, ""))
    if past.finished_at:
        events.append((past.finished_at, "finished", Status.FINISHED, ""))
    if past.returned_at:
        events.append((past.returned_at, "returned", Status.RETURNED, ""))
    if past.closed:
        did = {Status.DECLINED: "declined", Status.WITHDRAWN: "withdrawn"}.get(past.closed[0], "stopped")
        events.append((past.closed[1], did, past.closed[0], past.closed[2]))
    return events


def _past_entries(past: Past, case: Case, loading: HistoryLoading) -> Iterator[Entry]:
    by = loading.by
    for number, (at, did, status, note) in enumerate(_past_events(past, loading), 1):
        where = case.receiving_unit if did in ("filed", "received", "returned", "declined") else case.unit
        yield Entry(
            case=case, number=number, at=at, by=by.ref, by_name=by.name, unit=where, did=did, status=status, note=note
        )


def _waiting_step(past: Past, status: Status, loading: HistoryLoading) -> tuple[str, str, str, Unit]:
    """The step that a case of one of the statuses in ``AT_A_STEP`` waits at: key, name, right, unit."""
    if status is Status.FILED:
        return RECEPTION, "Kiểm tra và tiếp nhận", RECEIVE_CASES, past.receiving
    if status is Status.FINISHED:
        return HANDING_OUT, "Trả kết quả", RECEIVE_CASES, past.receiving
    step = loading.first_step(past.offer.code)
    return step.id, step.name or step.id, step.right, past.competent


def _past_tasks(past: Past, case: Case, loading: HistoryLoading) -> Iterator[Task]:
    """The steps that were done, then the one that waits."""
    for number, step in enumerate(past.steps, 1):
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
    status = Status(case.status)
    if status in AT_A_STEP:
        key, name, right, unit = _waiting_step(past, status, loading)
        yield Task(
            case=case,
            number=len(past.steps) + 1,
            key=key,
            name=name,
            right=right,
            unit=unit,
            opened_at=past.finished_at or past.received_at or past.submitted_at,
            due_at=case.due_at,
            waiting=case.status == Status.AWAITING_SUPPLEMENT,
        )

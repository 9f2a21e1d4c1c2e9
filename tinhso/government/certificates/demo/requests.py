"""Illustrative requests: those that brought about what the register says, and some in every state."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from random import Random
from typing import Any

from tinhso.blocks.units import queries as units
from tinhso.blocks.units.models import Unit
from tinhso.government.certificates import services
from tinhso.government.certificates.contract import RequestPurpose
from tinhso.government.certificates.demo.lives import Life
from tinhso.government.certificates.models import Batch, Certificate, Entry, Request
from tinhso.government.certificates.queries import exports, lookup, request_form
from tinhso.government.certificates.rights import (
    APPROVE_CERTIFICATES,
    ASK_FOR_CERTIFICATES,
    MANAGE_CERTIFICATES,
    SEE_CERTIFICATES,
)
from tinhso.kernel import clock, refs
from tinhso.kernel.actor import Actor
from tinhso.kernel.clock import VIETNAM
from tinhso.kernel.errors import Refused
from tinhso.kernel.text import fold

RIGHTS = frozenset({SEE_CERTIFICATES, ASK_FOR_CERTIFICATES, APPROVE_CERTIFICATES, MANAGE_CERTIFICATES})
CLERK, HEAD, OFFICER = (
    Actor(ref=f"demo:{code}", name=f"{name} (minh họa)", kind="program", everywhere=RIGHTS)
    for code, name in (("clerk", "Người lập"), ("head", "Lãnh đạo đơn vị"), ("officer", "Đầu mối"))
)
ASKS = {"changed": RequestPurpose.CHANGE, "revoked": RequestPurpose.REVOKE, "renewed": RequestPurpose.RENEW}
A_BATCH = 40
STEPS = ("draft", "submitted", "approved", "accepted", "sent", "answered", "handed")


def make_requests(values: Mapping[str, Any], seed: str, lives: Sequence[Life], *, by: Actor, now: datetime) -> None:
    """Requests that are over, and a set in every state for some units."""
    draw = Random(f"{seed}-requests")
    _make_finished(values, draw, lives, now)
    for place in values["live"]["units"]:
        unit = units.known_now().filter(ref=place).first()
        if unit is not None:
            _make_open_requests(unit, draw, values["issuer"], now)
    Request.objects.filter(made_by=CLERK.ref).update(is_demo=True)


def _make_finished(values: Mapping[str, Any], draw: Random, lives: Sequence[Life], now: datetime) -> None:
    """The last changes of the register, as the requests that led to them, batch by batch."""
    events = sorted(
        ((day, did, life) for life in lives for day, did, _changes in life.events if did in ASKS),
        key=lambda it: (it[0], it[2].serial),
    )[-int(values["history"]["requests"]) :]
    key_by_serial = dict(Certificate.objects.filter(is_demo=True).values_list("serial", "pk"))
    for start in range(0, len(events), A_BATCH):
        some = events[start : start + A_BATCH]
        sent = datetime.combine(some[0][0], time(9), tzinfo=VIETNAM) - timedelta(days=6)
        requests = [
            _finished_request(did, life, key_by_serial[life.serial], day, sent, draw, now) for day, did, life in some
        ]
        batch = _a_batch(requests, sent)
        for request in requests:
            request.batch = batch
        Request.objects.bulk_create(requests)
        Entry.objects.bulk_create([entry for request in requests for entry in _request_entries(request)])


def _finished_request(
    did: str, life: Life, certificate: int, day: Any, sent: datetime, draw: Random, now: datetime
) -> Request:
    ask = ASKS[did]
    answered = min(datetime.combine(day, time(15), tzinfo=VIETNAM), now)
    began = sent - timedelta(days=draw.randint(2, 9), hours=draw.randint(0, 8))
    over = None if ask is RequestPurpose.REVOKE else min(answered + timedelta(days=draw.randint(1, 6)), now)
    name = str(life.said["holder"] or life.said["subject"])
    request = Request(
        ref=refs.new_ref("DN"),
        ask=ask.value,
        kind=life.said["kind"],
        step="answered" if over is None else "handed",
        unit=life.now("unit"),
        certificate_id=certificate,
        result_id=certificate,
        values=_answer_values(ask, life),
        title=name,
        made_at=began,
        made_by=CLERK.ref,
        made_by_name=CLERK.name,
        submitted_at=began,
        submitted_by=CLERK.ref,
        approved_at=began + timedelta(days=1),
        accepted_at=sent - timedelta(hours=20),
        sent_at=sent,
        answered_at=answered,
        handed_at=over,
        handed_to=name if over else "",
        closed_at=over or answered,
        moves=6,
        is_demo=True,
    )
    request.search_text = fold(f"{request.ref} {name} {request.unit.name} {life.serial}")
    return request


def _answer_values(ask: RequestPurpose, life: Life) -> dict[str, str]:
    if ask is RequestPurpose.REVOKE:
        return {"reason": "reorganised"}
    return {"subject": str(life.now("subject"))} if ask is RequestPurpose.CHANGE else {"years": "3"}


def _a_batch(requests: Sequence[Request], at: datetime) -> Batch:
    year = clock.local(at).year
    last = Batch.objects.filter(year=year).order_by("-number").values_list("number", flat=True).first() or 0
    rows = [[request.ref, request.get_ask_display(), request.unit.name, request.title] for request in requests]
    head = ("Mã đề nghị", "Đề nghị", "Đơn vị", "Cho ai")
    files = {"xlsx": exports.as_workbook("Đề nghị", head, rows), "csv": exports.as_table(head, rows)}
    name = f"lo-{last + 1:03}-{year}"
    values = exports.batch_manifest(
        f"{last + 1:03}/{year}",
        at,
        OFFICER.name,
        [request.ref for request in requests],
        {f"{name}.{ending}": content for ending, content in files.items()},
    )
    return Batch.objects.create(
        ref=refs.new_ref("LO"),
        year=year,
        number=last + 1,
        at=at,
        by=OFFICER.ref,
        by_name=OFFICER.name,
        sheet=files["xlsx"],
        table=files["csv"],
        manifest=values,
        is_demo=True,
    )


def _request_entries(request: Request) -> list[Entry]:
    moments = (
        request.made_at,
        request.submitted_at,
        request.approved_at,
        request.accepted_at,
        request.sent_at,
        request.answered_at,
        request.handed_at,
    )
    people = (CLERK, CLERK, HEAD, OFFICER, OFFICER, OFFICER, CLERK)
    return [
        Entry(request=request, number=number, at=at, by=who.ref, by_name=who.name, step=step)
        for number, (at, who, step) in enumerate(zip(moments, people, STEPS, strict=True), start=1)
        if at is not None
    ]


def _make_open_requests(unit: Unit, draw: Random, issuer: str, now: datetime) -> None:
    """One request in each state, made by the same verbs that people use."""
    about = [
        version.certificate.ref
        for version in lookup.versions_on().filter(unit=unit, state="active", kind="personal")[:8]
    ]
    for number, goal in enumerate(("draft", "submitted", "approved", "accepted", "accepted", "refused", "withdrawn")):
        request = _draft_request(
            unit, draw, about[number] if number < len(about) else "", now - timedelta(days=number + 1)
        )
        if request is not None:
            _move_request(request, goal, now - timedelta(days=number))
    sent = [_draft_request(unit, draw, "", now - timedelta(days=12)) for _ in range(3)]
    refs_of = [
        _move_request(request, "accepted", now - timedelta(days=11)).ref for request in sent if request is not None
    ]
    batch = services.make_batch(chosen=refs_of, by=OFFICER, now=now - timedelta(days=9), demo=True)
    _answer_batch(batch, refs_of[1:], f"DE{draw.randrange(16**8):08X}", issuer, now - timedelta(days=2))
    services.hand_over(ref=refs_of[2], to="Người được cấp (minh họa)", by=CLERK, now=now - timedelta(days=1))


def _draft_request(unit: Unit, draw: Random, certificate: str, at: datetime) -> Request | None:
    ask = (
        draw.choice((RequestPurpose.RENEW, RequestPurpose.CHANGE, RequestPurpose.RECOVER))
        if certificate
        else RequestPurpose.ISSUE
    )
    number = f"000{draw.randrange(10**9):09d}"
    values = {
        "holder": f"Người Minh Họa {number[-3:]}",
        "post_title": "Công chức",
        "id_number": number,
        "device": "usb",
    }
    if certificate:
        version = lookup.versions_on().get(certificate__ref=certificate)
        values = request_form.prefilled_answers(ask, version) | {
            "decision": "minh họa",
            "trouble": "Quên mật khẩu thiết bị (minh họa)",
        }
    checked = request_form.check_answers(ask, "personal", values)
    try:
        return services.draft(
            ask=ask.value, kind="personal", unit=unit, values=checked.values, certificate=certificate, by=CLERK, now=at
        )
    except Refused:
        return None


def _move_request(request: Request, goal: str, at: datetime) -> Request:
    """Taken as far as ``goal``."""
    if goal == "draft":
        return request
    services.submit(ref=request.ref, by=CLERK, now=at)
    if goal == "withdrawn":
        return services.withdraw(ref=request.ref, by=CLERK, now=at)
    if goal == "refused":
        return services.refuse(ref=request.ref, why="Thiếu văn bản đề nghị (minh họa)", by=HEAD, now=at)
    if goal in ("approved", "accepted"):
        services.approve(ref=request.ref, by=HEAD, now=at)
    return services.accept(ref=request.ref, by=OFFICER, now=at) if goal == "accepted" else request


def _answer_batch(batch: Batch, chosen: Sequence[str], serial: str, issuer: str, at: datetime) -> None:
    """The issuer's answers to some of a batch, as a file that is taken in."""
    day = clock.local(at).date()
    lines = [
        [ref, "Đã cấp", f"{serial}{number}", issuer, day.isoformat(), (day + timedelta(days=1825)).isoformat()]
        for number, ref in enumerate(chosen)
    ]
    head = ("Mã đề nghị", "Kết quả", "Số sê-ri", "Nơi cấp", "Hiệu lực từ", "Hiệu lực đến")
    content = exports.as_table(head, lines)
    run_outcome = services.hold_answers(
        batch=batch.ref, file_name="ket-qua-minh-hoa.csv", content=content, by=OFFICER, now=at
    )
    if run_outcome.run is not None:
        services.confirm(ref=run_outcome.run.ref, by=OFFICER, now=at)

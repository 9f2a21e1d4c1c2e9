"""A tiny province, a procedure of five working days, and people who apply, receive, work and sign."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange, DateTimeTZRange

from tinhso.blocks.cases import services
from tinhso.blocks.cases.contract import Applicant, CaseCharge, Channel, PaperAsked, ProcedureOption
from tinhso.blocks.cases.models import Case, Task
from tinhso.blocks.units.models import Level, Succession, Unit
from tinhso.kernel import text
from tinhso.kernel.actor import Actor
from tinhso.kernel.deadlines import Duration

LONG_AGO, LONG_SINCE = datetime(2020, 1, 1, tzinfo=UTC), date(2020, 1, 1)
MONDAY = datetime(2026, 11, 23, 2, tzinfo=UTC)  # 09:00 in Việt Nam
PERMIT = ProcedureOption(
    provider="tests",
    code="2.000001",
    version="2.000001-20260101",
    name="Cấp giấy phép thử",
    field_code="thu",
    field="Thử nghiệm",
    option="1",
    option_name="Thông thường",
    duration=Duration(3),
    at_once=False,
    agency="",
    papers=(PaperAsked("Đơn đề nghị", original=1),),
    charges=(CaseCharge("Lệ phí", 50_000),),
    result="Giấy phép",
)
SOMEBODY = Applicant("Nguyễn Thị Hoa", id_number="012345678901", phone="0900000001", address="Ấp 1")


def a_unit(ref: str, name: str, level: Level = Level.COMMUNE, *, since: date = LONG_SINCE) -> Unit:
    """One unit, known for a long time."""
    return Unit.objects.create(
        ref=ref,
        code=ref,
        type="agency" if level is Level.AGENCY else "xa",
        level=level,
        name=name,
        search_text=text.fold(name),
        sort_key=text.sort_key(name),
        valid=DateRange(since, None),
        known=DateTimeTZRange(LONG_AGO, None),
    )


def became(before: Unit, *after: Unit, on: date) -> None:
    """``before`` ended on a day and became ``after``."""
    Unit.objects.filter(pk=before.pk).update(valid=DateRange(before.valid.lower, on))
    for one in after:
        Succession.objects.create(
            before=before, after=one, kind="merge", effective=on, known=DateTimeTZRange(LONG_AGO, None)
        )


def an_actor(ref: str, name: str, rights: Sequence[str], *places: Unit) -> Actor:
    """Somebody with the same rights at some places."""
    reached = frozenset(place.pk for place in places)
    return Actor(ref=ref, name=name, reach=dict.fromkeys(rights, reached))


def a_receiver(*places: Unit) -> Actor:
    """Who receives and hands out."""
    return an_actor("receiver", "Người tiếp nhận", ["receive cases"], *places)


def an_officer(*places: Unit, ref: str = "officer", name: str = "Chuyên viên") -> Actor:
    """Who works on cases."""
    return an_actor(ref, name, ["process cases"], *places)


def a_head(*places: Unit) -> Actor:
    """Who signs."""
    return an_actor("head", "Lãnh đạo", ["decide cases"], *places)


CITIZEN = Actor(ref="", name="Khách", kind="nobody")


def a_filing(unit: Unit, **changes: Any) -> services.CaseFiling:
    """Somebody hands in at ``unit``, which also decides."""
    offer = replace(PERMIT, **changes.pop("offer", {}))
    usual: dict[str, Any] = {
        "offer": offer,
        "applicant": SOMEBODY,
        "channel": Channel.IN_PERSON,
        "receiving": unit,
        "competent": unit,
    }
    return services.CaseFiling(**(usual | changes))


def received(unit: Unit, now: datetime = MONDAY, **changes: Any) -> Case:
    """A case accepted at the desk."""
    return services.receive_case(filing=a_filing(unit, **changes), by=a_receiver(unit), now=now)


def filed(unit: Unit, now: datetime = MONDAY, **changes: Any) -> Case:
    """A case that came in online and waits to be received."""
    return services.file_case(filing=a_filing(unit, channel=Channel.ONLINE, **changes), by=CITIZEN, now=now)


def step_of(case: Case) -> int:
    """The number of the one step that waits."""
    return Task.objects.get(case=case, done_at=None).number


def finished(unit: Unit, now: datetime = MONDAY) -> Case:
    """A case that is done and waits to be handed out."""
    case = received(unit, now)
    services.complete(code=case.code, step=step_of(case), by=an_officer(unit), now=now)
    return services.complete(code=case.code, step=step_of(case), by=a_head(unit), now=now, number="12/GP")

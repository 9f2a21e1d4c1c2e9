"""Registers for programs: records read, written and looked at in their two times."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from tinhso.blocks.registers import services
from tinhso.blocks.registers.contract import Register
from tinhso.blocks.registers.queries import finding, history, registry, showing
from tinhso.blocks.registers.queries import ogc as features
from tinhso.kernel import clock
from tinhso.kernel.actor import NOBODY, Actor
from tinhso.kernel.errors import Refused, gettext_noop
from tinhso.ui.strict import Day, Flag, Moment, StrictRequest, Whole

router = Router(tags=["registers"])
A_PAGE = 200
Code = Annotated[str, Field(max_length=40)]


class RegisterOut(Schema):
    """A register; its columns are described by ``/registers/{code}/schema``."""

    code: str
    name: str
    description: str
    may_change: bool


class RecordOut(Schema):
    """A record: ``values`` by column, units and records by reference; ``act`` tells whether it changed meanwhile."""

    ref: str
    valid_from: date
    ended_on: date | None
    act: int
    values: dict[str, Any]


class RecordsOut(Schema):
    """One page; ``next`` goes into ``mark`` of the next one, empty on the last."""

    next: str
    items: list[RecordOut]


class Narrowing(StrictRequest):
    """Words in any order, a unit's reference with all below it, ended ones too, and where to go on."""

    q: str = Field("", max_length=200)
    unit: str = Field("", max_length=40)
    ended: Flag = False
    mark: str = Field("", max_length=800)


class Then(StrictRequest):
    """A day in the world, and the moment as known at which; today and now when none is named."""

    on: Day | None = None
    known_at: Moment | None = None


class RecordIn(StrictRequest):
    """Values by column, since when they hold (today), and why."""

    values: dict[str, str | int | float | bool | None]
    valid_from: Day | None = None
    why: str = Field("", max_length=500)


class ChangeIn(RecordIn):
    """The same; with ``seen`` (the record's ``act``) it is refused if somebody changed the record meanwhile."""

    seen: Whole | None = Field(None, ge=0, le=2**62)


def _require_actor(request: HttpRequest) -> Actor:
    by: Actor = getattr(request, "actor", NOBODY)
    return by


def _register_and_reader(request: HttpRequest, code: str) -> tuple[Register, Actor]:
    register, by = registry.find(code), _require_actor(request)
    by.must_be_able_to(register.see)
    return register, by


@router.get("/registers", response=list[RegisterOut], summary="Registers")
def list_registers(request: HttpRequest) -> list[dict[str, Any]]:
    """The registers that one may look into."""
    by = _require_actor(request)
    return [
        {
            "code": register.code,
            "name": register.name,
            "description": register.description,
            "may_change": by.can(register.change),
        }
        for register in registry.seen_by(by)
    ]


@router.get("/registers/{code}/schema", response=dict[str, Any], summary="Columns of a register as JSON Schema")
def read_schema(request: HttpRequest, code: Code) -> dict[str, Any]:
    """What a record may hold and must have."""
    register, by = _register_and_reader(request, code)
    return features.register_schema(register, by)


@router.get("/registers/{code}/records", response=RecordsOut, summary="Records of a register")
def list_records(request: HttpRequest, code: Code, wanted: Query[Narrowing]) -> dict[str, Any]:
    """Two hundred at a time, by name."""
    register, by = _register_and_reader(request, code)
    record_filter = finding.RecordFilter(
        words=wanted.q.replace("\0", ""), unit=wanted.unit.replace("\0", ""), ended=wanted.ended
    )
    page = finding.record_page(register, record_filter, by, mark=wanted.mark, size=A_PAGE, whole=True)
    return {"next": page.after, "items": [_record_answer(register, row) for row in page.rows]}


@router.get("/registers/{code}/records/{ref}", response=RecordOut, summary="One record, as of a day")
def read_record(request: HttpRequest, code: Code, ref: Code, then: Query[Then]) -> dict[str, Any]:
    """As it is, or as it was on a day, as known at a moment."""
    register, by = _register_and_reader(request, code)
    entry = finding.by_ref(register, ref, by)
    if then.on is None and then.known_at is None:
        return _record_answer(register, entry)
    version = history.version_on(register, entry.ref, then.on or clock.today(), known_at=then.known_at)
    if version is None:
        raise Refused("unknown_then", gettext_noop("Khi đó chưa ghi nhận gì về bản ghi này."))
    ended = version.data.get("ended_on")
    return {
        "ref": entry.ref,
        "valid_from": version.valid.lower,
        "act": version.act_id,
        "values": _json_values(register, _past_record(register, version.data)),
        "ended_on": date.fromisoformat(ended) if ended else None,
    }


def _past_record(register: Register, data: Mapping[str, Any]) -> Any:
    """The record as a version has it."""
    return register.model(
        **{
            register_column.stored: register_column.field.to_python(data.get(register_column.stored))
            for register_column in registry.columns(register)
        }
    )


@router.post("/registers/{code}/records", response=RecordOut, summary="Add a record")
def add_record(request: HttpRequest, code: Code, body: RecordIn) -> dict[str, Any]:
    """A new record."""
    register, by = _register_and_reader(request, code)
    entry = services.add_record(
        register=register, values=body.values, by=by, now=clock.now(), valid_from=body.valid_from, why=body.why
    )
    return _record_answer(register, entry)


@router.patch("/registers/{code}/records/{ref}", response=RecordOut, summary="Change a record from a day on")
def change_record(request: HttpRequest, code: Code, ref: Code, body: ChangeIn) -> dict[str, Any]:
    """Columns that are not named stay as they are."""
    register, by = _register_and_reader(request, code)
    entry = services.change_record(
        register=register,
        ref=ref,
        values=body.values,
        by=by,
        now=clock.now(),
        valid_from=body.valid_from,
        why=body.why,
        seen=body.seen,
    )
    return _record_answer(register, entry)


def _json_values(register: Register, entry: Any) -> dict[str, Any]:
    columns = [
        register_column
        for register_column in registry.columns(register)
        if register_column.name not in register.private
    ]
    return {
        name: float(value) if hasattr(value, "quantize") else None if value == "" else value
        for name, value in showing.initial_values(entry, columns).items()
    }


def _record_answer(register: Register, entry: Any) -> dict[str, Any]:
    return {
        "ref": entry.ref,
        "valid_from": entry.valid_from,
        "ended_on": entry.ended_on,
        "act": entry.act_id,
        "values": _json_values(register, entry),
    }

"""One return as people look at it: its state in a sentence, who holds it, its values, and what changed when."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from tinhso.blocks.audit import queries as audit
from tinhso.blocks.audit.models import Entry
from tinhso.blocks.identity import queries as identity
from tinhso.blocks.indicators.rights import HAND_IN_RETURNS, SEE_RETURNS
from tinhso.government.reporting.models import Return, Revision
from tinhso.government.reporting.queries import returns
from tinhso.government.reporting.queries.checks import ReturnProblem, RowPlace, Values
from tinhso.government.reporting.queries.returns import ReturnSheet
from tinhso.government.reporting.queries.specs import FieldSpec
from tinhso.government.reporting.rights import APPROVE_RETURNS, PUBLISH_RETURNS
from tinhso.kernel.actor import Actor

State = Return.State
NAMES_SHOWN = 3
WORDS = {
    "saved": _lazy("lưu nháp"),
    "submitted": _lazy("gửi báo cáo"),
    "sent back": _lazy("trả lại để sửa"),
    "approved": _lazy("duyệt"),
    "published": _lazy("công bố"),
    "revised": _lazy("mở lại để đính chính"),
    "delegated": _lazy("giao việc"),
}


@dataclass(frozen=True)
class ReturnCell:
    """One value with its field, the last period's value and what is wrong with it."""

    field: FieldSpec
    value: str
    last: str
    problems: Sequence[ReturnProblem] = ()


@dataclass(frozen=True)
class ReturnLine:
    """One row of a return."""

    place: RowPlace
    member_name: str
    cells: Sequence[ReturnCell]


@dataclass(frozen=True)
class ValueChange:
    """A value that a revision changed."""

    unit: str
    member: str
    field: FieldSpec
    before: str
    after: str


@dataclass(frozen=True)
class Holder:
    """Who has to act next, and until when (None where no time is set)."""

    names: str
    act: str
    until: datetime | None


def return_lines(
    sheet: ReturnSheet, problems: Sequence[ReturnProblem] = (), places: Sequence[RowPlace] | None = None
) -> list[ReturnLine]:
    """The rows of a return (or only ``places``) with their values, last values and problems."""
    faults: dict[tuple[int, str, str], list[ReturnProblem]] = {}
    for problem in problems:
        faults.setdefault((problem.unit, problem.member, problem.column), []).append(problem)
    return [_return_line(sheet, place, faults) for place in (sheet.places if places is None else places)]


def _return_line(
    sheet: ReturnSheet, place: RowPlace, faults: Mapping[tuple[int, str, str], Sequence[ReturnProblem]]
) -> ReturnLine:
    key = (place.unit, place.member)
    now, last = sheet.values.get(key, {}), sheet.last.get(key, {})
    cells = [
        ReturnCell(field, now.get(field.code, ""), last.get(field.code, ""), faults.get((*key, field.code), ()))
        for field in sheet.spec.fields
    ]
    return ReturnLine(place, sheet.spec.members.get(place.member, ""), cells)


def return_doubts(sheet: ReturnSheet) -> list[ReturnProblem]:
    """What is wrong or doubtful in what is being filled in; once handed in, the warnings it was handed in with."""
    revision = sheet.one.revision
    if revision is None:
        return []
    if sheet.one.state in returns.OPEN:
        return sheet.problems()
    return [ReturnProblem(**warning) for warning in revision.warnings]


def revision_changes(sheet: ReturnSheet, revision: Revision) -> list[ValueChange]:
    """What ``revision`` changed against the one before it; everything, for the first."""
    before = returns.values_of(sheet.one.revisions.filter(number=revision.number - 1).first())
    return list(_changes_between(sheet, before, returns.values_of(revision)))


def pending_changes(sheet: ReturnSheet, values: Values) -> list[ValueChange]:
    """What storing ``values`` would change in the return."""
    return list(_changes_between(sheet, sheet.values, values))


def _changes_between(sheet: ReturnSheet, before: Values, after: Values) -> Iterator[ValueChange]:
    for place in sheet.places:
        old, new = (values.get((place.unit, place.member), {}) for values in (before, after))
        for field in sheet.spec.fields:
            pair = (old.get(field.code, ""), new.get(field.code, ""))
            if pair[0] != pair[1]:
                yield ValueChange(place.unit_name, sheet.spec.members.get(place.member, ""), field, *pair)


def revision_by_number(one: Return, number: int) -> Revision | None:
    """A revision by its number."""
    return one.revisions.filter(number=number).first()


def return_history(one: Return) -> list[tuple[Entry, str]]:
    """Who did what to a return and when, oldest first, in words."""
    entries = audit.history_of_subject(one._meta.label, one.ref)
    return [(entry, str(WORDS.get(entry.did, entry.did))) for entry in entries]


def state_sentence(one: Return, now: datetime) -> str:
    """The state of a return in one sentence."""
    late = now > one.due_at and one.first_submitted_at is None
    if one.state == State.SENT_BACK:
        return _("Báo cáo bị trả lại để sửa: %(why)s") % {"why": one.sent_back_why}
    if one.state == State.DRAFT and one.published_revision_id:
        return _("Báo cáo đã công bố và đang được mở lại để đính chính; số đã công bố vẫn có hiệu lực.")
    return {
        State.DRAFT.value: _("Báo cáo đã quá hạn và chưa được gửi.") if late else _("Báo cáo đang soạn, chưa gửi."),
        State.SUBMITTED.value: _("Báo cáo đã gửi và đang chờ duyệt."),
        State.APPROVED.value: _("Báo cáo đã duyệt và đang chờ công bố."),
        State.PUBLISHED.value: _("Báo cáo đã công bố, số liệu đang được dùng để tính chỉ tiêu."),
    }[str(one.state)]


def current_holder(one: Return) -> Holder | None:
    """Who has to act next; nobody once it is published."""
    if one.state in returns.OPEN:
        names = one.delegate_name or one.unit.name
        return Holder(names, _("điền và gửi"), one.due_at)
    if one.state == State.SUBMITTED:
        return Holder(_names_of_holders(APPROVE_RETURNS, one), _("duyệt hoặc trả lại"), None)
    if one.state == State.APPROVED:
        return Holder(_names_of_holders(PUBLISH_RETURNS, one), _("công bố"), None)
    return None


def _names_of_holders(right: str, one: Return) -> str:
    able = [person for person in identity.holders_of_rights(right, at=one.unit) if person.ref != one.submitted_by]
    names = ", ".join(person.name for person in able[:NAMES_SHOWN])
    more = len(able) - NAMES_SHOWN
    if more > 0:
        return _("%(names)s và %(more)s người khác") % {"names": names, "more": more}
    return names or _("chưa có ai được giao quyền")


@dataclass(frozen=True)
class ReturnActs:
    """What an actor may do with a return now."""

    fill_in: bool
    approve: bool
    send_back: bool
    publish: bool
    revise: bool
    delegate: bool


def allowed_acts(one: Return, by: Actor) -> ReturnActs:
    """The buttons that a return's page offers to ``by``; services check again."""
    owner = by.can(HAND_IN_RETURNS, at=one.unit)
    hands_in = owner or (one.delegate == by.ref != "")
    approves = by.can(APPROVE_RETURNS, at=one.unit)
    is_open = one.state in returns.OPEN
    return ReturnActs(
        fill_in=hands_in and is_open,
        approve=approves and one.state == State.SUBMITTED and one.submitted_by != by.ref,
        send_back=approves and one.state in (State.SUBMITTED, State.APPROVED),
        publish=by.can(PUBLISH_RETURNS, at=one.unit) and one.state == State.APPROVED,
        revise=hands_in and one.state == State.PUBLISHED,
        delegate=owner and is_open,
    )


def colleagues(one: Return, by: Actor) -> list[tuple[str, str]]:
    """People at the return's own unit to whom it may be given, as (reference, name)."""
    posted = identity.holders_of_rights(SEE_RETURNS, at=one.unit, here_only=True)
    return [(person.ref, person.name) for person in posted if person.ref != by.ref]

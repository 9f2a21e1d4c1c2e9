"""One report as its pages show it: what happened, what may be done, who told it (masked), what belongs to it."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from tinhso.blocks.identity import queries as identity
from tinhso.kernel.actor import Actor
from tinhso.society.field_reports.contract import OPEN, TO_DO, Status
from tinhso.society.field_reports.models import Report, Reporter
from tinhso.society.field_reports.queries.deadlines import length_words
from tinhso.society.field_reports.rights import (
    DECIDE_FIELD_REPORTS,
    FIX_FIELD_REPORTS,
    HANDLE_FIELD_REPORTS,
    READ_SEALED_REPORTERS,
)

TONES = {
    Status.CLOSED: "good",
    Status.RESOLVED: "good",
    Status.AWAITING: "info",
    Status.DECLINED: "none",
    Status.ESCALATED: "warn",
    Status.IN_PROGRESS: "info",
    Status.UNCONFIRMED: "warn",
}


def status_tone(report: Report) -> str:
    """The colour and shape of a report's status."""
    return TONES.get(Status(report.status), "none")


def masked_contact(person: Reporter) -> str:
    """How whoever told can be reached, all but its end struck out; of a sealed one nothing."""
    if person.sealed:
        return _("(đã niêm phong)")
    text = person.phone or person.email or person.sender
    if "@" in text:
        name, _sign, domain = text.partition("@")
        return f"{name[:1]}•••@{domain}"
    return f"•••{text[-3:]}" if len(text) > 5 else _("(không để lại)")


@dataclass(frozen=True)
class AllowedActions:
    """What somebody may do with a report as it stands."""

    classify: bool = False
    begin: bool = False
    resolve: bool = False
    present: bool = False
    hand_over: bool = False
    decline: bool = False
    escalate: bool = False
    assign: bool = False
    merge: bool = False
    unmerge: bool = False
    split: bool = False
    decide: bool = False
    settle: bool = False
    reconsider: bool = False
    reveal: bool = False
    note: bool = False


def allowed_actions(report: Report, by: Actor) -> AllowedActions:
    """Which forms its page offers; the services decide again."""
    status, handles = Status(report.status), by.can(HANDLE_FIELD_REPORTS, at=report.unit)
    above = by.can(DECIDE_FIELD_REPORTS, at=report.unit)
    handles = handles and (above or not report.needs_decision)
    crew = by.can(FIX_FIELD_REPORTS, at=report.unit) and report.holder in ("", by.ref)
    todo = status in TO_DO
    return AllowedActions(
        classify=handles and todo,
        begin=(handles or crew) and todo and status is not Status.IN_PROGRESS,
        resolve=(handles or crew) and status is Status.IN_PROGRESS,
        present=handles and status is Status.RESOLVED,
        hand_over=handles and todo,
        decline=handles and todo,
        escalate=handles and todo and status is not Status.ESCALATED and report.unit.parent_id is not None,
        assign=handles and status in OPEN,
        merge=handles and todo,
        unmerge=status is Status.MERGED and by.can(HANDLE_FIELD_REPORTS, at=report.unit),
        split=handles and todo,
        decide=above and report.needs_decision,
        settle=report.needs_unit and by.can(DECIDE_FIELD_REPORTS),
        reconsider=above and status is Status.DECLINED,
        reveal=by.can(READ_SEALED_REPORTERS if report.reporter.sealed else HANDLE_FIELD_REPORTS, at=report.unit),
        note=handles or crew,
    )


def people_of(report: Report) -> list[tuple[str, str]]:
    """Those of the unit to whom the job can be given: reference and name."""
    values = {
        person.ref: person.name
        for person in identity.holders_of_rights(FIX_FIELD_REPORTS, HANDLE_FIELD_REPORTS, at=report.unit)
    }
    return sorted(values.items(), key=lambda item: item[1])


def rated_steps(report: Report) -> list[str]:
    """Which steps were rated, for whoever rated them."""
    return list(report.ratings.values_list("step", flat=True))


def since_words(moment: datetime, now: datetime) -> str:
    """How long ago, in a few words."""
    return _("%(time)s trước") % {"time": length_words(now - moment)}

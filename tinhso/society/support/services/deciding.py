"""Deciding: a paper asked for and brought, approved within what is left, refused with a reason."""

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Forbidden, Refused
from tinhso.society.support.contract import ApplicationState, EligibilityOutcome
from tinhso.society.support.models import Application, Quota
from tinhso.society.support.queries import lookup, rules
from tinhso.society.support.rights import DECIDE_SUPPORT, TAKE_SUPPORT
from tinhso.society.support.services import record


def locked_application(ref: str, *, by: Actor, right: str = DECIDE_SUPPORT) -> Application:
    """An application that ``by`` may work on, locked."""
    application = lookup.locked_by_ref(ref)
    by.must_be_able_to(right, at=application.unit)
    return application


@transaction.atomic
def ask_paper(*, ref: str, what: str, by: Actor, now: datetime) -> Application:
    """Something must be shown first; whoever applied reads what."""
    application = locked_application(ref, by=by)
    record.move_application(
        application, ApplicationState.PAPER, did="paper_asked", by=by, now=now, note=record.words_of(what)
    )
    return application


@transaction.atomic
def paper_seen(*, ref: str, what: str, by: Actor, now: datetime) -> Application:
    """It was shown: somebody at the desk or of the team has seen it, and the clock begins anew."""
    application = locked_application(ref, by=by, right=TAKE_SUPPORT)
    due, note = rules.due_moment(now, application.programme.days), what.replace("\0", "").strip()[:500]
    record.move_application(
        application,
        ApplicationState.SUBMITTED,
        did="paper_seen",
        by=by,
        now=now,
        note=note,
        due_at=due,
        outcome=EligibilityOutcome.YES,
    )
    return application


def approve_application(*, ref: str, by: Actor, now: datetime, papers: bool = False) -> Application:
    """Take a piece of the quota for it. ``papers``: what the rules want to see was seen.

    Refuses who entered it themselves, and when nothing is left: the database counts, so that a thousand at once cannot
    take more than there is.
    """
    try:
        with transaction.atomic():
            return _approve_within_quota(ref, by, now, papers)
    except IntegrityError as fault:
        raise record.told_of(fault) from fault


def _approve_within_quota(ref: str, by: Actor, now: datetime, papers: bool) -> Application:
    application = locked_application(ref, by=by)
    if application.taken_by and application.taken_by == by.ref:
        raise Forbidden("four_eyes", _("Người nhập hồ sơ %(ref)s không được tự duyệt."), ref=ref)
    if application.outcome == EligibilityOutcome.NO:
        raise Refused("not_eligible", _("Hồ sơ không đủ điều kiện nên không duyệt được."))
    if application.outcome == EligibilityOutcome.PAPER and not papers:
        raise Refused("papers_not_seen", _("Hãy xem giấy tờ hoặc máy, rồi đánh dấu đã xem trước khi duyệt."))
    line = lookup.line_for(application.programme, application.unit)
    if line is None:
        raise Refused("no_quota", _("Địa bàn này chưa được giao hạn mức của chương trình."))
    draw_quota(application, line, did="approved", by=by, now=now)
    return application


def draw_quota(application: Application, line: Quota, *, did: str, by: Actor, now: datetime) -> None:
    """Take a piece of a line for an application that the caller holds locked and has judged."""
    amount = application.programme.amount
    record.move_application(
        application,
        ApplicationState.APPROVED,
        did=did,
        by=by,
        now=now,
        line=line,
        amount=amount,
        decided_at=now,
        answer="",
    )


@transaction.atomic
def refuse_application(*, ref: str, why: str, by: Actor, now: datetime) -> Application:
    """Say no, and why: whoever applied reads it, may complain, and may apply anew."""
    application, text = locked_application(ref, by=by), record.words_of(why)
    record.move_application(
        application, ApplicationState.REFUSED, did="refused", by=by, now=now, note=text, answer=text, decided_at=now
    )
    return application


def approve_many(*, refs: Sequence[str], by: Actor, now: datetime) -> dict[str, str]:
    """Approve each that can be, in a transaction of its own; gives the refusal's words of those that cannot."""
    refused = {}
    for ref in dict.fromkeys(refs):
        try:
            approve_application(ref=ref, by=by, now=now)
        except Refused as refusal:
            refused[ref] = refusal.message
    return refused

"""Corrections of filled-in forms, what people write about them, and how they judge them."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.blocks.surveys import queries
from tinhso.blocks.surveys.contract import Survey, SurveySubmission
from tinhso.blocks.surveys.models import FilledIn, Remark
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Forbidden, Refused

LONGEST_REMARK = 5_000


def earlier_form(survey: Survey, instance_id: str, by: Actor) -> FilledIn:
    """The form that a newer one names as its earlier state (deprecatedID).

    Whoever sent it may correct it, and who manages the survey at its unit. Refuses what was corrected meanwhile.
    """
    row = queries.filled_in(survey.code, instance_id)
    if row is None:
        raise Refused("unknown_filled_in", _("Không tìm thấy phiếu “%(ref)s”."), ref=instance_id[:80])
    if row.by != by.ref and not by.can(survey.manage, at=row.unit):
        raise Forbidden("not_yours", _("Mã phiếu này là của người khác."))
    if FilledIn.objects.filter(replaces=row).exists():
        raise Refused("other_content", _("Phiếu này đã được sửa trước đó; hãy tải bản mới nhất rồi sửa."))
    if survey.edited is None:
        raise Refused("no_corrections", _("Phiếu “%(name)s” không nhận bản sửa."), name=queries.name_of(survey))
    return row


def unit_of_submission(
    survey: Survey, submission: SurveySubmission, earlier: FilledIn | None, by: Actor, now: datetime
) -> str:
    """The unit that a form belongs to, as the survey's app says of a new one or of a correction."""
    if earlier is None or survey.edited is None:
        return survey.taken(submission, by, now)
    return survey.edited(submission, queries.submission_of(earlier), by, now)


@transaction.atomic
def add_remark(*, row: FilledIn, by: Actor, now: datetime, body: str = "", state: str = "") -> Remark:
    """Write something about a form, or judge it (``state``): who may read it may comment, who manages may judge."""
    survey = queries.survey(row.survey)
    by.must_be_able_to(survey.manage if state else survey.see, at=row.unit)
    body = body.replace("\0", "").strip()
    if state and state not in Remark.State.values:
        raise Refused("bad_state", _("Đánh giá phải là một trong: %(states)s."), states=", ".join(Remark.State.values))
    if (not state and not body) or len(body) > LONGEST_REMARK:
        raise Refused("bad_remark", _("Hãy ghi bình luận, nhiều nhất %(most)s ký tự."), most=LONGEST_REMARK)
    first = queries.first_of(row)
    remark = Remark.objects.create(filled_in=first, state=state, body=body, by=by.ref, by_name=by.name[:200], at=now)
    audit.record(
        by=by, did="judged survey form" if state else "remarked on survey form", to=first, after={"state": state}
    )
    return remark

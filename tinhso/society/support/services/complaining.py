"""Complaints about refusals and deliveries: once at a time, answered within days of work, and taken seriously."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tinhso.blocks.outbox import services as outbox
from tinhso.kernel import refs
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Forbidden, Refused
from tinhso.society.support import events
from tinhso.society.support.contract import ApplicationState
from tinhso.society.support.models import Application, Complaint
from tinhso.society.support.queries import lookup, rules
from tinhso.society.support.rights import DECIDE_SUPPORT
from tinhso.society.support.services import record
from tinhso.society.support.services.applying import applicant_actor, application_by_key

ABOUT = {ApplicationState.REFUSED: Complaint.About.REFUSAL, ApplicationState.DELIVERED: Complaint.About.DELIVERY}


def file_complaint(*, ref: str, key: str, text: str, by: Actor, now: datetime) -> Complaint:
    """Whoever applied does not agree; refuses while another complaint waits, and long after the decision."""
    try:
        with transaction.atomic():
            application = lookup.locked_by_ref(application_by_key(ref, key).ref)
            lookup.must_be_outside(application, by=by)
            last = application.decided_at or application.delivered_at or application.told_at
            if application.state == ApplicationState.UNCONFIRMED or now > last + timedelta(
                days=rules.rules().numbers.complain_within_days
            ):
                raise Refused(
                    "too_late", _("Không còn trong thời gian khiếu nại. Hãy liên hệ Ủy ban nhân dân xã, phường.")
                )
            complaint_text, by = record.words_of(text), applicant_actor(by, ref)
            complaint = Complaint.objects.create(
                ref=refs.new_ref("KN"),
                application=application,
                about=ABOUT.get(ApplicationState(application.state), Complaint.About.OTHER),
                text=complaint_text,
                at=now,
                due_at=rules.due_moment(now, rules.rules().numbers.complaint_days),
            )
            record.note_down(application, did="complained", by=by, now=now, note=complaint_text)
            outbox.emit(events.ComplaintMade(**record.event_fields(application, by), complaint=complaint.ref))
            return complaint
    except IntegrityError as fault:
        raise record.told_of(fault) from fault


def answer_complaint(*, ref: str, text: str, upheld: bool, by: Actor, now: datetime) -> Complaint:
    """Answer a complaint; where it is right about a refusal, the application is decided anew.

    Whoever decided does not answer a complaint about it.
    """
    try:
        with transaction.atomic():
            return _record_answer(ref, text, upheld, by, now)
    except IntegrityError as fault:
        raise record.told_of(fault) from fault


def _record_answer(ref: str, text: str, upheld: bool, by: Actor, now: datetime) -> Complaint:
    complaint = Complaint.objects.select_related("application").filter(ref=ref[:24]).first()
    if complaint is None:
        raise Refused("unknown_complaint", _("Không có khiếu nại “%(ref)s”."), ref=ref[:24])
    application = lookup.locked_by_ref(complaint.application.ref)
    by.must_be_able_to(DECIDE_SUPPORT, at=application.unit)
    complaint.refresh_from_db(fields=["answered_at"])
    if complaint.answered_at is not None:
        raise Refused("answered", _("Khiếu nại này đã được trả lời."))
    if _is_last_decider(application, by):
        raise Forbidden("four_eyes", _("Người đã quyết định hồ sơ không tự trả lời khiếu nại về quyết định đó."))
    answer_text = record.words_of(text)
    complaint.answered_at, complaint.answer, complaint.upheld, complaint.by, complaint.by_name = (
        now,
        answer_text,
        upheld,
        by.ref,
        by.name,
    )
    complaint.save(update_fields=["answered_at", "answer", "upheld", "by", "by_name"])
    record.note_down(application, did="upheld" if upheld else "rejected", by=by, now=now, note=answer_text)
    if upheld and application.state == ApplicationState.REFUSED:
        due = rules.due_moment(now, application.programme.days)
        record.move_application(
            application,
            ApplicationState.SUBMITTED,
            did="reopened",
            by=by,
            now=now,
            due_at=due,
            answer="",
            decided_at=None,
        )
    return complaint


def _is_last_decider(application: Application, by: Actor) -> bool:
    did = {"refused", "approved", "delivered"}
    last = application.entries.filter(did__in=did).order_by("-number").values_list("by", flat=True).first()
    return last == by.ref

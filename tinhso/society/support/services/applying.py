"""Taking an application in, whatever the way: once, however often it is sent; by a code where nobody vouches for it."""

from dataclasses import asdict
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tinhso.blocks.identity import services as identity
from tinhso.blocks.outbox import services as outbox
from tinhso.blocks.units.models import Unit
from tinhso.kernel import clock, refs
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.kernel.text import nfc
from tinhso.society.support import events
from tinhso.society.support.contract import (
    ApplicationDraft,
    ApplicationState,
    Channel,
    EligibilityFacts,
    EligibilityOutcome,
)
from tinhso.society.support.models import Application, Claim, Person, Programme
from tinhso.society.support.queries import eligibility, lookup, numbers, rules, secrets
from tinhso.society.support.rights import TAKE_SUPPORT
from tinhso.society.support.services import notifying, record

FASTEST = timedelta(seconds=60)  # between two codes
OLDEST = 1900


def applicant_actor(by: Actor, ref: str = "") -> Actor:
    """Whoever applies without an account, in histories: nobody's name."""
    if by.is_someone:
        return by
    return Actor(
        ref=f"applicant:{ref}" if ref else "applicant",
        name=str(_("Người đề nghị")),
        kind="applicant",
        address=by.address,
    )


def take_turn(*, by: Actor, now: datetime) -> None:
    """Count one more application from an address without an account; refuses when there were too many this hour."""
    words = _("Từ mạng của bạn đã có quá nhiều lần gửi trong giờ này. Hãy nộp tại quầy, hoặc thử lại sau.")
    identity.take_turn(what="support", most=rules.rules().numbers.per_hour, words=words, by=by, now=now)


def submit_application(*, programme: Programme, draft: ApplicationDraft, by: Actor, now: datetime) -> Application:
    """An application of what ``draft`` tells, and the same one again where its ``request`` is known already.

    From the web it waits for the code that was sent to the phone, and claims nothing until then: nobody is kept from a
    benefit by a stranger who knows their number. Refuses who may not be given it, saying each reason.
    """
    before = Application.objects.filter(request=draft.request).first() if draft.request else None
    if before is not None:
        return before
    try:
        with transaction.atomic():
            return _create_application(programme, draft, by, now)
    except IntegrityError as fault:
        before = Application.objects.filter(request=draft.request).first() if draft.request else None
        if before is None:
            raise record.told_of(fault) from fault
        return before


def _create_application(programme: Programme, draft: ApplicationDraft, by: Actor, now: datetime) -> Application:
    day = clock.local(now).date()
    where = lookup.commune(draft.commune, day)
    if draft.channel != Channel.WEB:
        by.must_be_able_to(TAKE_SUPPORT, at=where)
    draft = normalised_draft(programme, draft)
    application = assessed_application(programme, draft, where, now)
    if application.outcome == EligibilityOutcome.NO:
        why = " ".join(answer["why"] for answer in application.answers if answer["outcome"] == EligibilityOutcome.NO)
        raise Refused("not_eligible", "%(why)s", why=why)
    if draft.channel == Channel.WEB and not (settings.DEMO or notifying.can_reach_phone(draft.phone)):
        raise Refused("no_way_to_phone", _("Không gửi được mã tới số này. Hãy nộp tại Ủy ban nhân dân xã, phường."))
    application.taken_by = by.ref if draft.channel != Channel.WEB else ""
    application.save(force_insert=True)
    person = Person.objects.create(
        application=application, sealed=secrets.seal_personal(programme, personal_details(draft))
    )
    by = applicant_actor(by, application.ref)
    record.note_down(application, did="told", by=by, now=now)
    if draft.channel == Channel.WEB:
        _send_code(application, person, by=by, now=now)
    else:
        _start_application(application, personal_details(draft), by=by, now=now)
    return application


def normalised_draft(programme: Programme, draft: ApplicationDraft) -> ApplicationDraft:
    """What was told with numbers as they are compared; refuses numbers that cannot be."""
    name = " ".join(nfc(draft.name).replace("\0", "").split())[:120]
    if len(name) < 2:
        raise Refused("no_name", _("Hãy ghi họ và tên."))
    if draft.born and not OLDEST <= draft.born <= clock.today().year:
        raise Refused("bad_year", _("Năm sinh chưa đúng."))
    if programme.takes_device and not draft.imei.strip():
        raise Refused("no_imei", _("Hãy ghi IMEI của máy cũ. Bấm *#06# trên máy để xem IMEI."))
    household = draft.household if draft.household in Application.Household.values else ""
    gender = draft.gender if draft.gender in Application.Gender.values else ""
    return ApplicationDraft(
        **asdict(draft)
        | {
            "name": name,
            "number": numbers.parse_identity_number(draft.number),
            "phone": numbers.parse_phone(draft.phone),
            "imei": numbers.parse_imei(draft.imei) if programme.takes_device else "",
            "household": household,
            "gender": gender,
        }
    )


def assessed_application(programme: Programme, draft: ApplicationDraft, where: Unit, now: datetime) -> Application:
    """The application of a tidy draft, not saved yet, with what the rules of the day say of it."""
    day = clock.local(now).date()
    eligibility_facts = EligibilityFacts(born=draft.born, household=draft.household, commune=where.pk, imei=draft.imei)
    version = eligibility.in_force(programme, day)
    answers = [eligibility.open_on(programme, day)]
    answers += eligibility.rule_answers(version.rules if version is not None else [], eligibility_facts, day)
    return Application(
        ref=refs.new_ref("HT"),
        request=draft.request[:80],
        programme=programme,
        channel=draft.channel,
        language=draft.language[:5],
        origin_unit=where,
        unit=where,
        gender=draft.gender,
        household=draft.household,
        born=draft.born or None,
        shown_name=numbers.shown_name(draft.name),
        shown_number=numbers.masked_number(draft.number),
        shown_phone=numbers.masked_number(draft.phone),
        shown_imei=numbers.masked_number(draft.imei),
        rules=version,
        answers=[
            {"rule": rule_answer.rule, "outcome": str(rule_answer.outcome), "why": rule_answer.why}
            for rule_answer in answers
        ],
        outcome=str(eligibility.combined_outcome(answers)),
        told_at=now,
    )


def personal_details(draft: ApplicationDraft) -> dict[str, str]:
    """What is sealed of a tidy draft."""
    return {"name": draft.name, "person": draft.number, "phone": draft.phone, "imei": draft.imei}


def claims_of(application: Application, values: dict[str, str]) -> list[Claim]:
    """The numbers by which an application claims its benefit."""
    programme = application.programme
    return [
        Claim(
            application=application,
            programme=programme,
            kind=kind,
            mark=secrets.claim_mark(programme, kind, values[kind]),
        )
        for kind in programme.once
        if values.get(kind)
    ]


def _start_application(application: Application, values: dict[str, str], *, by: Actor, now: datetime) -> None:
    for claim in claims_of(application, values):
        claim.save(force_insert=True)
    due = rules.due_moment(now, application.programme.days)
    record.move_application(
        application, ApplicationState.SUBMITTED, did="submitted", by=by, now=now, submitted_at=now, due_at=due
    )


def _send_code(application: Application, person: Person, *, by: Actor, now: datetime) -> None:
    person.codes, person.code_at, person.tries = person.codes + 1, now, 0
    person.save(update_fields=["codes", "code_at", "tries"])
    outbox.emit(events.CodeAsked(**record.event_fields(application, by), turn=person.codes))


def _unconfirmed_application(ref: str) -> Application:
    application = lookup.locked_by_ref(ref)
    if application.state == ApplicationState.EXPIRED:
        raise Refused("expired", _("Hồ sơ chưa xác nhận đã hết hạn. Hãy gửi lại."))
    return application


@transaction.atomic
def ask_again(*, ref: str, by: Actor, now: datetime) -> Application:
    """Send another code; at most one a minute, and ten altogether."""
    application = _unconfirmed_application(ref)
    if application.state != ApplicationState.UNCONFIRMED:
        return application
    person = application.person
    if person.codes >= 10 or (person.code_at is not None and now - person.code_at < FASTEST):
        raise Refused("too_soon", _("Mã vừa được gửi. Hãy chờ một phút rồi thử lại."))
    _send_code(application, person, by=applicant_actor(by, ref), now=now)
    return application


def confirm_phone(*, ref: str, code: str, by: Actor, now: datetime) -> Application:
    """Whoever applied shows that the phone is theirs; done again, it changes nothing. A wrong code counts.

    Only now the numbers are claimed; refuses who has an application in this programme already.
    """
    try:
        with transaction.atomic():
            application = _unconfirmed_application(ref)
            if application.state != ApplicationState.UNCONFIRMED:
                return application
            problem = _problem_with(application, code, now)
            if problem is None:
                _start_application(
                    application,
                    secrets.unseal_personal(application.programme, application.person.sealed),
                    by=applicant_actor(by, ref),
                    now=now,
                )
                return application
            if problem.code == "wrong_code":
                application.person.tries += 1
                application.person.save(update_fields=["tries"])
    except IntegrityError as fault:
        raise record.told_of(fault) from fault
    raise problem


def _problem_with(application: Application, code: str, now: datetime) -> Refused | None:
    support_limits, person = rules.rules().numbers, application.person
    if person.tries >= support_limits.code_tries:
        return Refused("too_many_tries", _("Nhập sai quá nhiều lần. Hãy lấy mã mới."))
    if person.code_at is None or now - person.code_at > timedelta(minutes=support_limits.code_minutes):
        return Refused("old_code", _("Mã đã hết hạn. Hãy lấy mã mới."))
    if not secrets.code_fits(application, person.codes, code):
        return Refused("wrong_code", _("Mã chưa đúng. Hãy xem lại tin nhắn mới nhất."))
    return None


def application_by_key(ref: str, key: str) -> Application:
    """The application whose key somebody holds; the same refusal for an unknown reference and for a wrong key."""
    tidy = ref.strip().upper()[:24].replace("\0", "")
    application = Application.objects.select_related("programme", "unit", "origin_unit").filter(ref=tidy).first()
    if not secrets.is_application_key(tidy if application is not None else "-", key) or application is None:
        raise Refused("no_such_key", _("Mã hồ sơ hoặc khóa chưa đúng. Hãy xem lại tin nhắn đã nhận."))
    return application


@transaction.atomic
def withdraw_application(*, ref: str, key: str, by: Actor, now: datetime) -> Application:
    """Whoever applied does not want it any more, before it was handed over."""
    application = lookup.locked_by_ref(application_by_key(ref, key).ref)
    lookup.must_be_outside(application, by=by)
    if application.state == ApplicationState.DELIVERED:
        raise Refused("delivered", _("Suất hỗ trợ đã được trao nên không rút được. Nếu không đúng, hãy khiếu nại."))
    record.move_application(
        application, ApplicationState.WITHDRAWN, did="withdrawn", by=applicant_actor(by, ref), now=now, decided_at=now
    )
    return application


def expire_unconfirmed(*, by: Actor, now: datetime) -> int:
    """Let go of what nobody confirmed in time, with all that was personal; says how many."""
    before = now - timedelta(hours=rules.rules().numbers.expires_hours)
    waiting = Application.objects.filter(state=ApplicationState.UNCONFIRMED, told_at__lt=before)
    return sum(_expire_application(ref, before, by, now) for ref in list(waiting.values_list("ref", flat=True)[:1000]))


@transaction.atomic
def _expire_application(ref: str, before: datetime, by: Actor, now: datetime) -> bool:
    waiting = Application.objects.select_for_update(of=("self",)).filter(
        state=ApplicationState.UNCONFIRMED, told_at__lt=before
    )
    application = waiting.filter(ref=ref).first()
    if application is None:
        return False
    record.move_application(application, ApplicationState.EXPIRED, did="expired", by=by, now=now)
    application.delete()
    return True

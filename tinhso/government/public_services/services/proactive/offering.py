"""Offering: once a day, to everybody whom a rule concerns, once; telling them; letting unanswered offers lapse."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from itertools import islice

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.blocks.outbox import services as outbox
from tinhso.government.public_services import events
from tinhso.government.public_services.models import ProactiveOffer, ProactiveRule
from tinhso.government.public_services.queries.proactive import finding, offers, rules
from tinhso.government.public_services.queries.proactive.finding import ProactiveConcern
from tinhso.kernel.actor import Actor, program_actor
from tinhso.kernel.errors import Refused
from tinhso.kernel.refs import new_ref

RIGHT = "offer services"
PROACTIVE = program_actor("proactive", rights=[RIGHT])
A_BATCH = 500


def offer_all(*, day: date, by: Actor, now: datetime) -> int:
    """Offer to everybody whom the rules of ``day`` concern; says how many are new.

    Doing it again, or twice at once, offers nothing twice: person, rule and occurrence are unique in the database.
    """
    by.must_be_able_to(RIGHT)
    offer_count = 0
    for rule in rules.in_force(day):
        if rules.is_off(rule.code):
            continue
        for batch in _concern_batches(finding.people_concerned(rule, day)):
            offer_count += _offer_batch(rule, batch, day, by, now)
    return offer_count


def _concern_batches(concerns: Iterable[ProactiveConcern]) -> Iterator[list[ProactiveConcern]]:
    rest = iter(concerns)
    while batch := list(islice(rest, A_BATCH)):
        yield batch


@transaction.atomic
def _offer_batch(rule: ProactiveRule, concerns: list[ProactiveConcern], day: date, by: Actor, now: datetime) -> int:
    proactive_offers = [_offer_row(rule, proactive_concern, day, now) for proactive_concern in concerns]
    ProactiveOffer.objects.bulk_create(proactive_offers, ignore_conflicts=True)
    refs = [offer.ref for offer in proactive_offers]
    new = list(ProactiveOffer.objects.filter(ref__in=refs).select_related("unit").order_by("pk"))
    for proactive_offer in new:
        outbox.emit(
            events.ProactiveOffered(
                ref=proactive_offer.ref, rule=proactive_offer.code, unit=proactive_offer.unit.ref, by=by.ref
            )
        )
    if new:
        audit.record(
            by=by,
            did="offered services",
            to=(ProactiveRule._meta.label, rule.code),
            after={"day": day.isoformat(), "offers": [proactive_offer.ref for proactive_offer in new]},
        )
    return len(new)


def _offer_row(rule: ProactiveRule, proactive_concern: ProactiveConcern, day: date, now: datetime) -> ProactiveOffer:
    return ProactiveOffer(
        ref=new_ref("CD"),
        rule=rule,
        code=rule.code,
        level=rule.level,
        person=proactive_concern.source.party.owner,
        occurrence=proactive_concern.occurrence,
        on=proactive_concern.on,
        source=proactive_concern.source,
        paper=proactive_concern.paper,
        unit=proactive_concern.source.unit,
        offered_at=now,
        lapses_on=day + timedelta(days=rule.lapse_days),
    )


@transaction.atomic
def record_notice(*, ref: str, by: Actor, now: datetime, how: str) -> ProactiveOffer:
    """Write down that the person was told (``how``: mail, account, letter); from then on the notice runs, once."""
    by.must_be_able_to(RIGHT)
    return _mark_told(offers.locked_offer(ref), by, now, how)


@transaction.atomic
def letter_sent(*, ref: str, by: Actor, now: datetime) -> ProactiveOffer:
    """An officer has printed the letter and sent it or handed it over; the notice runs from then on."""
    proactive_offer = offers.locked_offer(ref)
    offers.must_be_able_to_write(proactive_offer, by)
    if proactive_offer.told_at is not None or proactive_offer.state not in offers.WAITING:
        raise Refused("told_already", _("Lời mời này đã được báo hoặc không còn chờ trả lời."))
    return _mark_told(proactive_offer, by, now, "letter")


def read_letter(*, ref: str, by: Actor) -> ProactiveOffer:
    """The offer for printing its letter, which holds its key and who it is for; written down as looked at."""
    proactive_offer = offers.by_ref(ref)
    offers.must_be_able_to_write(proactive_offer, by)
    audit.record_view(by=by, what=proactive_offer, why="letter")
    return proactive_offer


def _mark_told(proactive_offer: ProactiveOffer, by: Actor, now: datetime, how: str) -> ProactiveOffer:
    if proactive_offer.told_at is None:
        proactive_offer.told_at = now
        if proactive_offer.level == ProactiveRule.Level.AUTOMATIC:
            proactive_offer.notice_until = now + timedelta(days=proactive_offer.rule.notice_days)
        proactive_offer.save(update_fields=["told_at", "notice_until"])
        audit.record(by=by, did="told of an offer", to=proactive_offer, after={"how": how})
    return proactive_offer


def lapse_offers(*, day: date, by: Actor, now: datetime) -> int:
    """Offers that nobody answered in their time lapse; says how many."""
    by.must_be_able_to(RIGHT)
    return sum(_lapse_offer(ref, day, by, now) for ref in offers.lapsing_offers(day))


@transaction.atomic
def _lapse_offer(ref: str, day: date, by: Actor, now: datetime) -> bool:
    proactive_offer = offers.locked_offer(ref)
    if proactive_offer.state not in offers.WAITING or proactive_offer.lapses_on >= day:
        return False
    proactive_offer.state, proactive_offer.ended_at = ProactiveOffer.State.EXPIRED, now
    save_offer(proactive_offer, "lapsed", by, "state", "ended_at")
    return True


def save_offer(proactive_offer: ProactiveOffer, did: str, by: Actor, *fields: str) -> None:
    """Save what changed of an offer that the caller holds, write it down and announce it."""
    proactive_offer.save(update_fields=list(fields))
    audit.record(by=by, did=f"offer {did}", to=proactive_offer, after={"state": proactive_offer.state})
    outbox.emit(events.ProactiveMoved(ref=proactive_offer.ref, state=proactive_offer.state, by=by.ref))

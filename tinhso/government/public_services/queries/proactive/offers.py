"""One offer: as its person sees it, and as an officer does, without saying who it is."""

from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tinhso.blocks.bpmn.rights import MANAGE_PROCEDURES
from tinhso.blocks.cases.models import Case
from tinhso.blocks.cases.queries.detail import masked_name
from tinhso.blocks.cases.rights import RECEIVE_CASES
from tinhso.blocks.identity import queries as identity
from tinhso.blocks.identity.models import Person
from tinhso.government.public_services.models import ProactiveOffer, ProactiveRule
from tinhso.government.public_services.queries.proactive import secrets
from tinhso.government.public_services.queries.proactive.shape import AGE, FINISHED, trigger_of
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.ui.wording import date_text

WAITING = (ProactiveOffer.State.OFFERED, ProactiveOffer.State.OPENED)
AGREED = (ProactiveOffer.State.CONFIRMED, ProactiveOffer.State.ADJUSTED)


@dataclass(frozen=True)
class OfferWords:
    """What the rule says to the person, in the reader's language."""

    title: str
    text: str
    why: str


def no_such_offer() -> Refused:
    """What is said of an offer that does not exist and of a wrong key alike."""
    return Refused("no_such_offer", _("Mã lời mời hoặc khóa chưa đúng. Hãy mở lại đúng địa chỉ trong tin nhắn."))


def with_key(ref: str, key: str) -> ProactiveOffer:
    """The offer whose key somebody holds; the key is compared whether the offer exists or not."""
    text = ref.strip()[:24].upper()
    fits = secrets.is_offer_key(text, key)
    proactive_offer = (
        ProactiveOffer.objects.select_related("rule", "source__party", "unit", "filed").filter(ref=text).first()
    )
    if not fits or proactive_offer is None:
        raise no_such_offer()
    return proactive_offer


def locked_offer(ref: str) -> ProactiveOffer:
    """An offer held until the transaction ends, so that nothing happens to it twice at once."""
    proactive_offers = ProactiveOffer.objects.select_for_update(of=("self",)).select_related(
        "rule", "source__party", "source__receiving_unit", "source__origin_unit", "unit", "filed"
    )
    proactive_offer = proactive_offers.filter(ref=ref).first()
    if proactive_offer is None:
        raise no_such_offer()
    return proactive_offer


def by_ref(ref: str) -> ProactiveOffer:
    """An offer for officers; refuses an unknown one."""
    proactive_offers = ProactiveOffer.objects.select_related("rule", "source__party", "source__receiving_unit", "unit")
    proactive_offer = proactive_offers.filter(ref=ref).first()
    if proactive_offer is None:
        raise no_such_offer()
    return proactive_offer


def must_be_able_to_write(proactive_offer: ProactiveOffer, by: Actor) -> None:
    """Whoever keeps the rules, and whoever receives where the person was known, may write them a letter."""
    if not by.can(MANAGE_PROCEDURES):
        by.must_be_able_to(RECEIVE_CASES, at=proactive_offer.source.receiving_unit)


def words_of(rule: ProactiveRule) -> OfferWords:
    """The rule's words; English ones where there are some and the reader reads English."""
    if (get_language() or settings.LANGUAGE_CODE).startswith("en"):
        return OfferWords(rule.title_en or rule.title, rule.text_en or rule.text, rule.why_en or rule.why)
    return OfferWords(rule.title, rule.text, rule.why)


def offer_reason(proactive_offer: ProactiveOffer) -> str:
    """From which record the state knew, in one sentence."""
    kind, values = (
        trigger_of(proactive_offer.rule).kind,
        {"code": proactive_offer.source.code, "name": proactive_offer.source.name, "on": date_text(proactive_offer.on)},
    )
    if kind == FINISHED:
        return _("Hồ sơ %(code)s “%(name)s” của bạn đã xong ngày %(on)s.") % values
    if kind == AGE:
        return _("Theo hồ sơ %(code)s “%(name)s”, có người sẽ đủ tuổi vào ngày %(on)s.") % values
    return _("Kết quả của hồ sơ %(code)s “%(name)s” hết giá trị ngày %(on)s.") % values


def is_waiting(proactive_offer: ProactiveOffer, today: date) -> bool:
    """Whether the person can still answer."""
    return proactive_offer.state in WAITING and proactive_offer.lapses_on >= today


def can_go_on(proactive_offer: ProactiveOffer) -> bool:
    """Whether somebody who agreed has a draft still to hand in."""
    return proactive_offer.state in AGREED and proactive_offer.level > ProactiveRule.Level.REMIND


def can_restore(proactive_offer: ProactiveOffer, now: datetime) -> bool:
    """Whether the state before can be given back at this moment."""
    return (
        proactive_offer.state == ProactiveOffer.State.DONE
        and proactive_offer.restore_until is not None
        and now <= proactive_offer.restore_until
    )


def masked_person(proactive_offer: ProactiveOffer) -> str:
    """The person as lists may show them."""
    end = proactive_offer.source.party.id_number[-3:]
    return (
        f"{masked_name(proactive_offer.source.party.name)} ••••{end}"
        if len(proactive_offer.source.party.id_number) > 6
        else "•••"
    )


def account_of(source: Case) -> Person | None:
    """Whose account filed that case for themselves; None where it came without one, or from a desk."""
    filed = source.entries.filter(number=1).first() if source.channel == Case.Channel.ONLINE else None
    try:
        return identity.person_by_ref(filed.by) if filed else None
    except Refused:
        return None


def is_reachable(source: Case) -> bool:
    """Whether there is a way to tell the person: an address that they gave, or an account."""
    return bool(source.party.email) or account_of(source) is not None


def lapsing_offers(today: date) -> list[str]:
    """References of offers whose time is over without an answer."""
    proactive_offers = ProactiveOffer.objects.filter(state__in=WAITING, lapses_on__lt=today)
    return list(proactive_offers.values_list("ref", flat=True).order_by("pk"))


def is_due(proactive_offer: ProactiveOffer, now: datetime) -> bool:
    """Whether the notice of an offer has run out without a word against it."""
    has_notice_expired = (
        proactive_offer.notice_until is not None
        and proactive_offer.notice_until <= now
        and not proactive_offer.held_back
    )
    return (
        has_notice_expired
        and proactive_offer.level == ProactiveRule.Level.AUTOMATIC
        and is_waiting(proactive_offer, clock.local(now).date())
    )


def offers_due(now: datetime) -> list[str]:
    """References of offers whose notice has run out without a word against them."""
    proactive_offers = ProactiveOffer.objects.filter(
        level=ProactiveRule.Level.AUTOMATIC, state__in=WAITING, held_back="", notice_until__lte=now
    )
    return list(
        proactive_offers.exclude(lapses_on__lt=clock.local(now).date()).values_list("ref", flat=True).order_by("pk")
    )

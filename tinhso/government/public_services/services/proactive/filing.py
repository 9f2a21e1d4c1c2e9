"""A case from an offer: at the person's word, or, at level 4, when the notice has run out without a word against it.

It is filed in the person's name. The national list of channels has none for it, so its channel is online; that it came
of an offer stands in its first entry, in its ``request`` and here.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.blocks.cases import services as cases
from tinhso.blocks.cases.models import Case
from tinhso.blocks.cases.queries import applying
from tinhso.government.public_services.models import ProactiveOffer
from tinhso.government.public_services.queries.proactive import finding, offers, rules
from tinhso.government.public_services.services.proactive import preparing
from tinhso.government.public_services.services.proactive.offering import RIGHT, save_offer
from tinhso.government.public_services.services.proactive.preparing import PreparedFiling
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused

DRAFT = applying.request_of("x").removesuffix("x")


def file_due(*, by: Actor, now: datetime) -> int:
    """File what is due at level 4; says how many. What needs the person's word stays with them, and says why.

    Nothing is filed for money, nothing that a form leaves open, nothing under a rule that is switched off.
    """
    by.must_be_able_to(RIGHT)
    return sum(_file_one(ref, by, now) for ref in offers.offers_due(now))


def _file_one(ref: str, by: Actor, now: datetime) -> bool:
    try:
        return _file_silently(ref, by, now)
    except Refused as refusal:
        _hold_back(ref, refusal.message, by, now)
        return False


@transaction.atomic
def _file_silently(ref: str, by: Actor, now: datetime) -> bool:
    proactive_offer = offers.locked_offer(ref)
    if not offers.is_due(proactive_offer, now) or rules.is_off(proactive_offer.code):
        return False
    if finding.is_silent(proactive_offer.person, proactive_offer.code) or not finding.still_holds(
        proactive_offer.source
    ):
        raise Refused("not_wanted", _("Người dân không muốn nhận nữa, hoặc kết quả làm căn cứ đã bị thu hồi."))
    prepared_filing = preparing.prepared_filing(proactive_offer, now)
    if not prepared_filing.is_free:
        raise Refused("costs_money", _("Thủ tục có phí hoặc chưa rõ phí: chỉ nộp khi người dân đồng ý."))
    proactive_offer.automatic = True
    link_to_dossier(proactive_offer, file_prepared(prepared_filing, by, now), "filed by itself", by, now)
    return True


@transaction.atomic
def _hold_back(ref: str, why: str, by: Actor, now: datetime) -> None:
    proactive_offer = offers.locked_offer(ref)
    if proactive_offer.state in offers.WAITING and not proactive_offer.held_back:
        proactive_offer.held_back = why[:300]
        save_offer(proactive_offer, "held back", by, "held_back")


def file_prepared(prepared_filing: PreparedFiling, by: Actor, now: datetime) -> Case:
    """File what was prepared as it is; refuses where a form must be filled in first."""
    form, values = preparing.values_of(prepared_filing, clock.local(now).date())
    return cases.file_case(filing=preparing.with_form(prepared_filing.filing, form, values), by=by, now=now)


def link_to_dossier(proactive_offer: ProactiveOffer, case: Case, did: str, by: Actor, now: datetime) -> None:
    """An offer that the caller holds has come to a case; from now on the state before can be given back."""
    proactive_offer.state, proactive_offer.filed, proactive_offer.done_at = ProactiveOffer.State.DONE, case, now
    proactive_offer.restore_until = now + timedelta(days=proactive_offer.rule.restore_days)
    save_offer(
        proactive_offer,
        did,
        by,
        "state",
        "filed",
        "done_at",
        "restore_until",
        "automatic",
        "answer",
        "answered_at",
        "draft",
    )


@transaction.atomic
def draft_filed(*, code: str, by: Actor, now: datetime) -> bool:
    """Whether a case came of the draft of somebody who had agreed; their offer is done then, once."""
    by.must_be_able_to(RIGHT)
    case = Case.objects.filter(code=code, request__startswith=DRAFT).first()
    offer = ProactiveOffer.objects.filter(draft=case.request.removeprefix(DRAFT)).first() if case else None
    if case is None or offer is None:
        return False
    proactive_offer = offers.locked_offer(offer.ref)
    if proactive_offer.state not in offers.AGREED:
        return False
    link_to_dossier(proactive_offer, case, "filed", by, now)
    return True

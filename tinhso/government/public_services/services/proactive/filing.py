"""A dossier from an offer: at the person's word, or, at level 4, when the notice has run out without a word against it.

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
    one = offers.locked_offer(ref)
    if not offers.is_due(one, now) or rules.is_off(one.code):
        return False
    if finding.is_silent(one.person, one.code) or not finding.still_holds(one.source):
        raise Refused("not_wanted", _("Người dân không muốn nhận nữa, hoặc kết quả làm căn cứ đã bị thu hồi."))
    whole = preparing.prepared_filing(one, now)
    if not whole.is_free:
        raise Refused("costs_money", _("Thủ tục có phí hoặc chưa rõ phí: chỉ nộp khi người dân đồng ý."))
    one.automatic = True
    link_to_dossier(one, file_prepared(whole, by, now), "filed by itself", by, now)
    return True


@transaction.atomic
def _hold_back(ref: str, why: str, by: Actor, now: datetime) -> None:
    one = offers.locked_offer(ref)
    if one.state in offers.WAITING and not one.held_back:
        one.held_back = why[:300]
        save_offer(one, "held back", by, "held_back")


def file_prepared(whole: PreparedFiling, by: Actor, now: datetime) -> Case:
    """File what was prepared as it is; refuses where a form must be filled in first."""
    form, values = preparing.values_of(whole, clock.local(now).date())
    return cases.file_case(filing=preparing.with_form(whole.filing, form, values), by=by, now=now)


def link_to_dossier(one: ProactiveOffer, case: Case, did: str, by: Actor, now: datetime) -> None:
    """An offer that the caller holds has come to a dossier; from now on the state before can be given back."""
    one.state, one.filed, one.done_at = ProactiveOffer.State.DONE, case, now
    one.restore_until = now + timedelta(days=one.rule.restore_days)
    save_offer(
        one, did, by, "state", "filed", "done_at", "restore_until", "automatic", "answer", "answered_at", "draft"
    )


@transaction.atomic
def draft_filed(*, code: str, by: Actor, now: datetime) -> bool:
    """Whether a dossier came of the draft of somebody who had agreed; their offer is done then, once."""
    by.must_be_able_to(RIGHT)
    case = Case.objects.filter(code=code, request__startswith=DRAFT).first()
    found = ProactiveOffer.objects.filter(draft=case.request.removeprefix(DRAFT)).first() if case else None
    if case is None or found is None:
        return False
    one = offers.locked_offer(found.ref)
    if one.state not in offers.AGREED:
        return False
    link_to_dossier(one, case, "filed", by, now)
    return True

"""What the person does who holds an offer's key: look, agree, adjust, refuse, take back."""

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.blocks.cases import services as cases
from tinhso.blocks.cases.models import Case
from tinhso.blocks.cases.queries import applying, lookup
from tinhso.blocks.cases.queries.rules import rules
from tinhso.blocks.forms import services as drafts
from tinhso.blocks.identity import services as identity
from tinhso.government.public_services.models import ProactiveOffer, ProactiveRule, ProactiveSilence
from tinhso.government.public_services.queries.proactive import offers
from tinhso.government.public_services.services.proactive import preparing
from tinhso.government.public_services.services.proactive.filing import file_prepared, link_to_dossier
from tinhso.government.public_services.services.proactive.offering import save_offer
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.kernel.text import nfc

TRIES = "offers"
T = TypeVar("T")
ID_END = 4
CHANGEABLE = {"phone": 20, "email": 254, "address": 300}


@dataclass(frozen=True)
class Agreed:
    """What came of it: a case; a draft with its secret, to be looked through and handed in; or neither (level 1)."""

    offer: ProactiveOffer
    case: Case | None = None
    draft: drafts.Opened | None = None


def offer_key_holder(ref: str, by: Actor) -> Actor:
    """Whoever holds the key of an offer, in its history."""
    return Actor(ref=f"offer:{ref}", name=str(_("Người được mời")), kind="applicant", address=by.address)


def offer_by_key(*, ref: str, key: str, by: Actor, now: datetime) -> ProactiveOffer:
    """The offer whose key somebody holds; wrong keys are counted, and too many from one address end the tries."""
    return _counted_try(lambda: offers.with_key(ref, key), by, now)


def _to_act(ref: str, key: str, by: Actor, now: datetime) -> ProactiveOffer:
    """The same, to answer it; refuses whoever has a right over the case that it comes from."""
    proactive_offer = offer_by_key(ref=ref, key=key, by=by, now=now)
    lookup.must_be_outside(proactive_offer.source, by=by)
    return proactive_offer


def _counted_try(opening: Callable[[], T], by: Actor, now: datetime) -> T:
    """What ``opening`` gives; its refusals are counted by address, and an account gives no more tries."""
    nobody, most = replace(by, kind="nobody"), rules().front.wrong_keys
    return identity.try_secret(what=TRIES, most=most, by=nobody, now=now, opening=opening)


def open_offer(*, ref: str, key: str, by: Actor, now: datetime) -> ProactiveOffer:
    """The same, and write down that it was looked at, the first time."""
    proactive_offer = offer_by_key(ref=ref, key=key, by=by, now=now)
    return proactive_offer if proactive_offer.opened_at else _mark_opened(proactive_offer.ref, by, now)


@transaction.atomic
def _mark_opened(ref: str, by: Actor, now: datetime) -> ProactiveOffer:
    proactive_offer = offers.locked_offer(ref)
    if proactive_offer.opened_at is None:
        proactive_offer.opened_at = now
        if proactive_offer.state == ProactiveOffer.State.OFFERED:
            proactive_offer.state = ProactiveOffer.State.OPENED
        save_offer(proactive_offer, "opened", offer_key_holder(ref, by), "opened_at", "state")
    return proactive_offer


def accept_offer(
    *, ref: str, key: str, by: Actor, now: datetime, changes: Mapping[str, str] | None = None, id_end: str = ""
) -> Agreed:
    """Confirm as prepared, or with ``changes`` of how the person is reached; said again, it answers with the same.

    Level 1 only leads to the procedure. Otherwise what needs no form is filed at once; a form is filled in as far as
    the state knows, for the person to look through, who proves by ``id_end``, the last digits of their number, that the
    address did not come into other hands. Refuses what was refused, has lapsed or was taken back.
    """
    offer = _to_act(ref, key, by, now)  # outside the transaction, so that wrong tries stay counted
    if offer.filed is None and asks_id(offer, now):
        _must_be_they(offer, id_end, by, now)
    ref = offer.ref
    with transaction.atomic():
        proactive_offer = offers.locked_offer(ref)
        if proactive_offer.filed is not None and proactive_offer.state == ProactiveOffer.State.DONE:
            return Agreed(proactive_offer, case=proactive_offer.filed)
        if (
            not offers.is_waiting(proactive_offer, clock.local(now).date())
            and proactive_offer.state not in offers.AGREED
        ):
            raise _too_late(proactive_offer)
        _set_answer(proactive_offer, "confirmed" if changes is None else "adjusted", now)
        if proactive_offer.level == ProactiveRule.Level.REMIND:
            save_offer(
                proactive_offer, proactive_offer.answer, offer_key_holder(ref, by), "state", "answer", "answered_at"
            )
            return Agreed(proactive_offer)
        return _prepare_dossier(proactive_offer, changes, by, now)


def asks_id(proactive_offer: ProactiveOffer, now: datetime) -> bool:
    """Whether agreeing shows a form with what the state knows of the person."""
    form = applying.form_for(proactive_offer.rule.procedure, clock.local(now).date())
    return form is not None and proactive_offer.level > ProactiveRule.Level.REMIND


def _must_be_they(proactive_offer: ProactiveOffer, id_end: str, by: Actor, now: datetime) -> None:
    expected_end = proactive_offer.source.party.id_number[-ID_END:]

    def compare() -> None:
        if not hmac.compare_digest(expected_end.encode(), id_end.strip().encode()):
            raise Refused("wrong_end", _("Bốn số cuối của số giấy tờ chưa khớp với hồ sơ trước. Hãy xem lại."))

    _counted_try(compare, by, now)


def _set_answer(proactive_offer: ProactiveOffer, answer: str, now: datetime) -> None:
    if not proactive_offer.answer:
        proactive_offer.state, proactive_offer.answer, proactive_offer.answered_at = (
            ProactiveOffer.State(answer),
            answer,
            now,
        )


def _prepare_dossier(
    proactive_offer: ProactiveOffer, changes: Mapping[str, str] | None, by: Actor, now: datetime
) -> Agreed:
    prepared_filing = preparing.prepared_filing(proactive_offer, now)
    changed_values = {name: nfc(value).strip() for name, value in (changes or {}).items()}
    values = {name: changed_values[name][:longest] for name, longest in CHANGEABLE.items() if changed_values.get(name)}
    if prepared_filing.form is None and changes is not None and not values:
        raise Refused("nothing_changed", _("Hãy ghi điều bạn muốn sửa, hoặc chọn đồng ý."))
    applicant = replace(prepared_filing.filing.applicant, **values)  # type: ignore[arg-type]
    prepared_filing = replace(prepared_filing, filing=replace(prepared_filing.filing, applicant=applicant))
    who = offer_key_holder(proactive_offer.ref, by)
    if prepared_filing.form is None:
        case = file_prepared(prepared_filing, who, now)
        link_to_dossier(proactive_offer, case, proactive_offer.answer, who, now)
        return Agreed(proactive_offer, case=case)
    draft = cases.begin_application(
        filing=replace(prepared_filing.filing, request=""),
        version=prepared_filing.form,
        competent=prepared_filing.filing.competent.ref,
        known=prepared_filing.known,
        by=by,
        now=now,
    )
    proactive_offer.draft = draft.draft.ref
    save_offer(proactive_offer, proactive_offer.answer, who, "state", "answer", "answered_at", "draft")
    return Agreed(proactive_offer, draft=draft)


def draft_of_offer(proactive_offer: ProactiveOffer) -> str:
    """The draft that somebody who agreed has still to hand in; empty where there is none."""
    return (
        proactive_offer.draft
        if offers.can_go_on(proactive_offer) and applying.finished_before(proactive_offer.draft) is None
        else ""
    )


def refuse_offer(*, ref: str, key: str, by: Actor, now: datetime, never_again: bool = False) -> ProactiveOffer:
    """Say no; nothing is filed, now or later. ``never_again``: nor is the person told of this rule once more."""
    return _record_refusal(_to_act(ref, key, by, now).ref, by, now, never_again)


@transaction.atomic
def _record_refusal(ref: str, by: Actor, now: datetime, never_again: bool) -> ProactiveOffer:
    proactive_offer = offers.locked_offer(ref)
    if proactive_offer.state != ProactiveOffer.State.REFUSED:
        if not offers.is_waiting(proactive_offer, clock.local(now).date()):
            raise _too_late(proactive_offer)
        _set_answer(proactive_offer, "refused", now)
        save_offer(proactive_offer, "refused", offer_key_holder(ref, by), "state", "answer", "answered_at")
    if never_again:
        ProactiveSilence.objects.bulk_create(
            [ProactiveSilence(person=proactive_offer.person, code=proactive_offer.code, since=now)],
            ignore_conflicts=True,
        )
        audit.record(by=offer_key_holder(ref, by), did="silenced a rule", to=proactive_offer)
    return proactive_offer


def remind_again(*, ref: str, key: str, by: Actor, now: datetime) -> ProactiveOffer:
    """The person wants to hear of the rule again, from the next occurrence on."""
    proactive_offer = _to_act(ref, key, by, now)
    with transaction.atomic():
        ProactiveSilence.objects.filter(person=proactive_offer.person, code=proactive_offer.code, until=None).update(
            until=now
        )
        audit.record(by=offer_key_holder(proactive_offer.ref, by), did="listens to a rule again", to=proactive_offer)
    return proactive_offer


def restore_offer(*, ref: str, key: str, by: Actor, now: datetime, why: str = "") -> ProactiveOffer:
    """Give back the state before: the case is withdrawn, or its result taken out of use; both moments are kept."""
    return _undo_offer(_to_act(ref, key, by, now).ref, by, now, why)


@transaction.atomic
def _undo_offer(ref: str, by: Actor, now: datetime, why: str) -> ProactiveOffer:
    proactive_offer = offers.locked_offer(ref)
    if proactive_offer.state == ProactiveOffer.State.RESTORED:
        return proactive_offer
    if proactive_offer.filed is None or not offers.can_restore(proactive_offer, now):
        raise Refused("cannot_restore", _("Không còn khôi phục được ở đây. Hãy hỏi nơi nhận hồ sơ."))
    reason = why.strip()[:4000] or str(_("Người dân đề nghị trở lại như trước (dịch vụ chủ động)"))
    cases.restore_previous_state(code=proactive_offer.filed.code, why=reason, address=by.address, now=now)
    proactive_offer.state, proactive_offer.restored_at = ProactiveOffer.State.RESTORED, now
    save_offer(proactive_offer, "restored", offer_key_holder(ref, by), "state", "restored_at")
    return proactive_offer


def _too_late(proactive_offer: ProactiveOffer) -> Refused:
    words = _("Lời mời này ở trạng thái “%(state)s” nên không trả lời được nữa. Bạn vẫn nộp hồ sơ được như thường.")
    return Refused("not_now", words, state=proactive_offer.get_state_display())

"""Officers: switch a rule off or on, and look at what it offered."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.blocks.bpmn.rights import MANAGE_PROCEDURES
from tinhso.government.public_services.models import ProactiveOffer, ProactiveRule, ProactiveSwitch
from tinhso.government.public_services.queries.proactive import rules
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused


@transaction.atomic
def switch_rule(*, code: str, off: bool, why: str, by: Actor, now: datetime) -> ProactiveSwitch:
    """Nothing new is offered under a rule, and nothing filed by itself, until it is switched on; offers stay."""
    by.must_be_able_to(MANAGE_PROCEDURES)
    rule = rules.by_code(code)
    ProactiveRule.objects.select_for_update().get(pk=rule.pk)
    if not why.strip():
        raise Refused("no_reason", _("Hãy ghi rõ lý do."))
    if rules.is_off(rule.code) == off:
        text = _("Quy tắc đang tắt.") if off else _("Quy tắc đang bật.")
        raise Refused("switched_already", text)
    proactive_switch = ProactiveSwitch.objects.create(
        code=rule.code, off=off, at=now, by=by.ref, by_name=by.name, why=why.strip()[:300]
    )
    did = "switched a proactive rule off" if off else "switched a proactive rule on"
    audit.record(by=by, did=did, to=(ProactiveRule._meta.label, rule.code), after={"why": proactive_switch.why})
    return proactive_switch


def look_at(*, shown: Sequence[ProactiveOffer], code: str, by: Actor) -> Sequence[ProactiveOffer]:
    """The offers on a page; that somebody looked at them is written down."""
    by.must_be_able_to(MANAGE_PROCEDURES)
    if shown:
        audit.record_view(
            by=by,
            what=(ProactiveRule._meta.label, code),
            why=",".join(proactive_offer.ref for proactive_offer in shown),
        )
    return shown

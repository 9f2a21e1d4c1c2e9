"""Inviting a firm by a code, and taking what it answers."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.http import QueryDict

from tinhso.blocks.audit import services as audit
from tinhso.blocks.forms import queries as forms
from tinhso.blocks.forms.queries import posted
from tinhso.blocks.forms.queries.checking import CheckedValues
from tinhso.blocks.outbox import services as outbox
from tinhso.economy.enterprises import events
from tinhso.economy.enterprises.models import Assessment, Firm, Invitation
from tinhso.economy.enterprises.queries import assessing, lookup, scoring
from tinhso.economy.enterprises.queries.rules import rules
from tinhso.economy.enterprises.rights import MANAGE_ENTERPRISES
from tinhso.kernel import clock, refs
from tinhso.kernel.actor import Actor, program_actor

FIRM = program_actor("enterprises.firm", rights=[])


@dataclass(frozen=True)
class Answered:
    """What came of answering: an assessment, or what is still wrong with the answers."""

    checked: CheckedValues
    assessment: Assessment | None = None


@transaction.atomic
def invite_firm(*, ref: str, by: Actor, now: datetime) -> str:
    """A new code for a firm, shown this once; the one before it ends."""
    firm = Firm.objects.select_for_update(of=("self",)).get(pk=lookup.visible_firm(ref, by).pk)
    by.must_be_able_to(MANAGE_ENTERPRISES, at=firm.unit)
    Invitation.objects.filter(firm=firm.ref, ended_at__isnull=True).update(ended_at=now)
    code = "".join(secrets.choice(assessing.LETTERS) for _n in range(assessing.LONG))
    Invitation.objects.create(
        firm=firm.ref,
        code_hash=assessing.hash_of(code),
        made_at=now,
        made_by=by.ref,
        until=now + timedelta(days=rules().assessment.code_days),
    )
    audit.record(by=by, did="invited firm", to=("enterprises.Firm", firm.ref))
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))


@transaction.atomic
def save_assessment(*, code: str, post: QueryDict, now: datetime) -> Answered:
    """Take the answers of the firm that the code is for, whoever sends them; answers with faults are not kept."""
    invitation, firm = assessing.invitation_and_firm(code, now)
    version = assessing.questionnaire_in_force(now)
    typed = posted.posted_values(forms.shape_of(version), post, {})
    checked = forms.check_values(version, typed, day=clock.local(now).date())
    if checked.problems:
        return Answered(checked)
    Invitation.objects.select_for_update().get(pk=invitation.pk)
    scored = scoring.assessment_score(checked.values, rules().assessment)
    assessment = Assessment.objects.create(
        ref=refs.new_ref("TDG"),
        firm=firm.ref,
        version=version,
        at=now,
        values=checked.values,
        score=scored.whole,
        pillars={pillar: str(points) for pillar, points in scored.pillars.items()},
    )
    audit.record(by=FIRM, did="assessed itself", to=("enterprises.Firm", firm.ref), after={"score": str(scored.whole)})
    outbox.emit(events.FirmAssessed(ref=assessment.ref, firm=firm.ref, unit=firm.unit.ref, score=str(scored.whole)))
    return Answered(checked, assessment)


@transaction.atomic
def follow_mergers() -> None:
    """What was kept of a firm that was merged into another is of that one; its code ends."""
    merged = dict(Firm.objects.filter(removed=True).exclude(merged_into="").values_list("ref", "merged_into"))
    for old, surviving_ref in merged.items():
        Assessment.objects.filter(firm=old).update(firm=surviving_ref)
        Invitation.objects.filter(firm=old, ended_at__isnull=True).update(ended_at=clock.now())

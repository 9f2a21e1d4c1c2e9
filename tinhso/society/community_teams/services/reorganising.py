"""After units were reorganised: one commune goes on with one team, teams of ended levels end, doubts are settled.

Members and teams follow their unit by themselves where it became one other (``registers.services.move_units``). What a
decision has to say is said here: each act names the decision, and writes through the registers, so that history holds.
"""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.blocks.registers import services as records
from tinhso.blocks.registers.contract import REGISTERS
from tinhso.blocks.units import queries as units
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.society.community_teams.models import Member, Team
from tinhso.society.community_teams.queries import lookup
from tinhso.society.community_teams.services import words

TEAMS, MEMBERS = "teams", "team-members"


@transaction.atomic
def join_teams(
    *, keep: str, name: str, decision: str, decided_on: date, decided_by: str, by: Actor, now: datetime
) -> Team:
    """The commune team ``keep`` goes on under a new decision; the commune's other teams of the level end.

    Their members go on in it; of several heads that of ``keep`` stays, the others become deputies.
    """
    first = _managed_team(keep, by)
    others = list(
        Team.objects.filter(lookup.ALIVE, unit=first.unit, tier=Team.Tier.COMMUNE).exclude(pk=first.pk).order_by("pk")
    )
    if first.tier != Team.Tier.COMMUNE or not others:
        raise Refused("nothing_to_join", _("Xã, phường này chỉ còn một tổ cấp xã."))
    why, today = words.tidied_text(decision, most=60), clock.local(now).date()
    moved = Member.objects.filter(lookup.ALIVE, team__in=others).order_by("pk")
    for member in moved:
        values = {"team": first.ref} | ({"role": "deputy"} if member.role == "head" else {})
        _change_entry(MEMBERS, member.ref, values, by, now, why)
    for other in others:
        records.end_record(register=REGISTERS[TEAMS], ref=other.ref, on=today, why=why, by=by, now=now)
    entry_values = {
        "name": words.tidied_text(name, most=200),
        "decision": why,
        "decided_on": f"{decided_on}",
        "decided_by": words.tidied_text(decided_by, most=200),
    }
    joined_team = _change_entry(TEAMS, first.ref, entry_values, by, now, why)
    assert isinstance(joined_team, Team)
    return joined_team


def _change_entry(code: str, ref: str, values: dict[str, str], by: Actor, now: datetime, why: str) -> object:
    return records.change_record(register=REGISTERS[code], ref=ref, values=values, by=by, now=now, why=why)


@transaction.atomic
def end_level(*, refs: list[str], on: date, decision: str, by: Actor, now: datetime) -> int:
    """Teams of districts end, with the terms of their members, as a decision says; says how many teams."""
    why, ended = words.tidied_text(decision, most=300), 0
    for ref in sorted(set(refs)):
        team = _managed_team(ref, by)
        for member in Member.objects.filter(lookup.ALIVE, team=team).order_by("pk"):
            records.end_record(register=REGISTERS[MEMBERS], ref=member.ref, on=on, why=why, by=by, now=now)
        records.end_record(register=REGISTERS[TEAMS], ref=team.ref, on=on, why=why, by=by, now=now)
        ended += 1
    return ended


@transaction.atomic
def settle_team(*, ref: str, unit: str, why: str, by: Actor, now: datetime) -> Team:
    """A team of a commune that became several is, with its members, of one of these."""
    team = _managed_team(ref, by)
    choices = {successor.ref for successor in units.successors(team.unit, clock.local(now).date())}
    if unit not in choices:
        raise Refused("bad_unit", _("Hãy chọn một trong các đơn vị kế thừa."))
    text = words.tidied_text(why, most=300)
    settled_team = _change_entry(TEAMS, team.ref, {"unit": unit}, by, now, text)
    assert isinstance(settled_team, Team)
    for member in Member.objects.filter(lookup.ALIVE, team=team).order_by("pk"):
        _change_entry(MEMBERS, member.ref, {"unit": unit}, by, now, text)
    return settled_team


def _managed_team(ref: str, by: Actor) -> Team:
    team = lookup.managed_teams(by).filter(ref=ref[:40]).first()
    if team is None:
        raise lookup.unknown_ref(ref)
    return team

"""Difficulties: told by a team, sent to whoever can do something, answered, closed or asked about again."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.blocks.outbox import services as outbox
from tinhso.blocks.units import queries as units
from tinhso.blocks.units.models import Unit
from tinhso.kernel import clock, refs
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Forbidden, Refused
from tinhso.society.community_teams import events
from tinhso.society.community_teams.models import Difficulty, Entry, Team, Visit
from tinhso.society.community_teams.queries import lookup
from tinhso.society.community_teams.queries.rules import HERE, due_at, rules
from tinhso.society.community_teams.rights import ANSWER_DIFFICULTIES, MANAGE_TEAMS
from tinhso.society.community_teams.services import words

State = Difficulty.State
AGAIN = timedelta(minutes=10)


@transaction.atomic
def report_difficulty(
    *,
    team: Team,
    kind: str,
    text: str,
    by: Actor,
    now: datetime,
    people: int = 1,
    visit: Visit | None = None,
    illustrative: bool = False,
) -> Difficulty:
    """A team tells what people have trouble with; the province's rules say who answers, and until when.

    The same words of the same person within ten minutes are the difficulty that is there already.
    """
    team = lookup.my_team(team.ref, by)
    Team.objects.select_for_update(of=("self",)).get(pk=team.pk)
    rule, clean_text = rules().kind(kind), words.tidied_text(text)
    again = Difficulty.objects.filter(team=team, by=by.ref, kind=rule.code, words=clean_text, at__gt=now - AGAIN)
    if (before := again.first()) is not None and before.visit == visit:
        return before
    if not 1 <= people <= 5000:
        raise Refused("bad_people", _("Số người gặp khó khăn từ 1 đến 5000."))
    difficulty = Difficulty.objects.create(
        ref=refs.new_ref("KK"),
        team=team,
        visit=visit,
        unit=team.unit,
        kind=rule.code,
        words=clean_text,
        people=people,
        routed_to=answering_unit(team.unit, rule.to, now),
        at=now,
        by=by.ref,
        by_name=by.name,
        due_at=due_at(now, rule.days),
        illustrative=illustrative,
    )
    _save_difficulty(difficulty, did="told", by=by, now=now, note=difficulty.words)
    return difficulty


def answering_unit(unit: Unit, to: str, now: datetime) -> Unit | None:
    """Who answers: the commune itself, or an agency of today by its code; None where there is none."""
    return unit if to == HERE else units.agency(to, clock.local(now).date())


@transaction.atomic
def route_difficulty(*, ref: str, to: str, note: str, by: Actor, now: datetime) -> Difficulty:
    """Send it to another unit, with the reason; the days to answer begin anew."""
    difficulty = _locked_difficulty(ref, by)
    _must_answer(difficulty, by)
    _must_be(difficulty, State.OPEN)
    unit = units.at(clock.local(now).date()).filter(ref=to[:40]).first()
    if unit is None or unit == difficulty.routed_to:
        raise Refused("bad_unit", _("Hãy chọn một đơn vị khác để chuyển."))
    _save_difficulty(
        difficulty,
        did="routed",
        by=by,
        now=now,
        note=words.tidied_text(note),
        routed_to=unit,
        due_at=due_at(now, rules().kind(difficulty.kind).days),
    )
    return difficulty


@transaction.atomic
def answer_difficulty(*, ref: str, text: str, by: Actor, now: datetime) -> Difficulty:
    """Say what people can do, or what was done; the team reads it to them."""
    difficulty = _locked_difficulty(ref, by)
    _must_answer(difficulty, by)
    _must_be(difficulty, State.OPEN)
    clean_text = words.tidied_text(text, least=10)
    _save_difficulty(
        difficulty,
        did="answered",
        by=by,
        now=now,
        note=clean_text,
        state=State.ANSWERED,
        answer=clean_text,
        answered_at=now,
    )
    return difficulty


@transaction.atomic
def close_difficulty(*, ref: str, note: str, by: Actor, now: datetime) -> Difficulty:
    """The team says that the answer helped."""
    difficulty = _locked_difficulty(ref, by)
    lookup.my_team(difficulty.team.ref, by)
    _must_be(difficulty, State.ANSWERED)
    _save_difficulty(
        difficulty, did="closed", by=by, now=now, note=words.tidied_text(note, least=0), state=State.CLOSED
    )
    return difficulty


@transaction.atomic
def reopen_difficulty(*, ref: str, note: str, by: Actor, now: datetime) -> Difficulty:
    """The answer did not help, with the reason: it waits for another."""
    difficulty = _locked_difficulty(ref, by)
    lookup.my_team(difficulty.team.ref, by)
    _must_be(difficulty, State.ANSWERED)
    _save_difficulty(
        difficulty,
        did="reopened",
        by=by,
        now=now,
        note=words.tidied_text(note),
        state=State.OPEN,
        answered_at=None,
        answer="",
        due_at=due_at(now, rules().kind(difficulty.kind).days),
    )
    return difficulty


def _locked_difficulty(ref: str, by: Actor) -> Difficulty:
    difficulty = lookup.difficulty(ref, by)
    rows = Difficulty.objects.select_for_update(of=("self",)).select_related("team__unit", "unit", "routed_to")
    return rows.get(pk=difficulty.pk)


def _must_answer(difficulty: Difficulty, by: Actor) -> None:
    """Whoever answers for the unit that it was sent to; where nobody was named, who manages the team."""
    if difficulty.routed_to is not None and by.can(ANSWER_DIFFICULTIES, at=difficulty.routed_to):
        return
    if not by.can(MANAGE_TEAMS, at=difficulty.team.unit):
        raise Forbidden("not_yours", _("Khó khăn này do đơn vị khác trả lời."))


def _must_be(difficulty: Difficulty, state: State) -> None:
    if difficulty.state != state:
        words_ = _("Khó khăn đang ở trạng thái “%(state)s” nên không làm được việc này. Hãy mở lại trang.")
        raise Refused("not_now", words_, state=difficulty.get_state_display())


def _save_difficulty(
    difficulty: Difficulty, *, did: str, by: Actor, now: datetime, note: str, **fields: object
) -> None:
    """Fields, entry, audit and announcement together."""
    for name, value in fields.items():
        setattr(difficulty, name, value)
    difficulty.moves += 1
    difficulty.save(update_fields=[*fields, "moves"])
    Entry.objects.create(
        difficulty=difficulty, number=difficulty.moves, at=now, by=by.ref, by_name=by.name, did=did, note=note
    )
    audit.record(
        by=by,
        did=f"difficulty {did}",
        to=difficulty,
        after={"state": str(difficulty.state), "number": difficulty.moves},
    )
    unit = difficulty.routed_to or difficulty.unit
    outbox.emit(
        events.DifficultyMoved(
            ref=difficulty.ref, number=difficulty.moves, did=did, state=str(difficulty.state), unit=unit.ref, by=by.ref
        )
    )

"""The visit log: writing a visit down, voiding one that was wrong."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.blocks.surveys.contract import SurveySubmission
from tinhso.kernel import clock, refs
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.society.community_teams.models import Team, Visit
from tinhso.society.community_teams.queries import lookup
from tinhso.society.community_teams.queries.rules import rules
from tinhso.society.community_teams.rights import MANAGE_TEAMS
from tinhso.society.community_teams.services import difficulties, words

OLDEST = timedelta(days=62)  # phones may be without a network for weeks; what is older is written by who manages
MOST_PEOPLE = 5000


@dataclass(frozen=True)
class VisitDraft:
    """What is told of a visit. ``longitude`` and ``latitude`` in degrees, of which three decimals are kept (100 m)."""

    day: date
    kind: str
    people: int
    topics: Sequence[str]
    women: int | None = None
    old: int | None = None
    done_by_self: int | None = None
    note: str = ""
    longitude: float | None = None
    latitude: float | None = None


@transaction.atomic
def log_visit(
    *, team: Team, draft: VisitDraft, by: Actor, now: datetime, submission: str = "", illustrative: bool = False
) -> Visit:
    """Write down that ``team`` helped people; refuses what cannot be, and days ahead or long past.

    The same ``submission`` again is the visit that it was, whoever taps twice.
    """
    team = lookup.my_team(team.ref, by)
    _must_be_plausible(team, draft, by, now)
    Team.objects.select_for_update(of=("self",)).get(pk=team.pk)
    if submission and (before := Visit.objects.filter(submission=submission, team=team, by=by.ref).first()):
        return before
    placed = draft.longitude is not None and draft.latitude is not None
    visit = Visit.objects.create(
        ref=refs.new_ref("LH"),
        team=team,
        unit=team.unit,
        day=draft.day,
        kind=draft.kind,
        people=draft.people,
        women=draft.women,
        old=draft.old,
        done_by_self=draft.done_by_self,
        topics=list(dict.fromkeys(draft.topics)),
        note=words.tidied_text(draft.note, least=0, most=1000),
        submission=submission,
        at=now,
        by=by.ref,
        by_name=by.name,
        longitude=round(Decimal(str(draft.longitude)), 3) if placed else None,
        latitude=round(Decimal(str(draft.latitude)), 3) if placed else None,
        illustrative=illustrative,
    )
    audit.record(
        by=by, did="visit logged", to=visit, after={"team": team.ref, "day": f"{visit.day}", "people": visit.people}
    )
    return visit


def _must_be_plausible(team: Team, draft: VisitDraft, by: Actor, now: datetime) -> None:
    today = clock.local(now).date()
    if draft.day > today:
        raise Refused("ahead", _("Ngày hỗ trợ không được sau hôm nay."))
    if draft.day < today - OLDEST and not by.can(MANAGE_TEAMS, at=team.unit):
        raise Refused("too_old", _("Lượt hỗ trợ đã quá %(days)s ngày: nhờ cán bộ phụ trách ghi."), days=OLDEST.days)
    if draft.kind not in Visit.Kind.values:
        raise Refused("bad_kind", _("Hãy chọn hình thức hỗ trợ."))
    if not 1 <= draft.people <= MOST_PEOPLE:
        raise Refused("bad_people", _("Số người được hướng dẫn từ 1 đến %(most)s."), most=MOST_PEOPLE)
    if any(part is not None and not 0 <= part <= draft.people for part in (draft.women, draft.old, draft.done_by_self)):
        raise Refused("bad_part", _("Số “trong đó” không được lớn hơn số người được hướng dẫn."))
    topic_codes = {rule_word.code for rule_word in rules().topics}
    if not draft.topics or not set(draft.topics) <= topic_codes:
        raise Refused("bad_topics", _("Hãy chọn ít nhất một nội dung có trong danh mục."))


@transaction.atomic
def void_visit(*, ref: str, why: str, by: Actor, now: datetime) -> Visit:
    """A visit was written down wrongly: it stays, and counts no more. Whoever wrote it may, or who manages there."""
    visible_visit = lookup.visit(ref, by)
    visit = Visit.objects.select_for_update(of=("self",)).select_related("team__unit").get(pk=visible_visit.pk)
    if visit.by != by.ref:
        by.must_be_able_to(MANAGE_TEAMS, at=visit.team.unit)
    if visit.voided_at is not None:
        raise Refused("voided", _("Lượt hỗ trợ này đã được hủy."))
    visit.voided_at, visit.voided_by_name, visit.void_why = now, by.name, words.tidied_text(why, most=300)
    visit.save(update_fields=["voided_at", "voided_by_name", "void_why"])
    audit.record(by=by, did="visit voided", to=visit, after={"why": visit.void_why})
    return visit


@transaction.atomic
def take_form(*, submission: SurveySubmission, by: Actor, now: datetime) -> Visit:
    """A form that was filled in is a visit; what people had trouble with goes on to whoever answers."""
    values = submission.values
    team = lookup.team_by_ref(str(values["team"]))
    if team is None:
        raise lookup.unknown_ref(str(values["team"]))
    where = values.get("place") or (None, None)
    draft = VisitDraft(
        day=values["day"],
        kind=values["kind"],
        people=values["people"],
        topics=values["topics"],
        women=values.get("women"),
        old=values.get("old"),
        done_by_self=values.get("done_by_self"),
        note=values.get("note", ""),
        latitude=where[0],
        longitude=where[1],
    )
    visit = log_visit(
        team=team, draft=draft, by=by, now=now, submission=submission.ref, illustrative=submission.illustrative
    )
    trouble = values.get("difficulty") or {}
    if trouble.get("difficulty_kind"):
        difficulties.report_difficulty(
            team=team,
            kind=trouble["difficulty_kind"],
            text=trouble.get("difficulty_words", ""),
            by=by,
            now=now,
            people=trouble.get("difficulty_people") or 1,
            visit=visit,
            illustrative=submission.illustrative,
        )
    return visit


@transaction.atomic
def correct_form(*, submission: SurveySubmission, earlier: SurveySubmission, by: Actor, now: datetime) -> Visit:
    """A form that was corrected: the earlier visit is voided, the corrected one logged in its place.

    A difficulty that the earlier form told of went on to whoever answers, and is not told again.
    """
    before = Visit.objects.filter(submission=earlier.ref).first()
    if before is not None and before.voided_at is None:
        void_visit(ref=before.ref, why=_("Phiếu được sửa: %(ref)s") % {"ref": submission.ref}, by=by, now=now)
    if (earlier.values.get("difficulty") or {}).get("difficulty_kind"):
        values = {name: answer for name, answer in submission.values.items() if name != "difficulty"}
        submission = replace(submission, values=values)
    return take_form(submission=submission, by=by, now=now)

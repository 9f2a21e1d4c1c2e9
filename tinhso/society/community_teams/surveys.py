"""The visit log as a survey: filled in on a phone without a network, by our own page or by ODK Collect."""

from collections.abc import Sequence
from datetime import datetime

from tinhso.blocks.surveys.contract import Survey, SurveySubmission, declare_survey
from tinhso.kernel.actor import Actor
from tinhso.society.community_teams import services
from tinhso.society.community_teams.queries import lookup
from tinhso.society.community_teams.rights import MANAGE_TEAMS, SEE_TEAMS


def _may_fill(by: Actor) -> bool:
    return bool(lookup.teams_of_member(by)) or by.can(MANAGE_TEAMS)


def _take_visit_form(submission: SurveySubmission, by: Actor, now: datetime) -> str:
    """A filled-in form is a visit, and a difficulty where one was told; refused as the pages would refuse it."""
    return services.take_form(submission=submission, by=by, now=now).unit.ref


def _replace_visit(submission: SurveySubmission, earlier: SurveySubmission, by: Actor, now: datetime) -> str:
    """A corrected form is another visit; the earlier one counts no more."""
    return services.correct_form(submission=submission, earlier=earlier, by=by, now=now).unit.ref


def _loggable_teams(by: Actor) -> Sequence[dict[str, str]]:
    """The teams that somebody may log for: their own first."""
    own = lookup.teams_of_member(by)
    return [{"name": team.ref, "label": team.name} for team in own or lookup.managed_teams(by)[:2_000]]


VISIT = declare_survey(
    Survey(
        code="community_visit",
        name="Phiếu lượt hỗ trợ của tổ công nghệ số",
        name_en="Visit of a digital team",
        see=SEE_TEAMS,
        manage=MANAGE_TEAMS,
        may_fill=_may_fill,
        taken=_take_visit_form,
        lists={"teams": _loggable_teams},
        required=("team", "day", "kind", "people", "topics"),
        private=("place",),
        edited=_replace_visit,
    )
)

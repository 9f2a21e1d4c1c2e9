"""Every write of community teams: visits, difficulties, tasks, training, reports, reorganising."""

from tinhso.society.community_teams.services.difficulties import (
    answer_difficulty,
    close_difficulty,
    reopen_difficulty,
    report_difficulty,
    route_difficulty,
)
from tinhso.society.community_teams.services.reorganising import end_level, join_teams, settle_team
from tinhso.society.community_teams.services.reporting import remind_teams, report_month
from tinhso.society.community_teams.services.tasks import confirm_task, drop_task, give_tasks, report_task, send_back
from tinhso.society.community_teams.services.training import (
    cancel_session,
    certify_members,
    enrol_members,
    plan_session,
    record_attendance,
)
from tinhso.society.community_teams.services.visits import VisitDraft, correct_form, log_visit, take_form, void_visit

__all__ = [
    "VisitDraft",
    "answer_difficulty",
    "record_attendance",
    "cancel_session",
    "certify_members",
    "close_difficulty",
    "confirm_task",
    "correct_form",
    "drop_task",
    "end_level",
    "enrol_members",
    "give_tasks",
    "join_teams",
    "log_visit",
    "plan_session",
    "remind_teams",
    "reopen_difficulty",
    "report_month",
    "report_task",
    "route_difficulty",
    "send_back",
    "settle_team",
    "take_form",
    "report_difficulty",
    "void_visit",
]

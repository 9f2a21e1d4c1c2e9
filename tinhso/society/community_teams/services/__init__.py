"""Every write of community teams: visits, difficulties, tasks, training, reports, reorganising."""

from tinhso.society.community_teams.services.difficulties import answer, close, reopen, route, tell
from tinhso.society.community_teams.services.reorganising import end_level, join, settle
from tinhso.society.community_teams.services.reporting import remind, report_month
from tinhso.society.community_teams.services.tasks import confirm, drop, give, report_task, send_back
from tinhso.society.community_teams.services.training import attend, cancel, certify, enrol, plan
from tinhso.society.community_teams.services.visits import Draft, correct_form, log, take_form, void

__all__ = [
    "Draft",
    "answer",
    "attend",
    "cancel",
    "certify",
    "close",
    "confirm",
    "correct_form",
    "drop",
    "end_level",
    "enrol",
    "give",
    "join",
    "log",
    "plan",
    "remind",
    "reopen",
    "report_month",
    "report_task",
    "route",
    "send_back",
    "settle",
    "take_form",
    "tell",
    "void",
]

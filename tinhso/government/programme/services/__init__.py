"""Every write of the steering programme."""

from tinhso.government.programme.services.climbing import escalate_late
from tinhso.government.programme.services.directives import (
    answer,
    ask_again,
    close,
    give_directive,
    give_directives,
    withdraw,
)
from tinhso.government.programme.services.directives import extend as extend_directive
from tinhso.government.programme.services.following import follow_units, settle_unit
from tinhso.government.programme.services.plans import add_goal, add_plan, attach_paper, change_goal, judge_goals
from tinhso.government.programme.services.record import Evidence
from tinhso.government.programme.services.scores import must_score, record_score
from tinhso.government.programme.services.targets import amend_target, judge_target
from tinhso.government.programme.services.tasks import (
    accept,
    drop,
    finish,
    give_task,
    report_progress,
    send_back,
    wait_for,
    wait_no_more,
)
from tinhso.government.programme.services.tasks import extend as extend_task

__all__ = [
    "Evidence",
    "accept",
    "add_goal",
    "add_plan",
    "amend_target",
    "answer",
    "ask_again",
    "attach_paper",
    "change_goal",
    "escalate_late",
    "close",
    "give_directive",
    "give_directives",
    "drop",
    "extend_directive",
    "extend_task",
    "finish",
    "follow_units",
    "give_task",
    "judge_goals",
    "judge_target",
    "must_score",
    "report_progress",
    "record_score",
    "send_back",
    "settle_unit",
    "wait_for",
    "wait_no_more",
    "withdraw",
]

"""Every write of the steering programme."""

from tinhso.government.programme.services.climbing import climb
from tinhso.government.programme.services.directives import answer, ask_again, close, direct, withdraw
from tinhso.government.programme.services.directives import extend as extend_directive
from tinhso.government.programme.services.following import follow_units, settle
from tinhso.government.programme.services.plans import add_goal, add_plan, attach, change_goal, judge
from tinhso.government.programme.services.record import Evidence
from tinhso.government.programme.services.scores import must_score, score
from tinhso.government.programme.services.targets import amend_target, judge_target
from tinhso.government.programme.services.tasks import (
    accept,
    drop,
    finish,
    give,
    progress,
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
    "attach",
    "change_goal",
    "climb",
    "close",
    "direct",
    "drop",
    "extend_directive",
    "extend_task",
    "finish",
    "follow_units",
    "give",
    "judge",
    "judge_target",
    "must_score",
    "progress",
    "score",
    "send_back",
    "settle",
    "wait_for",
    "wait_no_more",
    "withdraw",
]

"""What happens to alerts: opened and ended by evaluation, handled by people, passed up when nobody does."""

from tinhso.ioc.services.alerting.acts import acknowledge, assign, comment, end_silence, silence
from tinhso.ioc.services.alerting.digests import send_digests
from tinhso.ioc.services.alerting.escalating import end_silences, escalate
from tinhso.ioc.services.alerting.evaluating import EvaluationOutcome, ask_for_evaluation, evaluate
from tinhso.ioc.services.alerting.wishes import set_wish

__all__ = [
    "EvaluationOutcome",
    "acknowledge",
    "ask_for_evaluation",
    "assign",
    "comment",
    "end_silences",
    "escalate",
    "evaluate",
    "send_digests",
    "set_wish",
    "silence",
    "end_silence",
]

"""How often an hour one address without an account may begin, file or hand a file in, and try keys."""

from datetime import datetime

from django.utils.translation import gettext as _

from tinhso.blocks.cases.models import Case
from tinhso.blocks.cases.queries import lookup
from tinhso.blocks.cases.queries.rules import rules
from tinhso.blocks.cases.services import tracking
from tinhso.blocks.identity import services as identity
from tinhso.kernel.actor import Actor


def take_turn(*, by: Actor, now: datetime) -> None:
    """Count one more use of the citizens' way in; refuses when there were too many within this hour of the clock."""
    words = _("Từ mạng của bạn đã có quá nhiều lần nộp trong giờ này. Hãy thử lại sau, hoặc nộp tại quầy.")
    identity.take_turn(what="cases.apply", most=rules().front.per_hour, words=words, by=by, now=now)


def open_to_act(*, code: str, key: str, by: Actor, now: datetime) -> Case:
    """The same, for something that only the applicant does; refuses whoever has a right over the case."""
    case = open_with_key(code=code, key=key, by=by, now=now)
    lookup.must_be_outside(case, by=by)
    return case


def open_with_key(*, code: str, key: str, by: Actor, now: datetime) -> Case:
    """The case whose key somebody holds. Wrong keys are counted: after so many nothing opens for this hour."""
    most = rules().front.wrong_keys
    return identity.try_secret(
        what="cases.key", most=most, by=by, now=now, opening=lambda: tracking.case_by_key(code, key)
    )

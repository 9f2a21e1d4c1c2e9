"""How often an hour one address without an account may send something, and ask for a code."""

from datetime import datetime
from functools import partial

from django.utils.translation import gettext as _

from tinhso.blocks.identity import services as identity
from tinhso.kernel.actor import Actor
from tinhso.society.field_reports.models import Report
from tinhso.society.field_reports.queries.rules import rules
from tinhso.society.field_reports.services import telling


def take_turn(*, by: Actor, now: datetime) -> None:
    """Count one more use of the way in; refuses when there were too many within this hour of the clock."""
    words = _("Từ mạng của bạn đã có quá nhiều lần gửi trong giờ này. Hãy gọi đường dây nóng.")
    identity.take_turn(what="field_reports", most=rules().front.per_hour, words=words, by=by, now=now)


def open_with_key(*, ref: str, key: str, by: Actor, now: datetime) -> Report:
    """The report whose key somebody holds. Wrong keys are counted: after so many nothing opens for this hour."""
    most = rules().front.wrong_keys
    opening = partial(telling.report_by_key, ref.replace("\0", ""), key)
    return identity.try_secret(what="field_reports.key", most=most, by=by, now=now, opening=opening)


def at_most(*, what: str, who: str, most: int, now: datetime) -> None:
    """Count one more of ``what`` by ``who`` (a key, a mailbox); refuses when there were ``most`` within this hour."""
    words = _("Đã gửi quá nhiều lần trong giờ này. Hãy thử lại sau.")
    identity.at_most(what=f"field_reports.{what}", who=who, most=most, words=words, now=now)

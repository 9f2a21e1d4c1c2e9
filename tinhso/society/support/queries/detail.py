"""One application with all that is known of it, in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from tinhso.kernel.actor import Actor
from tinhso.society.support.contract import ApplicationState
from tinhso.society.support.models import Application, Entry
from tinhso.society.support.rights import DECIDE_SUPPORT, TAKE_SUPPORT

WORDS: Mapping[str, object] = {
    "told": _("Gửi hồ sơ"),
    "submitted": _("Hồ sơ vào danh sách chờ duyệt"),
    "paper_asked": _("Cần giấy tờ"),
    "paper_seen": _("Đã xem giấy tờ"),
    "approved": _("Được duyệt"),
    "approved_by_list": _("Được duyệt theo danh sách"),
    "refused": _("Không được duyệt"),
    "delivered": _("Đã trao"),
    "withdrawn": _("Rút hồ sơ"),
    "undone": _("Bỏ cùng danh sách"),
    "expired": _("Hết hạn xác nhận"),
    "complained": _("Khiếu nại"),
    "upheld": _("Khiếu nại đúng"),
    "rejected": _("Khiếu nại không đúng"),
    "reopened": _("Xét lại từ đầu"),
    "inherited": _("Chuyển cho đơn vị kế thừa"),
    "unit_in_doubt": _("Chưa rõ đơn vị kế thừa"),
}
TONES: Mapping[str, str] = {
    "submitted": "info",
    "paper": "warn",
    "approved": "info",
    "delivered": "good",
    "refused": "bad",
}
OUTCOMES: Mapping[str, tuple[object, str]] = {
    "yes": (_("đạt"), "good"),
    "paper": (_("cần giấy tờ"), "warn"),
    "no": (_("không đạt"), "bad"),
}


@dataclass(frozen=True)
class ApplicationHistoryLine:
    """What happened, in words."""

    entry: Entry
    words: str


@dataclass(frozen=True)
class RuleAnswerView:
    """What a rule said: the outcome in a word, its tone, and why."""

    word: str
    tone: str
    why: str


def application_history(application: Application, *, public_only: bool = False) -> list[ApplicationHistoryLine]:
    """What happened, the earliest first."""
    entries = application.entries.order_by("number")
    entries = entries.filter(public=True) if public_only else entries
    return [ApplicationHistoryLine(entry, str(WORDS.get(entry.did, entry.did))) for entry in entries]


def rule_answers(answers: Sequence[Mapping[str, str]]) -> list[RuleAnswerView]:
    """What the rules said, in words."""
    return [
        RuleAnswerView(str(OUTCOMES[answer["outcome"]][0]), OUTCOMES[answer["outcome"]][1], answer["why"])
        for answer in answers
    ]


def allowed_actions(application: Application, by: Actor) -> dict[str, bool]:
    """What ``by`` may do with it now."""
    decides, takes = by.can(DECIDE_SUPPORT, at=application.unit), by.can(TAKE_SUPPORT, at=application.unit)
    waits = application.state in (ApplicationState.SUBMITTED, ApplicationState.PAPER)
    return {
        "approve": decides and waits and application.taken_by != by.ref,
        "refuse": decides and (waits or application.state == ApplicationState.APPROVED),
        "ask_paper": decides and application.state == ApplicationState.SUBMITTED,
        "paper_seen": takes and application.state == ApplicationState.PAPER,
        "deliver": takes and application.state == ApplicationState.APPROVED,
        "reveal": decides or takes,
        "answer": decides,
    }

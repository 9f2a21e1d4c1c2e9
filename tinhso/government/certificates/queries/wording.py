"""Words and looks that pages share: states, masked numbers, what a word of the register says has happened."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from tinhso.government.certificates.models import Request, Version
from tinhso.government.certificates.queries import search

TONES = {
    search.ACTIVE: "good",
    search.SOON: "warn",
    search.CHANGE: "warn",
    search.EXPIRED: "bad",
    search.SUSPENDED: "warn",
    search.REVOKED: "none",
}
STEP_TONES = {
    "draft": "none",
    "submitted": "warn",
    "approved": "warn",
    "accepted": "info",
    "sent": "info",
    "answered": "good",
    "handed": "good",
    "refused": "bad",
    "withdrawn": "none",
}


@dataclass(frozen=True)
class RegisterLine:
    """A certificate with its state in words."""

    one: Version
    state: str
    words: str
    tone: str
    left: int


def state_words(state: str) -> str:
    """A state as people say it."""
    return {
        search.ACTIVE: _("đang hiệu lực"),
        search.SOON: _("sắp hết hạn"),
        search.EXPIRED: _("đã hết hạn"),
        search.CHANGE: _("phải thay đổi"),
        search.SUSPENDED: _("tạm dừng"),
        search.REVOKED: _("đã thu hồi"),
    }[state]


def register_line(version: Version, day: date) -> RegisterLine:
    """One certificate as a list shows it."""
    state = search.shown_state(version, day)
    return RegisterLine(version, state, state_words(state), TONES[state], (version.last_day - day).days)


def step_tone(request: Request) -> str:
    """The tone of a request's state."""
    return STEP_TONES[request.step]


def masked_number(number: str) -> str:
    """A number of which only the last three digits are shown."""
    return "•" * max(0, len(number) - 3) + number[-3:]


def did_words(did: str) -> str:
    """What happened to a certificate, from the code that the register keeps."""
    values = {
        "registered": _("Ghi vào sổ"),
        "imported": _("Nhập từ danh sách"),
        "issued": _("Được cấp"),
        "renewed": _("Được gia hạn"),
        "changed": _("Thay đổi nội dung"),
        "recovered": _("Khôi phục thiết bị"),
        "revoked": _("Thu hồi"),
        "replaced": _("Có chứng thư thay thế"),
        "suspended": _("Tạm dừng"),
        "resumed": _("Dùng lại"),
        "corrected": _("Sửa điều ghi sai"),
        "reorganised": _("Đơn vị được sắp xếp"),
        "undone": _("Hoàn tác một lần nhập"),
    }
    return values.get(did, did)


def label_of(name: str) -> str:
    """What a column of the register is called."""
    if name == "unit":
        return _("Đơn vị")
    return str(Version._meta.get_field(name).verbose_name)  # type: ignore[union-attr]


def name_of(version: Version) -> str:
    """Who a certificate is for: the person or service, else what the certificate says."""
    return version.holder or version.subject

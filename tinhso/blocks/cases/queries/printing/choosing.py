"""Which forms a case has so far: each tells of one entry of its history."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from tinhso.blocks.cases.models import Case, Entry, Slip
from tinhso.blocks.cases.queries.printing.wording import APOLOGY, CONTROL, DECLINED, RECEIPT, STOPPED, SUPPLEMENT
from tinhso.kernel.errors import Refused

TELLS_OF: Mapping[int, str] = {
    RECEIPT: "received",
    SUPPLEMENT: "asked_supplement",
    DECLINED: "declined",
    APOLOGY: "extended",
    STOPPED: "stopped",
}
OWN = tuple(TELLS_OF)  # what the applicant gets; the control slip stays in the house
NAMES: Mapping[int, Promise] = {
    RECEIPT: _lazy("Giấy tiếp nhận hồ sơ và hẹn trả kết quả"),
    SUPPLEMENT: _lazy("Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ"),
    DECLINED: _lazy("Phiếu từ chối tiếp nhận hồ sơ"),
    APOLOGY: _lazy("Phiếu xin lỗi và hẹn lại ngày trả kết quả"),
    STOPPED: _lazy("Thông báo dừng giải quyết hồ sơ"),
    CONTROL: _lazy("Phiếu kiểm soát quá trình giải quyết hồ sơ"),
}


@dataclass(frozen=True)
class Printable:
    """A form that can be printed now: of which entry, and when that happened."""

    form: int
    entry: int
    name: str
    at: datetime


def printable_forms(case: Case, forms: tuple[int, ...] = (*OWN, CONTROL)) -> list[Printable]:
    """What there is to print, by form and time; the newest control slip only."""
    form_by_act = {did: form for form, did in TELLS_OF.items() if form in forms}
    printables = [
        Printable(form_by_act[entry.did], entry.number, str(NAMES[form_by_act[entry.did]]), entry.at)
        for entry in case.entries.filter(did__in=form_by_act).order_by("number")
    ]
    if CONTROL in forms and case.received_at is not None:
        last = case.entries.latest("number")
        printables.append(Printable(CONTROL, last.number, str(NAMES[CONTROL]), last.at))
    return sorted(printables, key=lambda printable: (printable.form, printable.entry))


def entry_for(case: Case, form: int, number: int = 0) -> Entry:
    """What ``form`` tells of: entry ``number``, else the newest; refuses a form that the case has no cause for."""
    if form not in NAMES:
        raise Refused("unknown_form", _("Không có mẫu nào mang số này. Hãy chọn mẫu 01 đến 06."))
    entries = case.entries.select_related("unit", "unit__parent")
    if form == CONTROL:
        entries = entries.filter(number=case.entries_count if case.received_at else 0)
    else:
        entries = entries.filter(did=TELLS_OF[form])
    entry = (entries.filter(number=number) if number else entries).order_by("number").last()
    if entry is None:
        raise Refused("nothing_to_print", _no_cause(form))
    return entry


def _no_cause(form: int) -> str:
    return {
        RECEIPT: _("Hồ sơ chưa được tiếp nhận nên chưa có giấy tiếp nhận."),
        SUPPLEMENT: _("Hồ sơ không có yêu cầu bổ sung này. Hãy mở trang hồ sơ và chọn ở mục In."),
        DECLINED: _("Hồ sơ không bị từ chối tiếp nhận nên không có phiếu từ chối."),
        APOLOGY: _("Hồ sơ không có lần gia hạn này. Hãy mở trang hồ sơ và chọn ở mục In."),
        STOPPED: _("Hồ sơ không bị dừng giải quyết nên không có thông báo dừng."),
        CONTROL: _("Phiếu kiểm soát chỉ in được cho hồ sơ đã tiếp nhận, theo việc mới nhất của hồ sơ."),
    }[form]


def last_slip(case: Case, form: int, entry: Entry) -> Slip | None:
    """What was printed of it last."""
    return Slip.objects.filter(case=case, form=form, entry=entry.number).order_by("edition").last()

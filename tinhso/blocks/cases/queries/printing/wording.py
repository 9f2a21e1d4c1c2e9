"""Words of printed forms: names as the circular has them, all else as a province words it in ``cases.toml``.

The names of the forms are known; their layout was not compared with the circular's text (chưa kiểm chứng).
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace

from tinhso.blocks.cases.queries.rules import rules
from tinhso.blocks.documents.contract import Letterhead, PageLayout
from tinhso.blocks.units.models import Unit
from tinhso.blocks.units.queries import place_name
from tinhso.kernel import province

RECEIPT, SUPPLEMENT, DECLINED, APOLOGY, STOPPED, CONTROL, REGISTER = range(1, 8)


@dataclass(frozen=True)
class Wording:
    """Words of a form: its title, what stands before and after the facts, the lines over the signature.

    ``{unit}`` and ``{applicant}`` in ``before`` become names.
    """

    title: str
    before: str = ""
    after: tuple[str, ...] = ()
    signs: tuple[str, ...] = ()


OURS: Mapping[int, Wording] = {
    RECEIPT: Wording(
        "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ",
        "{unit} đã tiếp nhận hồ sơ của {applicant}.",
        ("Khi đến nhận kết quả, đề nghị mang theo giấy này.",),
        ("NGƯỜI TIẾP NHẬN HỒ SƠ",),
    ),
    SUPPLEMENT: Wording(
        "PHIẾU YÊU CẦU BỔ SUNG, HOÀN THIỆN HỒ SƠ",
        "{unit} đề nghị {applicant} bổ sung, hoàn thiện hồ sơ những nội dung sau:",
        ("Trong lúc chờ bổ sung, thời hạn giải quyết tạm dừng.",),
        ("NGƯỜI YÊU CẦU",),
    ),
    DECLINED: Wording(
        "PHIẾU TỪ CHỐI TIẾP NHẬN HỒ SƠ",
        "{unit} không tiếp nhận hồ sơ của {applicant}, vì lý do sau:",
        (),
        ("NGƯỜI TIẾP NHẬN HỒ SƠ",),
    ),
    APOLOGY: Wording(
        "PHIẾU XIN LỖI VÀ HẸN LẠI NGÀY TRẢ KẾT QUẢ",
        "{unit} xin lỗi {applicant} vì chưa giải quyết xong hồ sơ theo ngày đã hẹn, và xin hẹn lại ngày trả kết quả.",
        ("Mong nhận được sự thông cảm.",),
        ("NGƯỜI GIẢI QUYẾT HỒ SƠ",),
    ),
    STOPPED: Wording(
        "THÔNG BÁO DỪNG GIẢI QUYẾT HỒ SƠ",
        "{unit} dừng giải quyết hồ sơ của {applicant}, vì lý do sau:",
        (),
        ("NGƯỜI GIẢI QUYẾT HỒ SƠ",),
    ),
    CONTROL: Wording("PHIẾU KIỂM SOÁT QUÁ TRÌNH GIẢI QUYẾT HỒ SƠ"),
    REGISTER: Wording("SỔ THEO DÕI HỒ SƠ", signs=("NGƯỜI LẬP SỔ",)),
}


def wording_of_form(form: int) -> Wording:
    """The words of a form: the province's own where it has some."""
    ours, own = OURS[form], rules().forms.get(form, {})
    return Wording(
        str(own.get("title", ours.title)),
        str(own.get("before", ours.before)),
        tuple(own.get("after", ours.after)),
        tuple(own.get("signs", ours.signs)),
    )


def letterhead(unit: Unit) -> Letterhead:
    """Who prints: the unit under what the province says stands above it, and the place where it is."""
    head = rules().head
    names = {"unit": unit.name, "place": place_name(unit)}
    body, place = head.get("body", "{unit}"), head.get("place", "{place}")
    return Letterhead(
        _fill_placeholders(body, names).upper(),
        _fill_placeholders(place, names),
        _fill_placeholders(head.get("above", ""), names).upper(),
    )


def _fill_placeholders(text: str, names: Mapping[str, str]) -> str:
    for name, value in names.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def sentence_with_names(text: str, *, unit: str, applicant: str) -> str:
    """A sentence with its names filled in; anything else in braces stays as it is."""
    return _fill_placeholders(text, {"unit": unit, "applicant": applicant})


def page_layout() -> PageLayout:
    """The province's own measures of a page, where it gives some."""
    said_of_pages = province.province_facts().documents
    values = asdict(PageLayout())
    return replace(PageLayout(), **{name: float(value) for name, value in said_of_pages.items() if name in values})

"""What is wrong with an answer, in a sentence that says what to do; the page's script gets the same sentences."""

from collections.abc import Mapping

from django.utils import translation
from django.utils.translation import gettext as _

# which of several faults of one answer is said: the first in this order
PRECEDENCE = (
    "required",
    "type",
    "const",
    "enum",
    "format",
    "pattern",
    "minLength",
    "maxLength",
    "minimum",
    "exclusiveMinimum",
    "maximum",
    "exclusiveMaximum",
    "multipleOf",
    "x-not-after",
    "minItems",
    "maxItems",
    "uniqueItems",
    "unit",
    "other",
)
BY_KIND = {
    ("type", "integer"),
    ("type", "money"),
    ("format", "date"),
    ("format", "email"),
    ("format", "decimal"),
    ("required", "choice"),
    ("required", "file"),
    ("const", "boolean"),
    ("pattern", "phone"),
}


def sentence_templates() -> Mapping[str, str]:
    """Sentences by code (``format.date`` where a kind of field has its own); ``%s`` is the limit."""
    return {
        "required": _("Hãy điền mục này."),
        "required.choice": _("Hãy chọn một mục."),
        "required.file": _("Hãy nộp giấy tờ này."),
        "type": _("Nội dung chưa đúng kiểu. Hãy điền lại."),
        "type.integer": _("Hãy ghi một số nguyên, ví dụ 12."),
        "type.money": _("Hãy ghi số tiền bằng đồng, không có phần lẻ, ví dụ 1.500.000."),
        "const": _("Giá trị này không được nhận. Hãy chọn lại."),
        "const.boolean": _("Hãy đánh dấu vào ô này để tiếp tục."),
        "enum": _("Giá trị này không có trong danh sách. Hãy chọn lại."),
        "format": _("Viết chưa đúng dạng. Hãy xem lời hướng dẫn."),
        "format.date": _("Hãy ghi ngày có thật theo dạng ngày/tháng/năm, ví dụ 05/10/2024."),
        "format.email": _("Hãy ghi địa chỉ thư điện tử đầy đủ, ví dụ ten@vidu.vn."),
        "format.decimal": _("Hãy ghi một số, phần lẻ sau dấu phẩy và không quá hai chữ số, ví dụ 120,5."),
        "pattern": _("Viết chưa đúng dạng. Hãy xem lời hướng dẫn."),
        "pattern.phone": _("Số điện thoại chưa đúng. Hãy ghi đủ các chữ số, ví dụ 0912345678."),
        "minLength": _("Quá ngắn: cần ít nhất %s ký tự."),
        "maxLength": _("Quá dài: nhiều nhất %s ký tự."),
        "minimum": _("Quá nhỏ: ít nhất là %s."),
        "exclusiveMinimum": _("Quá nhỏ: phải lớn hơn %s."),
        "maximum": _("Quá lớn: nhiều nhất là %s."),
        "exclusiveMaximum": _("Quá lớn: phải nhỏ hơn %s."),
        "multipleOf": _("Phải là bội số của %s."),
        "x-not-after": _("Ngày này chưa tới. Hãy ghi một ngày không sau hôm nay."),
        "minItems": _("Còn thiếu: cần ít nhất %s dòng."),
        "maxItems": _("Quá nhiều: nhiều nhất %s dòng."),
        "uniqueItems": _("Có hai dòng giống hệt nhau. Hãy bỏ bớt một dòng."),
        "unit": _("Không có xã, phường này vào ngày hôm nay. Hãy chọn lại trong danh sách."),
        "other": _("Câu trả lời này không được nhận. Hãy xem lại."),
    }


def fault_sentences(code: str, kind: str, limit: object) -> tuple[str, str]:
    """The sentence in Vietnamese and in English."""
    key = f"{code}.{kind}" if (code, kind) in BY_KIND else code
    sentences = []
    for language in ("vi", "en"):
        with translation.override(language):
            sentences.append(sentence_templates()[key].replace("%s", _limit_text(limit)))
    return sentences[0], sentences[1]


def _limit_text(limit: object) -> str:
    return f"{limit:,}".replace(",", ".") if isinstance(limit, int) and not isinstance(limit, bool) else str(limit)

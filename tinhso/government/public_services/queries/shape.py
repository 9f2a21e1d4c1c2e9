"""The shape of a procedure in files: which columns there are, what each may hold, what it is called in a workbook.

One description serves JSON, workbooks, the province's own files, the export and the report of changes. Headings of
workbooks are Vietnamese whatever the reader's language, so that every export can be brought back.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override

from tinhso.government.public_services.models import Version
from tinhso.government.public_services.queries.parts import AREAS, UNITS
from tinhso.kernel.text import fold, nfc

TRUE, FALSE = {"true", "1", "co", "x", "yes"}, {"false", "0", "khong", "no", ""}
MOST_DECIMALS = 2
MOST_EXPONENT = 20  # beyond it a short text stands for a number that fills the memory when written out
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
Reader = Callable[[Any], Any]


class InvalidColumnValue(Exception):
    """Why a value cannot be taken."""


@dataclass(frozen=True)
class ProcedureColumn:
    """A column: its key in JSON, its heading in a workbook, how it is read; ``required`` ones may not be empty."""

    key: str
    heading: str
    read: Reader
    required: bool = False
    empty: Any = ""


@dataclass(frozen=True)
class ProcedureTable:
    """A list inside a procedure, and the sheet of a workbook that holds it; ``inside`` is the list it belongs to."""

    key: str
    sheet: str
    columns: tuple[ProcedureColumn, ...]
    inside: str = ""


def text_reader(most: int) -> Reader:
    """Text of at most ``most`` letters, in the composed spelling."""

    def read_value(value: Any) -> str:
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, (dict, list, bool)):
            raise InvalidColumnValue(_("phải là chữ"))
        text = nfc(str(value)).replace("\r\n", "\n").strip()
        if "\0" in text:
            raise InvalidColumnValue(_("có ký tự không dùng được"))
        if len(text) > most:
            raise InvalidColumnValue(_("dài hơn %(most)s chữ") % {"most": most})
        return text

    return read_value


def code_reader(most: int) -> Reader:
    """A code: letters and digits without diacritics, dots, hyphens."""
    plain = text_reader(most)

    def read_value(value: Any) -> str:
        text: str = plain(value)
        if not CODE.fullmatch(text):
            raise InvalidColumnValue(_("mã chỉ có chữ không dấu, chữ số, dấu chấm, gạch nối"))
        return text

    return read_value


def choice_reader(options: Mapping[str, Any]) -> Reader:
    """One of ``options``, by its code or its Vietnamese word, whatever the diacritics."""
    values = {fold(str(word)): code for code, word in options.items()} | {fold(code): code for code in options}

    def read_value(value: Any) -> str:
        option_code = values.get(fold(str(value)))
        if option_code is None:
            named = ", ".join(str(word) for word in options.values())
            raise InvalidColumnValue(
                _("“%(value)s” không phải một trong: %(options)s") % _shortened_value(value, options=named)
            )
        return option_code

    return read_value


def list_reader(one: Reader) -> Reader:
    """A list, or text with semicolons between its parts; each part once."""

    def read_value(value: Any) -> list[str]:
        parts = value if isinstance(value, list) else str(value).split(";")
        return list(dict.fromkeys(one(part) for part in parts if str(part).strip()))

    return read_value


def read_day(value: Any) -> str:
    """A day as 2024-09-01 or 01/09/2024; kept in the first form."""
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        return value.isoformat()
    text = str(value).strip()
    try:
        if "/" in text:
            return datetime.strptime(text, "%d/%m/%Y").date().isoformat()
        return date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise InvalidColumnValue(
            _("“%(value)s” không phải một ngày (viết 01/09/2024)") % _shortened_value(value)
        ) from error


def read_flag(value: Any) -> bool:
    """Yes or no."""
    text = fold(str(value))
    if text not in TRUE | FALSE:
        raise InvalidColumnValue(_("“%(value)s” không phải có hoặc không") % _shortened_value(value))
    return text in TRUE


def read_count(value: Any) -> int:
    """A whole number from 0 to 99."""
    number = _parse_decimal(value)
    if not 0 <= number <= 99 or number != int(number):
        raise InvalidColumnValue(_("“%(value)s” không phải số nguyên từ 0 đến 99") % _shortened_value(value))
    return int(number)


def read_amount(value: Any) -> str:
    """An exact number, not negative, kept as a plain decimal string ("8000", "12.5")."""
    amount = _parse_decimal(value)
    if amount < 0 or amount >= Decimal(10) ** 12 or round(amount, MOST_DECIMALS) != amount:
        raise InvalidColumnValue(
            _("“%(value)s” không phải số từ 0, nhiều nhất hai chữ số lẻ") % _shortened_value(value)
        )
    plain = f"{amount:f}"
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def _parse_decimal(value: Any) -> Decimal:
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation as error:
        raise InvalidColumnValue(
            _("“%(value)s” không phải một con số (viết 8000 hoặc 12.5)") % _shortened_value(value)
        ) from error
    exponent = number.as_tuple().exponent
    if isinstance(value, bool) or not isinstance(exponent, int) or abs(exponent) > MOST_EXPONENT:
        raise InvalidColumnValue(_("“%(value)s” không phải một con số (viết 8000 hoặc 12.5)") % _shortened_value(value))
    return number


def _shortened_value(value: Any, **more: Any) -> dict[str, Any]:
    return {"value": str(value)[:60], **more}


@cache
def vietnamese_words() -> dict[str, dict[str, str]]:
    """What codes stand for, by column; Vietnamese for every reader, so that reports that are kept can be compared."""
    with override("vi"):
        return {key: {code: str(word) for code, word in options.items()} for key, options in OPTIONS.items()}


def _options_by_code(options: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    return dict(options)


ONLINE = _options_by_code(Version.Online.choices)
LEVELS = _options_by_code(Version.Level.choices)
AUDIENCES = _options_by_code(Version.Audience.choices)
OPTIONS: Mapping[str, Mapping[str, Any]] = {
    "online": ONLINE,
    "levels": LEVELS,
    "audiences": AUDIENCES,
    "unit": UNITS,
    "area": AREAS,
}

COLUMNS = (
    ProcedureColumn("code", gettext_noop("Mã thủ tục"), code_reader(40), required=True),
    ProcedureColumn("effective_from", gettext_noop("Hiệu lực từ"), read_day, required=True),
    ProcedureColumn("effective_to", gettext_noop("Hiệu lực đến trước"), read_day),
    ProcedureColumn("local_code", gettext_noop("Mã tạm của tỉnh"), read_flag, empty=False),
    ProcedureColumn("aliases", gettext_noop("Mã khác"), list_reader(code_reader(40)), empty=()),
    ProcedureColumn("name", gettext_noop("Tên thủ tục"), text_reader(500), required=True),
    ProcedureColumn("name_en", gettext_noop("Tên tiếng Anh"), text_reader(500)),
    ProcedureColumn("field_code", gettext_noop("Mã lĩnh vực"), code_reader(40), required=True),
    ProcedureColumn("field", gettext_noop("Lĩnh vực"), text_reader(200), required=True),
    ProcedureColumn("field_en", gettext_noop("Lĩnh vực (tiếng Anh)"), text_reader(200)),
    ProcedureColumn("agency", gettext_noop("Mã cơ quan"), code_reader(20), required=True),
    ProcedureColumn("agency_name", gettext_noop("Cơ quan có thẩm quyền"), text_reader(200), required=True),
    ProcedureColumn(
        "levels", gettext_noop("Cấp thực hiện"), list_reader(choice_reader(LEVELS)), required=True, empty=()
    ),
    ProcedureColumn("online", gettext_noop("Mức độ trực tuyến"), choice_reader(ONLINE), required=True),
    ProcedureColumn("part_reason", gettext_noop("Lý do chỉ một phần"), text_reader(2000)),
    ProcedureColumn("part_rule", gettext_noop("Quy định chuyên ngành"), text_reader(2000)),
    ProcedureColumn("portal_since", gettext_noop("Lên Cổng quốc gia từ"), read_day),
    ProcedureColumn(
        "audiences", gettext_noop("Đối tượng"), list_reader(choice_reader(AUDIENCES)), required=True, empty=()
    ),
    ProcedureColumn("life_events", gettext_noop("Sự kiện trong đời"), list_reader(text_reader(40)), empty=()),
    ProcedureColumn("keywords", gettext_noop("Từ hay gọi"), list_reader(text_reader(80)), empty=()),
    ProcedureColumn("decision_number", gettext_noop("Số quyết định công bố"), text_reader(60)),
    ProcedureColumn("decision_date", gettext_noop("Ngày quyết định công bố"), read_day),
    ProcedureColumn("decision_agency", gettext_noop("Cơ quan công bố"), text_reader(200)),
    ProcedureColumn("conditions", gettext_noop("Yêu cầu, điều kiện"), text_reader(20_000)),
    ProcedureColumn("steps", gettext_noop("Trình tự thực hiện"), text_reader(20_000)),
    ProcedureColumn("source", gettext_noop("Nguồn"), text_reader(300)),
    ProcedureColumn("verified", gettext_noop("Đã kiểm chứng"), read_flag, empty=False),
    ProcedureColumn("illustrative", gettext_noop("Dữ liệu minh họa"), read_flag, empty=False),
    ProcedureColumn("ended_by_number", gettext_noop("Số quyết định hết hiệu lực"), text_reader(60)),
    ProcedureColumn("ended_by_date", gettext_noop("Ngày quyết định hết hiệu lực"), read_day),
    ProcedureColumn("ended_by_agency", gettext_noop("Cơ quan quyết định hết hiệu lực"), text_reader(200)),
)
ENDING = (
    "ended_by_number",
    "ended_by_date",
    "ended_by_agency",
)  # the decision that ends, beside the one that publishes
NAMED = (ProcedureColumn("name", gettext_noop("Tên"), text_reader(500), required=True),)
CASE_CODE = ProcedureColumn("code", gettext_noop("Mã trường hợp"), code_reader(40), required=True)
CASES = ProcedureTable(
    "cases",
    gettext_noop("Trường hợp"),
    (
        CASE_CODE,
        ProcedureColumn("name", gettext_noop("Trường hợp"), text_reader(500)),
        ProcedureColumn("duration", gettext_noop("Thời hạn"), read_amount),
        ProcedureColumn("unit", gettext_noop("Đơn vị thời hạn"), choice_reader(UNITS), required=True),
        ProcedureColumn("online_duration", gettext_noop("Thời hạn khi nộp trực tuyến"), read_amount),
        ProcedureColumn("no_appointment", gettext_noop("Không hẹn trả"), read_flag, empty=False),
        ProcedureColumn("note", gettext_noop("Ghi chú"), text_reader(1000)),
    ),
)
FEES = ProcedureTable(
    "fees",
    gettext_noop("Phí, lệ phí"),
    (
        ProcedureColumn("name", gettext_noop("Tên phí, lệ phí"), text_reader(200), required=True),
        ProcedureColumn("area", gettext_noop("Nơi áp dụng"), choice_reader(AREAS)),
        ProcedureColumn("amount", gettext_noop("Mức (đồng)"), read_amount),
        ProcedureColumn("online_amount", gettext_noop("Mức khi nộp trực tuyến (đồng)"), read_amount),
        ProcedureColumn("note", gettext_noop("Ghi chú"), text_reader(500)),
    ),
    inside="cases",
)
PAPERS = ProcedureTable(
    "papers",
    gettext_noop("Thành phần hồ sơ"),
    (
        *NAMED,
        ProcedureColumn("original", gettext_noop("Bản chính"), read_count, empty=0),
        ProcedureColumn("copy", gettext_noop("Bản sao"), read_count, empty=0),
        ProcedureColumn("electronic", gettext_noop("Bản điện tử"), read_count, empty=0),
        ProcedureColumn("case", gettext_noop("Chỉ cho trường hợp"), text_reader(40)),
        ProcedureColumn("note", gettext_noop("Ghi chú"), text_reader(1000)),
    ),
)
RESULTS = ProcedureTable(
    "results", gettext_noop("Kết quả"), (ProcedureColumn("code", gettext_noop("Mã kết quả"), text_reader(40)), *NAMED)
)
BASES = ProcedureTable(
    "bases",
    gettext_noop("Căn cứ pháp lý"),
    (
        ProcedureColumn("number", gettext_noop("Số, ký hiệu"), text_reader(80), required=True),
        ProcedureColumn("name", gettext_noop("Tên"), text_reader(500)),
    ),
)
FORMS = ProcedureTable(
    "forms",
    gettext_noop("Mẫu đơn, tờ khai"),
    (ProcedureColumn("code", gettext_noop("Số mẫu"), text_reader(80)), *NAMED),
)
LISTS = (CASES, PAPERS, RESULTS, BASES, FORMS)
MAIN_SHEET = gettext_noop("Thủ tục")
# A line of another sheet says which version, and among fees which case, it belongs to
BELONGS_TO = tuple(replace(column, key=f"_{column.key}") for column in COLUMNS[:2])
CASE_OF = replace(CASE_CODE, key="case")

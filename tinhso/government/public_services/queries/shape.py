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


class Unreadable(Exception):
    """Why a value cannot be taken."""


@dataclass(frozen=True)
class Column:
    """A column: its key in JSON, its heading in a workbook, how it is read; ``required`` ones may not be empty."""

    key: str
    heading: str
    read: Reader
    required: bool = False
    empty: Any = ""


@dataclass(frozen=True)
class Table:
    """A list inside a procedure, and the sheet of a workbook that holds it; ``inside`` is the list it belongs to."""

    key: str
    sheet: str
    columns: tuple[Column, ...]
    inside: str = ""


def text(most: int) -> Reader:
    """Text of at most ``most`` letters, in the composed spelling."""

    def read(value: Any) -> str:
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, (dict, list, bool)):
            raise Unreadable(_("phải là chữ"))
        said = nfc(str(value)).replace("\r\n", "\n").strip()
        if "\0" in said:
            raise Unreadable(_("có ký tự không dùng được"))
        if len(said) > most:
            raise Unreadable(_("dài hơn %(most)s chữ") % {"most": most})
        return said

    return read


def code(most: int) -> Reader:
    """A code: letters and digits without diacritics, dots, hyphens."""
    plain = text(most)

    def read(value: Any) -> str:
        said: str = plain(value)
        if not CODE.fullmatch(said):
            raise Unreadable(_("mã chỉ có chữ không dấu, chữ số, dấu chấm, gạch nối"))
        return said

    return read


def choice(options: Mapping[str, Any]) -> Reader:
    """One of ``options``, by its code or its Vietnamese word, whatever the diacritics."""
    known = {fold(str(word)): code for code, word in options.items()} | {fold(code): code for code in options}

    def read(value: Any) -> str:
        found = known.get(fold(str(value)))
        if found is None:
            named = ", ".join(str(word) for word in options.values())
            raise Unreadable(_("“%(value)s” không phải một trong: %(options)s") % _said(value, options=named))
        return found

    return read


def several(one: Reader) -> Reader:
    """A list, or text with semicolons between its parts; each part once."""

    def read(value: Any) -> list[str]:
        parts = value if isinstance(value, list) else str(value).split(";")
        return list(dict.fromkeys(one(part) for part in parts if str(part).strip()))

    return read


def day(value: Any) -> str:
    """A day as 2024-09-01 or 01/09/2024; kept in the first form."""
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        return value.isoformat()
    said = str(value).strip()
    try:
        if "/" in said:
            return datetime.strptime(said, "%d/%m/%Y").date().isoformat()
        return date.fromisoformat(said).isoformat()
    except ValueError as error:
        raise Unreadable(_("“%(value)s” không phải một ngày (viết 01/09/2024)") % _said(value)) from error


def flag(value: Any) -> bool:
    """Yes or no."""
    said = fold(str(value))
    if said not in TRUE | FALSE:
        raise Unreadable(_("“%(value)s” không phải có hoặc không") % _said(value))
    return said in TRUE


def count(value: Any) -> int:
    """A whole number from 0 to 99."""
    found = _decimal(value)
    if not 0 <= found <= 99 or found != int(found):
        raise Unreadable(_("“%(value)s” không phải số nguyên từ 0 đến 99") % _said(value))
    return int(found)


def amount(value: Any) -> str:
    """An exact number, not negative, kept as a plain decimal string ("8000", "12.5")."""
    found = _decimal(value)
    if found < 0 or found >= Decimal(10) ** 12 or round(found, MOST_DECIMALS) != found:
        raise Unreadable(_("“%(value)s” không phải số từ 0, nhiều nhất hai chữ số lẻ") % _said(value))
    plain = f"{found:f}"
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def _decimal(value: Any) -> Decimal:
    try:
        found = Decimal(str(value).strip())
    except InvalidOperation as error:
        raise Unreadable(_("“%(value)s” không phải một con số (viết 8000 hoặc 12.5)") % _said(value)) from error
    exponent = found.as_tuple().exponent
    if isinstance(value, bool) or not isinstance(exponent, int) or abs(exponent) > MOST_EXPONENT:
        raise Unreadable(_("“%(value)s” không phải một con số (viết 8000 hoặc 12.5)") % _said(value))
    return found


def _said(value: Any, **more: Any) -> dict[str, Any]:
    return {"value": str(value)[:60], **more}


@cache
def vietnamese_words() -> dict[str, dict[str, str]]:
    """What codes stand for, by column; Vietnamese for every reader, so that reports that are kept can be compared."""
    with override("vi"):
        return {key: {code: str(word) for code, word in options.items()} for key, options in OPTIONS.items()}


def _choices(options: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    return dict(options)


ONLINE = _choices(Version.Online.choices)
LEVELS = _choices(Version.Level.choices)
AUDIENCES = _choices(Version.Audience.choices)
OPTIONS: Mapping[str, Mapping[str, Any]] = {
    "online": ONLINE,
    "levels": LEVELS,
    "audiences": AUDIENCES,
    "unit": UNITS,
    "area": AREAS,
}

COLUMNS = (
    Column("code", gettext_noop("Mã thủ tục"), code(40), required=True),
    Column("effective_from", gettext_noop("Hiệu lực từ"), day, required=True),
    Column("effective_to", gettext_noop("Hiệu lực đến trước"), day),
    Column("local_code", gettext_noop("Mã tạm của tỉnh"), flag, empty=False),
    Column("aliases", gettext_noop("Mã khác"), several(code(40)), empty=()),
    Column("name", gettext_noop("Tên thủ tục"), text(500), required=True),
    Column("name_en", gettext_noop("Tên tiếng Anh"), text(500)),
    Column("field_code", gettext_noop("Mã lĩnh vực"), code(40), required=True),
    Column("field", gettext_noop("Lĩnh vực"), text(200), required=True),
    Column("field_en", gettext_noop("Lĩnh vực (tiếng Anh)"), text(200)),
    Column("agency", gettext_noop("Mã cơ quan"), code(20), required=True),
    Column("agency_name", gettext_noop("Cơ quan có thẩm quyền"), text(200), required=True),
    Column("levels", gettext_noop("Cấp thực hiện"), several(choice(LEVELS)), required=True, empty=()),
    Column("online", gettext_noop("Mức độ trực tuyến"), choice(ONLINE), required=True),
    Column("part_reason", gettext_noop("Lý do chỉ một phần"), text(2000)),
    Column("part_rule", gettext_noop("Quy định chuyên ngành"), text(2000)),
    Column("portal_since", gettext_noop("Lên Cổng quốc gia từ"), day),
    Column("audiences", gettext_noop("Đối tượng"), several(choice(AUDIENCES)), required=True, empty=()),
    Column("life_events", gettext_noop("Sự kiện trong đời"), several(text(40)), empty=()),
    Column("keywords", gettext_noop("Từ hay gọi"), several(text(80)), empty=()),
    Column("decision_number", gettext_noop("Số quyết định công bố"), text(60)),
    Column("decision_date", gettext_noop("Ngày quyết định công bố"), day),
    Column("decision_agency", gettext_noop("Cơ quan công bố"), text(200)),
    Column("conditions", gettext_noop("Yêu cầu, điều kiện"), text(20_000)),
    Column("steps", gettext_noop("Trình tự thực hiện"), text(20_000)),
    Column("source", gettext_noop("Nguồn"), text(300)),
    Column("verified", gettext_noop("Đã kiểm chứng"), flag, empty=False),
    Column("illustrative", gettext_noop("Dữ liệu minh họa"), flag, empty=False),
    Column("ended_by_number", gettext_noop("Số quyết định hết hiệu lực"), text(60)),
    Column("ended_by_date", gettext_noop("Ngày quyết định hết hiệu lực"), day),
    Column("ended_by_agency", gettext_noop("Cơ quan quyết định hết hiệu lực"), text(200)),
)
ENDING = (
    "ended_by_number",
    "ended_by_date",
    "ended_by_agency",
)  # the decision that ends, beside the one that publishes
NAMED = (Column("name", gettext_noop("Tên"), text(500), required=True),)
CASE_CODE = Column("code", gettext_noop("Mã trường hợp"), code(40), required=True)
CASES = Table(
    "cases",
    gettext_noop("Trường hợp"),
    (
        CASE_CODE,
        Column("name", gettext_noop("Trường hợp"), text(500)),
        Column("duration", gettext_noop("Thời hạn"), amount),
        Column("unit", gettext_noop("Đơn vị thời hạn"), choice(UNITS), required=True),
        Column("online_duration", gettext_noop("Thời hạn khi nộp trực tuyến"), amount),
        Column("no_appointment", gettext_noop("Không hẹn trả"), flag, empty=False),
        Column("note", gettext_noop("Ghi chú"), text(1000)),
    ),
)
FEES = Table(
    "fees",
    gettext_noop("Phí, lệ phí"),
    (
        Column("name", gettext_noop("Tên phí, lệ phí"), text(200), required=True),
        Column("area", gettext_noop("Nơi áp dụng"), choice(AREAS)),
        Column("amount", gettext_noop("Mức (đồng)"), amount),
        Column("online_amount", gettext_noop("Mức khi nộp trực tuyến (đồng)"), amount),
        Column("note", gettext_noop("Ghi chú"), text(500)),
    ),
    inside="cases",
)
PAPERS = Table(
    "papers",
    gettext_noop("Thành phần hồ sơ"),
    (
        *NAMED,
        Column("original", gettext_noop("Bản chính"), count, empty=0),
        Column("copy", gettext_noop("Bản sao"), count, empty=0),
        Column("electronic", gettext_noop("Bản điện tử"), count, empty=0),
        Column("case", gettext_noop("Chỉ cho trường hợp"), text(40)),
        Column("note", gettext_noop("Ghi chú"), text(1000)),
    ),
)
RESULTS = Table("results", gettext_noop("Kết quả"), (Column("code", gettext_noop("Mã kết quả"), text(40)), *NAMED))
BASES = Table(
    "bases",
    gettext_noop("Căn cứ pháp lý"),
    (
        Column("number", gettext_noop("Số, ký hiệu"), text(80), required=True),
        Column("name", gettext_noop("Tên"), text(500)),
    ),
)
FORMS = Table("forms", gettext_noop("Mẫu đơn, tờ khai"), (Column("code", gettext_noop("Số mẫu"), text(80)), *NAMED))
LISTS = (CASES, PAPERS, RESULTS, BASES, FORMS)
MAIN_SHEET = gettext_noop("Thủ tục")
# A line of another sheet says which version, and among fees which case, it belongs to
BELONGS_TO = tuple(replace(column, key=f"_{column.key}") for column in COLUMNS[:2])
CASE_OF = replace(CASE_CODE, key="case")

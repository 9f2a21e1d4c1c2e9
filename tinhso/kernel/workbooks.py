"""Opening an uploaded workbook safely: bounded in size and without surprises, before any parser sees it."""

import warnings
import zipfile
from io import BytesIO
from typing import Any, NoReturn

import openpyxl

from tinhso.kernel.errors import Refused, gettext_noop

MAX_BYTES = 5 * 1024 * 1024
MAX_UNPACKED = 40 * 1024 * 1024
MAX_PARTS = 400
MAX_CELLS = 200_000
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
DEFLATED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


def check_size(content: bytes, *, megabytes: int = 5) -> None:
    """Refuse a file that is empty or larger than ``megabytes``."""
    if len(content) > megabytes * 1024 * 1024:
        words = gettext_noop("Tệp lớn hơn %(limit)s MB. Hãy dùng đúng mẫu tải từ hệ thống.")
        raise Refused("too_big", words, limit=megabytes)
    if not content:
        raise Refused("empty_file", gettext_noop("Tệp trống."))


def is_old_workbook(content: bytes) -> bool:
    """Whether it is of Excel before 2007 (.xls); refuses what a password locks, which comes in the same wrapping."""
    if content.startswith(OLE) and ENCRYPTED in content:
        raise Refused("password", gettext_noop("Tệp có mật khẩu. Hãy bỏ mật khẩu rồi tải lên lại."))
    return content.startswith(OLE)


def open_workbook(content: bytes, *, cells: int = MAX_CELLS) -> Any:
    """The openpyxl workbook in ``content``, formulas unread; ``Refused`` says what the file is when it is none.

    ``cells`` bounds how many cells one sheet may have.
    """
    if is_old_workbook(content):
        raise Refused("old_xls", gettext_noop("Tệp dạng .xls cũ. Hãy lưu lại thành .xlsx rồi tải lên."))
    try:
        packed = _repacked(content, cells)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl remarks on styles that it drops
            return openpyxl.load_workbook(BytesIO(packed), data_only=False, keep_links=False)
    except Refused:
        raise
    except Exception as error:  # whatever a damaged file makes a parser raise
        raise Refused("not_workbook", gettext_noop("Tệp không phải bảng tính XLSX hoặc đã hỏng.")) from error


def _repacked(content: bytes, cells: int) -> bytes:
    """The same parts, unpacked within bounds: what a lying archive would blow up to never reaches the parser."""
    out, total = BytesIO(), 0
    with zipfile.ZipFile(BytesIO(content)) as given, zipfile.ZipFile(out, "w") as safe:
        parts = given.infolist()
        if "xl/workbook.xml" not in given.namelist():
            raise zipfile.BadZipFile
        if len(parts) > MAX_PARTS or any(part.flag_bits & 1 or part.compress_type not in DEFLATED for part in parts):
            _bomb()
        for part in parts:
            with given.open(part) as stream:
                data = stream.read(MAX_UNPACKED - total + 1)
            total += len(data)
            if total > MAX_UNPACKED:
                _bomb()
            _check_part(part.filename, data, cells)
            safe.writestr(part.filename, data)
    return out.getvalue()


def _check_part(name: str, data: bytes, cells: int) -> None:
    if b"<!DOCTYPE" in data[:2000] or b"<!ENTITY" in data[:2000]:
        _bomb()
    if name.startswith("xl/worksheets/") and data.count(b"<c ") + data.count(b":c ") + data.count(b"<c>") > cells:
        too_many_cells()


def _bomb() -> NoReturn:
    words = gettext_noop("Tệp có cấu trúc bất thường nên không mở. Hãy dùng đúng mẫu tải từ hệ thống.")
    raise Refused("unsafe_file", words)


def too_many_cells() -> NoReturn:
    """Refuse a file that has more cells than anybody fills in."""
    raise Refused("too_many_cells", gettext_noop("Tệp có quá nhiều ô. Hãy dùng đúng mẫu tải từ hệ thống."))

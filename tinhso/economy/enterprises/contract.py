"""Tax codes (mã số thuế): ten digits of a firm, of which the last checks the others; thirteen of its branch."""

import re

from stdnum.vn import mst

FIRM, BRANCH, PERSON = re.compile(r"[0-9]{10}"), re.compile(r"[0-9]{13}"), re.compile(r"[0-9]{12}")


def is_tax_code(code: str) -> bool:
    """Whether ``code`` (digits alone) can be the tax code of a firm or of a branch."""
    return bool(FIRM.fullmatch(code) or BRANCH.fullmatch(code)) and mst.is_valid(code)


def is_branch(code: str) -> bool:
    """Whether a tax code is that of a branch."""
    return BRANCH.fullmatch(code) is not None


def is_household_code(code: str) -> bool:
    """A tax code, or the personal number that household businesses use instead of one (twelve digits)."""
    return is_tax_code(code) or PERSON.fullmatch(code) is not None

"""Tax codes (mã số thuế): ten digits of a firm, thirteen of its branch.

Of the ten, nine are given out and the last is a check digit, as python-stdnum (``stdnum.vn.mst``) documents it; the
three after them number branches, 001 to 999. The rule is short and stands still, so no library is carried for it.
"""

import re

WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)
FIRM, BRANCH, PERSON = re.compile(r"[0-9]{10}"), re.compile(r"[0-9]{13}"), re.compile(r"[0-9]{12}")


def check_digit(first_nine: str) -> int:
    """The tenth digit; 10 where no tax code begins so."""
    return 10 - sum(weight * int(digit) for weight, digit in zip(WEIGHTS, first_nine, strict=True)) % 11


def is_tax_code(code: str) -> bool:
    """Whether ``code`` (digits alone) can be the tax code of a firm or of a branch."""
    if not (FIRM.fullmatch(code) or BRANCH.fullmatch(code)) or code[2:9] == "0000000" or code[10:] == "000":
        return False
    return check_digit(code[:9]) == int(code[9])


def is_branch(code: str) -> bool:
    """Whether a tax code is that of a branch."""
    return BRANCH.fullmatch(code) is not None


def is_household_code(code: str) -> bool:
    """A tax code, or the personal number that household businesses use instead of one (twelve digits)."""
    return is_tax_code(code) or PERSON.fullmatch(code) is not None

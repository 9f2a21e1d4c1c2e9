"""Numbers as people write them: identity numbers, phones, IMEI; and what is shown of each."""

from django.utils.translation import gettext as _
from stdnum import luhn

from tinhso.blocks.messaging.queries import texts
from tinhso.kernel.errors import Refused

IMEI, IDENTITY = 15, 12


def _ascii_digits(text: str) -> str:
    return "".join(letter for letter in text if letter.isascii() and letter.isdigit())


def parse_identity_number(text: str) -> str:
    """Twelve digits; refuses anything else."""
    digits = _ascii_digits(text)
    if len(digits) != IDENTITY or len(text.strip()) > 40:
        raise Refused("bad_identity", _("Số định danh (căn cước) có 12 chữ số. Hãy xem lại."))
    return digits


def parse_phone(text: str) -> str:
    """A phone number with the country's code; refuses what is none."""
    try:
        return texts.number_of(text[:40])
    except Refused as problem:
        raise Refused("bad_phone", _("Số điện thoại chưa đúng. Hãy xem lại.")) from problem


def parse_imei(text: str) -> str:
    """Fifteen digits whose last is the check digit (Luhn, 3GPP TS 23.003 annex B); refuses anything else."""
    digits = _ascii_digits(text)
    if len(digits) != IMEI or not luhn.is_valid(digits) or len(text.strip()) > 40:
        raise Refused("bad_imei", _("IMEI có 15 chữ số và chữ số cuối phải khớp. Bấm *#06# trên máy để xem IMEI."))
    return digits


def masked_number(number: str) -> str:
    """A number of which only the last three digits are shown."""
    return "•" * max(len(number) - 3, 0) + number[-3:] if len(number) > 3 else "•" * len(number)


def shown_name(name: str) -> str:
    """The given name whole, of the others the first letter: what a clerk needs to find somebody in a list."""
    parts = name.split()
    return " ".join([f"{part[0]}." for part in parts[:-1]] + parts[-1:])[:80]

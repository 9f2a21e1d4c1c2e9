"""What people write, tidied."""

from django.utils.translation import gettext as _

from tinhso.kernel.errors import Refused
from tinhso.kernel.text import nfc


def tidied_text(words: str, *, least: int = 5, most: int = 2000) -> str:
    """What somebody said, tidied; refuses too little or too much."""
    tidy = nfc(words).replace("\0", "").strip()
    if not least <= len(tidy) <= most:
        raise Refused("bad_words", _("Hãy ghi rõ nội dung, từ %(least)s đến %(most)s chữ."), least=least, most=most)
    return tidy

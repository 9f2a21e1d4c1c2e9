"""Vietnamese text: one spelling of each letter, search without diacritics, order of the dictionary."""

import unicodedata

import vn_collate
import vn_text


def nfc(text: str) -> str:
    """The composed spelling, so that equal-looking words are equal."""
    return unicodedata.normalize("NFC", text)


def fold(text: str) -> str:
    """Lower case without tone marks and with đ as d: what search compares."""
    return " ".join(str(vn_text.fold(nfc(text))).split())


def sort_key(text: str) -> bytes:
    """Bytes that order as a Vietnamese dictionary does; stored, since the bundled PostgreSQL has no ICU."""
    return str(vn_collate.collate_key(nfc(text))).encode()

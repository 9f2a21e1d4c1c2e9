"""Vietnamese text: one spelling of each letter, search without diacritics, order of the dictionary."""

import re
import unicodedata

import vn_collate
import vn_text

NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def nfc(text: str) -> str:
    """The composed spelling, so that equal-looking words are equal."""
    return unicodedata.normalize("NFC", text)


def fold(text: str) -> str:
    """Lower case without tone marks and with đ as d: what search compares."""
    return " ".join(str(vn_text.fold(nfc(text))).split())


def sort_key(text: str) -> bytes:
    """Bytes that order as a Vietnamese dictionary does; stored, since the bundled PostgreSQL has no ICU."""
    return str(vn_collate.collate_key(nfc(text))).encode()


def for_xml(text: str) -> str:
    """The same without what no document of XML can hold."""
    return NOT_IN_XML.sub("", text)

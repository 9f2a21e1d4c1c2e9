"""Identifiers as DHIS2 writes them: eleven letters and digits, a letter first, the same for ever for the same thing."""

import hashlib
from functools import lru_cache

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
SIGNS = LETTERS + "0123456789"
# What every DHIS2 calls the category of data that has none
DEFAULT_CATEGORY, DEFAULT_OPTION = "GLevLNI9wkl", "xYerKDKCefk"
DEFAULT_COMBO, DEFAULT_OPTION_COMBO = "bjDvmb4bfuf", "HllvX50cXC0"


@lru_cache(maxsize=65_536)
def uid(kind: str, code: str) -> str:
    """The identifier of the thing of ``kind`` (``unit``, ``indicator``, …) that goes by ``code`` here (64 bits)."""
    rest = int.from_bytes(hashlib.sha256(f"{kind}:{code}".encode()).digest()[:10], "big")
    rest, first = divmod(rest, len(LETTERS))
    signs = [LETTERS[first]]
    for _ in range(10):
        rest, sign = divmod(rest, len(SIGNS))
        signs.append(SIGNS[sign])
    return "".join(signs)

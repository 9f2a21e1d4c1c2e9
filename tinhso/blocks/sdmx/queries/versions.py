"""Whether a version that is asked for is the one that there is.

There is one version of each structure, and it is not a semantic one. The latest is asked for as ``~``, ``latest`` or
``+``; the last should strictly match stable semantic versions only, but is what clients send when nobody says anything.
"""

import re

from django.utils.translation import gettext as _

from tinhso.blocks.sdmx.queries.errors import bad_request
from tinhso.blocks.sdmx.queries.names import VERSION

LATEST = ("*", "~", "+", "latest", "all", "")
_PART = r"(?:\d{1,9}[*~+]?|[*~+])"
_FORM = re.compile(rf"{_PART}(?:\.{_PART}){{0,2}}(?:-[A-Za-z0-9.-]{{1,40}})?")


def wants_version(text: str) -> bool:
    """Whether ``asked`` holds for the version that there is; refuses what is not a version."""
    if text in LATEST:
        return True
    if not _FORM.fullmatch(text):
        raise bad_request(_("“%(version)s” không phải số phiên bản."), version=text[:40])
    parts = text.partition("-")[0].split(".")
    own = VERSION.split(".")
    if len(parts) != len(own) or "-" in text or sum(not part.isdigit() for part in parts) > 1:
        return False
    return _version_matches(parts, own)


def _version_matches(asked: list[str], own: list[str]) -> bool:
    """Part by part; from the part with an operator on, what there is must not be older."""
    for place, part in enumerate(asked):
        if part.isdigit():
            if int(part) != int(own[place]):
                return False
            continue
        least = [int(other.rstrip("*~+") or 0) for other in asked[place:]]
        return [int(number) for number in own[place:]] >= least
    return True

"""Patterns that a form's author writes: matched in time that grows with the text alone, whatever they are (RE2)."""

import re2

_QUIET = re2.Options()
_QUIET.log_errors = False


def is_usable(pattern: str) -> bool:
    """Whether ``pattern`` can be matched in linear time; look-around and back references cannot."""
    try:
        re2.compile(pattern, _QUIET)
    except re2.error:
        return False
    return True


def fits_pattern(pattern: str, text: str) -> bool:
    """Whether the whole ``text`` is as ``pattern`` says; none is where the pattern cannot be used."""
    return is_usable(pattern) and re2.fullmatch(pattern, text, _QUIET) is not None


def has_pattern(pattern: str, text: str) -> bool:
    """Whether ``pattern`` is found somewhere in ``text``, as JSON Schema means it; not where it cannot be used."""
    return is_usable(pattern) and re2.search(pattern, text, _QUIET) is not None

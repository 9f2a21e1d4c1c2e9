"""Patterns that both sides read alike and that no text can make slow.

Python and JavaScript disagree about ``\\d``, ``\\w``, ``\\s``, look-around and flags, and back-tracking over repeated
groups takes for ever; so a pattern is anchored at both ends and made of letters, classes and groups, of which only
single letters and classes repeat, between bounds, at most :data:`MOST_VARIABLE` of them a varying number of times.
"""

import re

from django.utils.translation import gettext as _

from tinhso.kernel.patterns import is_usable

MOST_VARIABLE, MOST_TIMES = 3, 400
TOKEN = re.compile(
    r"(?P<open>\((?:\?:)?)|(?P<close>\))|(?P<bar>\|)"
    r"|(?P<atom>\\[.\-/+*?()\[\]{}|^$\\]|\[\^?(?:\\[\]\\\-\^]|[^\]\\\[])+\]|[^\\\[\](){}|*+?^$.])"
    r"|(?P<times>\{(?P<least>[0-9]{1,3})(?P<comma>,(?P<most>[0-9]{1,3})?)?\}|\?)|(?P<other>.)",
    re.DOTALL,
)


def pattern_fault(pattern: str) -> str:
    """Why a pattern may not stand in a form; empty when it may."""
    if not (pattern.startswith("^") and pattern.endswith("$")):
        return _("mẫu chữ phải bắt đầu bằng ^ và kết thúc bằng $")
    unreadable_message, depth, variable, before = _("mẫu chữ không đọc được"), 0, 0, ""
    for token in TOKEN.finditer(pattern[1:-1]):
        kind = token.lastgroup or ""
        kind = "times" if token["times"] else kind
        if kind == "other":
            return _("mẫu chữ không được dùng “%(sign)s”") % {"sign": token["other"]}
        if kind == "times" and (wrong := _repetition_fault(token, before)):
            return wrong
        variable += bool(token["comma"])
        depth += (kind == "open") - (kind == "close")
        if depth < 0:
            return unreadable_message
        before = kind
    if variable > MOST_VARIABLE:
        return _("mẫu chữ có quá nhiều phần lặp số lần không cố định")
    return "" if depth == 0 and is_usable(pattern) else unreadable_message


def _repetition_fault(token: "re.Match[str]", before: str) -> str:
    if token["times"] == "?" and before in ("atom", "close"):
        return ""
    if before != "atom":
        return _("mẫu chữ chỉ được lặp một ký tự hoặc một lớp ký tự")
    if token["comma"] and not token["most"]:
        return _("mẫu chữ phải nói lặp nhiều nhất bao nhiêu lần")
    too_often = max(int(token["least"]), int(token["most"] or 0)) > MOST_TIMES
    return _("mẫu chữ lặp quá nhiều lần") if too_often else ""

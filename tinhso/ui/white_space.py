"""White space in the source of a page's template, taken out once, when the template is compiled.

People read templates with an indent and a line for each thing; readers of pages need none of that. A run of white space
becomes one space, and vanishes where no browser draws it: beside a block of text (CSS Text 3, section
4.1: white space at the beginning and the end of a line is removed) and beside white space that stays. It vanishes also
at both ends of a template and of a ``block``: whether they stand apart is for those to say that include or hold them.
Left alone: Django's own tags, ``blocktranslate``, values of attributes, ``<pre>``, ``<textarea>``, ``<script>``,
``<style>``, and every template that is not HTML.
"""

import re
from dataclasses import dataclass, field

from django.template.base import Origin
from django.template.loaders import app_directories

# Blocks: a line of text ends before them and begins anew behind them. What is in <head> or in a drawing shows no space.
BLOCK_NAMES = """
    !doctype address article aside base blockquote body br caption circle col colgroup dd defs details dialog div dl dt
    fieldset figcaption figure footer form g h1 h2 h3 h4 h5 h6 head header hr html legend li line link main marker meta
    nav ol optgroup option p path pattern polygon polyline rect section summary table tbody td text tfoot th thead title
    tr ts-bpmn ts-boxes ts-chart ts-map ts-timemap tspan ul
"""
BLOCKS = frozenset(BLOCK_NAMES.split())
# Boxes in a line: a line of their own begins inside them, while the space before and behind them is seen.
BOXES = frozenset({"button", "datalist", "select", "svg"})
# What merely begins inside a line: a space just behind it is not seen if one stands before it.
INLINE_OPENING = re.compile(r"<(?:a|abbr|b|bdi|code|em|i|mark|q|small|span|strong|sub|sup|time)\b")
INLINE_BLOCK = re.compile(r"""class=["'][^"']*\binline-form\b""")
BUTTON_LINK = re.compile(r"""<a\s[^>]*class=["']btn\b""")
HIDDEN = re.compile(r"""<input\s[^>]*type=["']?hidden""")

OPENERS = frozenset({"if", "for", "with", "localize", "autoescape", "block"})
BRANCHES = frozenset({"elif", "else", "empty"})
SILENT = frozenset({"load", "extends", "csrf_token", "get_current_language", "get_providers"})
DJANGO = r"\{%.*?%\}|\{\{.*?\}\}|\{\#.*?\#\}"
TOKEN = re.compile(
    rf"""
    (?P<opaque>\{{%\s*(?P<verb>blocktranslate|blocktrans|comment|verbatim)\b.*?%\}}.*?\{{%\s*end(?P=verb)\s*%\}}
      | (?P<opening><(?P<raw>pre|textarea|script|style)\b(?:{DJANGO}|[^>])*>).*?</(?P=raw)\s*>)
    | (?P<remark><!--.*?-->)
    | (?P<tag></?!?[a-zA-Z](?:{DJANGO}|"(?:{DJANGO}|[^"])*"|'(?:{DJANGO}|[^'])*'|[^>"'{{]|\{{)*+>)
    | (?P<django>{DJANGO})
    | (?P<space>\s+)
    | (?P<text>.[^\s<{{]*)
    """,
    re.VERBOSE | re.DOTALL,
)
QUOTED = rf""""(?:{DJANGO}|[^"])*"|'(?:{DJANGO}|[^'])*'"""
IN_TAG = re.compile(rf"""({DJANGO}|{QUOTED})|\s+""")
CONDITION = re.compile(rf"""({QUOTED})|\s(\{{%\s*if\b(?:(?!%\}}).)*%\}})(?=[\w-])""")
BRANCH = re.compile(r"\{%\s*el(?:se|if)\b")


@dataclass(eq=False)
class Piece:
    """A piece of a template: ``kind`` is space, text, silent, tag, or the name of a tag of control.

    ``before`` and ``after``: on that side no white space is seen. ``group`` are the places of the tags that belong
    together: if, elif …, endif.
    """

    kind: str
    source: str
    before: bool = False
    after: bool = False
    group: list[int] = field(default_factory=list)


class Loader(app_directories.Loader):
    """Loads an app's template; of an HTML template without the white space that nobody sees."""

    def get_contents(self, origin: Origin) -> str:
        """The source as it is compiled."""
        contents: str = super().get_contents(origin)
        return collapsed(contents) if str(origin.name).endswith(".html") else contents


def collapsed(source: str) -> str:
    """The template with one space for each run of white space, and none where a browser draws none."""
    pieces = pieces_of(source)
    for place, piece in enumerate(pieces):
        if piece.kind == "space":
            idle = begins_line(pieces, place - 1, before=place) or ends_line(pieces, place + 1)
            piece.source = "" if idle else " "
    return "".join(piece.source for piece in pieces)


def pieces_of(source: str) -> list[Piece]:
    """The template cut into pieces, tags of control joined with those that end them."""
    pieces = [_piece(match) for match in TOKEN.finditer(source)]
    open_groups: list[list[int]] = []
    openings: dict[str, Piece] = {}
    for place, piece in enumerate(pieces):
        if piece.kind == "tag":
            _mirror(piece, openings)
        if piece.kind in OPENERS:
            open_groups.append([])
        if open_groups and (piece.kind in OPENERS or piece.kind in BRANCHES or piece.kind.startswith("end")):
            piece.group = open_groups[-1]
            piece.group.append(place)
        if open_groups and piece.kind.startswith("end"):
            open_groups.pop()
    return pieces


def _piece(match: re.Match[str]) -> Piece:
    source = match[0]
    if match["raw"]:
        return Piece("text", _tidy(match["opening"]) + source.removeprefix(match["opening"]))
    if match["opaque"]:
        return Piece("silent" if match["verb"] == "comment" else "text", source)
    if match["remark"]:
        return Piece("silent", source)
    if match["tag"]:
        return _tag(source)
    if match["django"]:
        kind = _kind_of(source)
        return Piece(kind, source, before=kind == "endblock", after=kind == "block")
    return Piece("space" if match["space"] else "text", source)


def _kind_of(source: str) -> str:
    if source.startswith("{#"):
        return "silent"
    words = source[2:-2].split()
    if source.startswith("{{") or not words:
        return "text"
    verb = words[0]
    if verb in SILENT or (len(words) > 2 and words[-2] == "as" and verb in {"translate", "url", "static"}):
        return "silent"
    is_control = verb in OPENERS or verb in BRANCHES or verb.removeprefix("end") in OPENERS
    return verb if is_control else "text"


def _tidy(tag: str) -> str:
    """An HTML tag with one space between its attributes, and none for an attribute that is not there."""
    tidy = re.sub(r"\s+(/?>)$", r"\1", IN_TAG.sub(lambda match: match[1] or " ", tag))
    if BRANCH.search(re.sub(QUOTED, "", tidy)):
        return tidy
    return CONDITION.sub(lambda match: match[1] or f"{match[2]} ", tidy)


def _tag(source: str) -> Piece:
    """An HTML tag, and on which of its sides no white space is seen."""
    tidy = _tidy(source)
    name = re.match(r"</?(!?[\w-]+)", tidy)
    word = name[1].lower() if name else ""
    if HIDDEN.match(tidy):
        return Piece("silent", tidy)
    if word in BLOCKS and not INLINE_BLOCK.search(tidy):
        return Piece("tag", tidy, before=True, after=True)
    is_closing = tidy.startswith("</")
    is_box = word in BOXES or bool(BUTTON_LINK.match(tidy))
    return Piece("tag", tidy, before=is_box and is_closing, after=is_box and not is_closing)


def _mirror(tag: Piece, openings: dict[str, Piece]) -> None:
    """Let a closing tag be what its opening tag was: only that names the class. Neither kind stands inside itself."""
    for name in ("a", "form"):
        if re.match(rf"<{name}\b", tag.source):
            openings[name] = tag
        elif tag.source == f"</{name}>" and name in openings:
            tag.before, tag.after = openings[name].after, openings[name].before


def begins_line(pieces: list[Piece], place: int, *, before: int, seen: frozenset[int] = frozenset()) -> bool:
    """Whether on every way through the template a line begins, or white space stays, after the piece at ``place``.

    White space from ``before`` on has not been decided: it is no reason.
    """
    while place >= 0:
        piece = pieces[place]
        if place in seen:
            return True
        if piece.kind == "space" and place < before:
            if piece.source:
                return True
        elif piece.kind in {"tag", "text", "block", "endblock"}:
            if piece.after or not INLINE_OPENING.match(piece.source):
                return piece.after
        elif piece.group:
            first = piece.group[0]
            ways = [first - 1] if piece.kind in BRANCHES or place == first else [at - 1 for at in piece.group[1:]]
            if pieces[first].kind == "for" and place == first:
                ways.append(piece.group[1] - 1)
            if piece.kind.startswith("end") and _may_be_skipped(pieces, piece.group):
                ways.append(first - 1)
            return all(begins_line(pieces, way, before=before, seen=seen | {place}) for way in ways)
        place -= 1
    return True


def ends_line(pieces: list[Piece], place: int, seen: frozenset[int] = frozenset()) -> bool:
    """Whether on every way through the template a line ends before the piece at ``place``."""
    while place < len(pieces):
        piece = pieces[place]
        if place in seen:
            return True
        if piece.kind in {"tag", "text", "block", "endblock"}:
            return piece.before
        if piece.group:
            first, last = piece.group[0], piece.group[-1]
            ways = [at + 1 for at in piece.group[:-1]] if place == first else [last + 1]
            if place == first and _may_be_skipped(pieces, piece.group):
                ways.append(last + 1)
            if pieces[first].kind == "for" and place == piece.group[1]:
                ways.append(first + 1)
            return all(ends_line(pieces, way, seen | {place}) for way in ways)
        place += 1
    return True


def _may_be_skipped(pieces: list[Piece], group: list[int]) -> bool:
    """Whether nothing between the tags of the group may be shown: an if without else, a for without empty."""
    return pieces[group[0]].kind in {"if", "for"} and pieces[group[-2]].kind not in {"else", "empty"}

"""The keyboard's way around: what somebody may mean by a few letters typed in haste."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.urls import reverse
from django.utils.translation import gettext as _

from tinhso.ioc.models import SavedView
from tinhso.ioc.queries import search as searching
from tinhso.ioc.queries.frame import SnapshotFrame
from tinhso.kernel.text import fold
from tinhso.ui.wording import name_in_language

MOST, OF_ONE_KIND = 24, 8
EXACT, STARTS, WORDS, INITIALS, INSIDE, SCATTERED = range(6)


@dataclass(frozen=True)
class PaletteEntry:
    """One thing to go to or to do: ``act`` names what the page's script does where there is no address."""

    kind: str
    label: str
    hint: str = ""
    href: str = ""
    act: str = ""
    words: str = ""


def entry_kinds() -> dict[str, str]:
    """The groups in their order, in words."""
    return {
        "action": _("Việc trên trang này"),
        "page": _("Trang"),
        "view": _("Góc nhìn đã lưu"),
        "domain": _("Lĩnh vực"),
        "indicator": _("Chỉ tiêu"),
        "unit": _("Đơn vị"),
    }


def closeness(wanted: str, label: str) -> int | None:
    """How close folded ``wanted`` is to ``label``, 0 the closest; None where it is something else.

    Whole or beginning, beginnings of words in order, first letters of words, inside, letters in order.
    """
    name, letters = _folded_name(label)
    if not wanted:
        return WORDS
    if name.startswith(wanted):
        return EXACT if name == wanted else STARTS
    if _begin_words(wanted.split(), name.split()):
        return WORDS
    if wanted.replace(" ", "") in letters:
        return INITIALS
    if wanted in name:
        return INSIDE
    return SCATTERED if len(wanted) > 2 and _letters_in_order(wanted.replace(" ", ""), name) else None


def is_close(words: str, label: str) -> bool:
    """Whether the words are the label, its beginning, or the beginnings or first letters of its words."""
    match_closeness = closeness(fold(words), label)
    return match_closeness is not None and match_closeness < INSIDE


@lru_cache(maxsize=4096)
def _folded_name(label: str) -> tuple[str, str]:
    name = fold(label)
    return name, "".join(word[0] for word in name.split())


def _begin_words(wanted: Sequence[str], name: Sequence[str]) -> bool:
    rest = iter(name)
    return all(any(word.startswith(piece) for word in rest) for piece in wanted)


def _letters_in_order(letters: str, name: str) -> bool:
    """Whether the letters come in order, close enough together to have been meant."""
    at, first = -1, -1
    for letter in letters:
        at = name.find(letter, at + 1)
        if at < 0:
            return False
        first = at if first < 0 else first
    return at - first < len(letters) * 3


def palette_groups(
    at: SnapshotFrame, words: str, entries: Iterable[PaletteEntry]
) -> list[tuple[str, list[PaletteEntry]]]:
    """Entries that fit, by kind, closest first; indicators and units also by what is meant."""
    folded_words = fold(words)
    palette_entries_by_key: dict[str, list[PaletteEntry]] = {kind: [] for kind in entry_kinds()}
    for entry in _closest_entries(folded_words, [*entries, *_domain_entries(at)]):
        palette_entries_by_key[entry.kind].append(entry)
    if folded_words:
        palette_entries_by_key["indicator"], palette_entries_by_key["unit"] = (
            _indicator_entries(at, words),
            _unit_entries(at, words),
        )
    if folded_words and palette_entries_by_key["unit"] and is_close(words, palette_entries_by_key["unit"][0].label):
        palette_entries_by_key = {
            "unit": palette_entries_by_key.pop("unit"),
            **palette_entries_by_key,
        }  # the name of a unit: what was meant comes first
    words_of = entry_kinds()
    return [(words_of[kind], list_of[:OF_ONE_KIND]) for kind, list_of in palette_entries_by_key.items() if list_of]


def _closest_entries(wanted: str, entries: Iterable[PaletteEntry]) -> list[PaletteEntry]:
    scored: list[tuple[int, int, PaletteEntry]] = []
    for order, entry in enumerate(entries):
        score = min(
            (s for s in (closeness(wanted, t) for t in (entry.label, entry.words) if t) if s is not None), default=None
        )
        if score is not None:
            scored.append((score, order, entry))
    best = min((score for score, _order, _entry in scored), default=0)
    close_entries = [entry_score for entry_score in scored if entry_score[0] < SCATTERED or best == SCATTERED]
    return [entry for _score, _order, entry in sorted(close_entries, key=lambda one: one[:2])]


def _domain_entries(at: SnapshotFrame) -> list[PaletteEntry]:
    return [
        PaletteEntry("domain", name_in_language(domain), href=reverse("ioc:domain", args=[code]))
        for code, domain in at.catalogue.domains.items()
    ]


def _indicator_entries(at: SnapshotFrame, words: str) -> list[PaletteEntry]:
    """By code or first letters, then by meaning."""
    folded_words = fold(words)
    short = [
        indicator for indicator in at.catalogue.indicators.values() if fold(indicator.code).startswith(folded_words)
    ]
    if len(folded_words) > 1 and " " not in folded_words:
        short += [
            indicator
            for indicator in at.catalogue.indicators.values()
            if closeness(folded_words, name_in_language(indicator)) == INITIALS
        ]
    meant = [hit.item.indicator for hit in searching.search_centre(at, words).indicators]
    domains = at.catalogue.domains
    return [
        PaletteEntry(
            "indicator",
            name_in_language(indicator),
            hint=f"{indicator.code} · {name_in_language(domains[indicator.domain])}",
            href=reverse("ioc:indicator", args=[indicator.code]),
        )
        for indicator in list(dict.fromkeys([*short[:OF_ONE_KIND], *meant]))[:OF_ONE_KIND]
        if indicator.domain in domains
    ]


def _unit_entries(at: SnapshotFrame, words: str) -> list[PaletteEntry]:
    """Units by name, those of today first."""
    entries = [
        PaletteEntry("unit", name_in_language(node), href=reverse("ioc:unit", args=[node.ref]), hint=node.code)
        for node in at.places.offered()
    ]
    return _closest_entries(fold(words), entries)[:OF_ONE_KIND]


def view_entries(views: Iterable[SavedView]) -> list[PaletteEntry]:
    """Saved views as entries."""
    return [
        PaletteEntry("view", saved_view.name, hint=saved_view.owner_name, href=saved_view.address)
        for saved_view in views
    ]

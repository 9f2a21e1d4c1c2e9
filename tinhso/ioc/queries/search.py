"""Search over all indicators, the members of their families, and units, whatever the diacritics."""

from collections.abc import Sequence
from dataclasses import dataclass

from tinhso.blocks.indicators.queries import Item
from tinhso.blocks.units import queries as units
from tinhso.blocks.units.models import Unit
from tinhso.ioc.queries.frame import Frame
from tinhso.kernel import text
from tinhso.ui.wording import named

MOST_INDICATORS, MOST_MEMBERS, MOST_UNITS = 40, 20, 12


@dataclass(frozen=True)
class Hit:
    """An indicator, or one member of its family, that was found."""

    item: Item
    domain: str

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        member = f" – {named(self.item.member)}" if self.item.member else ""
        return named(self.item.indicator) + member

    @property
    def member(self) -> str:
        """The member as addresses write it."""
        return f"{self.item.dim.code}={self.item.member.code}" if self.item.dim and self.item.member else ""


@dataclass(frozen=True)
class Found:
    """What a search found."""

    indicators: Sequence[Hit]
    members: Sequence[Hit]
    units: Sequence[Unit]

    @property
    def total(self) -> int:
        """How many in all."""
        return len(self.indicators) + len(self.members) + len(self.units)


def search(at: Frame, words: str) -> Found:
    """Indicators, family members and units that hold all words."""
    if not words.strip():
        return Found((), (), ())
    hits = [Hit(Item(one), _domain(at, one.domain)) for one in at.catalogue.search(words, limit=MOST_INDICATORS)]
    return Found(hits, _members(at, words), list(units.search(words, limit=MOST_UNITS)))


def _members(at: Frame, words: str) -> list[Hit]:
    """Members whose own name holds one of the words, while the rest are in the indicator's name."""
    wanted = text.fold(words).split()
    found: list[Hit] = []
    for indicator in at.catalogue.indicators.values():
        if not indicator.by:
            continue
        whole = at.catalogue.words[indicator.code].partition("\n")[0]
        missing = [word for word in wanted if word not in whole]
        if not missing:
            continue
        for item in at.catalogue.family(indicator)[1:]:
            if item.member and all(word in text.fold(item.member.name) for word in missing):
                found.append(Hit(item, _domain(at, indicator.domain)))
                if len(found) == MOST_MEMBERS:
                    return found
    return found


def _domain(at: Frame, code: str) -> str:
    domain = at.catalogue.domains.get(code)
    return named(domain) if domain is not None else code

"""Search by meaning over all indicators, the members of their families, and units."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils.http import urlencode
from django.utils.translation import gettext as _

from tinhso.blocks.indicators import queries as indicators
from tinhso.blocks.indicators.contract import Indicator
from tinhso.blocks.indicators.queries import Item
from tinhso.blocks.indicators.queries.search import Match, Why, index_of
from tinhso.blocks.units import queries as units
from tinhso.blocks.units.models import Level, Unit
from tinhso.ioc.queries.asked import Asked, taken_apart
from tinhso.ioc.queries.frame import Frame, View
from tinhso.ioc.queries.places import PUBLISHED, Places
from tinhso.ioc.queries.shown import Shown, shown
from tinhso.kernel import periods
from tinhso.kernel.periods import MONTHS
from tinhso.ui.wording import named

MOST_INDICATORS, MOST_MEMBERS, MOST_UNITS, WITH_FIGURES = 40, 20, 12, 6
NOTHING = Asked("")


@dataclass(frozen=True)
class Hit:
    """An indicator, or one member of its family, that was found: why, and where to read it.

    ``query`` keeps the unit and the period that the question named; ``shown`` is the figure of the first few.
    """

    item: Item
    domain: str
    why: tuple[str, ...] = ()
    query: str = ""
    shown: Shown | None = None

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
    """What a search found, and what it took the question to ask."""

    indicators: Sequence[Hit]
    members: Sequence[Hit]
    units: Sequence[Unit]
    asked: Asked = NOTHING

    @property
    def total(self) -> int:
        """How many in all."""
        return len(self.indicators) + len(self.members) + len(self.units)


def search(at: Frame, words: str) -> Found:
    """Indicators that answer ``words``, best first, with named members and units; the unit and period named in it."""
    if not words.strip():
        return Found((), (), ())
    asked = taken_apart(at.places, words)
    index = index_of(at.catalogue, agencies=_agencies(at))
    matches = index.search(asked.subject, limit=MOST_INDICATORS)
    if not matches and asked.unit is not None:  # the name of a unit may be but a word: a station, a member
        matches, asked = index.search(words, limit=MOST_INDICATORS), Asked(words, None, asked.period)
    hits = [_hit(at, match, asked) for match in matches]
    members = [
        replace(_hit(at, match, asked), item=item)
        for match in matches[: MOST_MEMBERS // 2]
        for item in match.members or index.named_members(match.indicator, words)
    ]
    wanted = asked.unit.name if asked.unit is not None else words
    return Found(hits, members[:MOST_MEMBERS], list(units.search(wanted, limit=MOST_UNITS)), asked)


def with_figures(at: Frame, seen: View, found: Found) -> Found:
    """The same with the figures of the first few, as far as the reader may see them: what they asked, else the last."""
    first = [_with_figure(at, seen, hit, found.asked) for hit in found.indicators[:WITH_FIGURES]]
    return replace(found, indicators=[*first, *found.indicators[WITH_FIGURES:]])


def _with_figure(at: Frame, seen: View, hit: Hit, asked: Asked) -> Hit:
    indicator = hit.item.indicator
    view = seen if asked.unit is None else _view(at.places, asked.unit)
    if not at.number or view is None:
        return hit
    period = _period(indicator, asked.period)
    kind = periods.parse(period).kind.value if period else indicator.period
    readings = indicators.series(
        indicator, view.unit.ref, to=at.audience, basis=view.basis, kind=kind, snapshot=at.number
    )
    return replace(hit, shown=shown(at, indicator, readings, period))


def _view(known: Places, unit: object) -> View | None:
    node = known.by_ref.get(getattr(unit, "ref", ""))
    return None if node is None else View(node, next(iter(known.bases(node.ref)), PUBLISHED))


def _period(indicator: Indicator, asked: str) -> str:
    """The period asked for; where the indicator has none so short, the one that holds it."""
    if not asked:
        return ""
    period, own = periods.parse(asked), periods.PeriodType(indicator.period)
    return asked if MONTHS[period.kind] >= MONTHS[own] else periods.of(period.end, own).code


def _hit(at: Frame, match: Match, asked: Asked) -> Hit:
    indicator = match.indicator
    query = {"unit": asked.unit.ref} if asked.unit is not None else {}
    if asked.period:
        query["period"] = _period(indicator, asked.period)
    link = f"?{urlencode(query)}" if query else ""
    return Hit(Item(indicator), _domain(at, indicator.domain), tuple(map(_why_words, match.why)), link)


def _why_words(why: Why) -> str:
    """Why, in words: ``trễ hạn ≈ đúng hạn (ngược)``."""
    said = {"said": why.said, "meant": why.meant}
    if why.kind == "opposite":
        return _("%(said)s ≈ %(meant)s (ngược)") % said
    if why.kind == "slip":
        return _("%(said)s → %(meant)s (gõ nhầm?)") % said
    return f"{why.said} ≈ {why.meant}"


def _domain(at: Frame, code: str) -> str:
    domain = at.catalogue.domains.get(code)
    return named(domain) if domain is not None else code


def _agencies(at: Frame) -> dict[str, str]:
    """Names of agencies by their short codes."""
    return {node.code: node.name for node in at.places.today.nodes.values() if node.level == Level.AGENCY}

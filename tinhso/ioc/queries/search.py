"""Search by meaning over all indicators, the members of their families, and units."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils.http import urlencode
from django.utils.translation import gettext as _

from tinhso.blocks.indicators import queries as indicators
from tinhso.blocks.indicators.contract import Indicator
from tinhso.blocks.indicators.queries import CatalogueItem
from tinhso.blocks.indicators.queries.search import Match, Why, index_of
from tinhso.blocks.units import queries as units
from tinhso.blocks.units.models import Level, Unit
from tinhso.ioc.queries.asked import ParsedQuestion, taken_apart
from tinhso.ioc.queries.frame import SnapshotFrame, UnitView
from tinhso.ioc.queries.places import PUBLISHED, Places
from tinhso.ioc.queries.shown import ReadingView, reading_view
from tinhso.kernel import periods
from tinhso.kernel.periods import MONTHS
from tinhso.ui.wording import name_in_language

MOST_INDICATORS, MOST_MEMBERS, MOST_UNITS, WITH_FIGURES = 40, 20, 12, 6
NOTHING = ParsedQuestion("")


@dataclass(frozen=True)
class Hit:
    """An indicator, or one member of its family, that was found: why, and where to read it.

    ``query`` keeps the unit and the period that the question named; ``shown`` is the figure of the first few.
    """

    item: CatalogueItem
    domain: str
    why: tuple[str, ...] = ()
    query: str = ""
    shown: ReadingView | None = None

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        member = f" – {name_in_language(self.item.member)}" if self.item.member else ""
        return name_in_language(self.item.indicator) + member

    @property
    def member(self) -> str:
        """The member as addresses write it."""
        return f"{self.item.dim.code}={self.item.member.code}" if self.item.dim and self.item.member else ""


@dataclass(frozen=True)
class SearchResult:
    """What a search found, and what it took the question to ask."""

    indicators: Sequence[Hit]
    members: Sequence[Hit]
    units: Sequence[Unit]
    asked: ParsedQuestion = NOTHING

    @property
    def total(self) -> int:
        """How many in all."""
        return len(self.indicators) + len(self.members) + len(self.units)


def search_centre(at: SnapshotFrame, words: str) -> SearchResult:
    """Indicators that answer ``words``, best first, with named members and units; the unit and period named in it."""
    if not words.strip():
        return SearchResult((), (), ())
    parsed_question = taken_apart(at.places, words)
    index = index_of(at.catalogue, agencies=_agency_names(at))
    matches = index.search(parsed_question.subject, limit=MOST_INDICATORS)
    if not matches and parsed_question.unit is not None:  # the name of a unit may be but a word: a station, a member
        matches, parsed_question = (
            index.search(words, limit=MOST_INDICATORS),
            ParsedQuestion(words, None, parsed_question.period),
        )
    hits = [_search_hit(at, match, parsed_question) for match in matches]
    members = [
        replace(_search_hit(at, match, parsed_question), item=item)
        for match in matches[: MOST_MEMBERS // 2]
        for item in match.members or index.named_members(match.indicator, words)
    ]
    unit_words = parsed_question.unit.name if parsed_question.unit is not None else words
    return SearchResult(
        hits, members[:MOST_MEMBERS], list(units.search_units(unit_words, limit=MOST_UNITS)), parsed_question
    )


def with_figures(at: SnapshotFrame, unit_view: UnitView, search_result: SearchResult) -> SearchResult:
    """The same with the figures of the first few, as far as the reader may see them: what they asked, else the last."""
    first = [_with_figure(at, unit_view, hit, search_result.asked) for hit in search_result.indicators[:WITH_FIGURES]]
    return replace(search_result, indicators=[*first, *search_result.indicators[WITH_FIGURES:]])


def _with_figure(at: SnapshotFrame, unit_view: UnitView, hit: Hit, parsed_question: ParsedQuestion) -> Hit:
    indicator = hit.item.indicator
    view = unit_view if parsed_question.unit is None else _first_view(at.places, parsed_question.unit)
    if not at.number or view is None:
        return hit
    period = _period_for(indicator, parsed_question.period)
    kind = periods.parse(period).kind.value if period else indicator.period
    readings = indicators.reading_series(
        indicator, view.unit.ref, to=at.audience, basis=view.basis, kind=kind, snapshot=at.number
    )
    return replace(hit, shown=reading_view(at, indicator, readings, period))


def _first_view(places: Places, unit: object) -> UnitView | None:
    node = places.by_ref.get(getattr(unit, "ref", ""))
    return None if node is None else UnitView(node, next(iter(places.bases(node.ref)), PUBLISHED))


def _period_for(indicator: Indicator, text: str) -> str:
    """The period asked for; where the indicator has none so short, the one that holds it."""
    if not text:
        return ""
    period, own = periods.parse(text), periods.PeriodType(indicator.period)
    return text if MONTHS[period.kind] >= MONTHS[own] else periods.of(period.end, own).code


def _search_hit(at: SnapshotFrame, match: Match, parsed_question: ParsedQuestion) -> Hit:
    indicator = match.indicator
    query = {"unit": parsed_question.unit.ref} if parsed_question.unit is not None else {}
    if parsed_question.period:
        query["period"] = _period_for(indicator, parsed_question.period)
    link = f"?{urlencode(query)}" if query else ""
    return Hit(CatalogueItem(indicator), _domain_name(at, indicator.domain), tuple(map(_why_words, match.why)), link)


def _why_words(why: Why) -> str:
    """Why, in words: ``trễ hạn ≈ đúng hạn (ngược)``."""
    values = {"said": why.said, "meant": why.meant}
    if why.kind == "opposite":
        return _("%(said)s ≈ %(meant)s (ngược)") % values
    if why.kind == "slip":
        return _("%(said)s → %(meant)s (gõ nhầm?)") % values
    return f"{why.said} ≈ {why.meant}"


def _domain_name(at: SnapshotFrame, code: str) -> str:
    domain = at.catalogue.domains.get(code)
    return name_in_language(domain) if domain is not None else code


def _agency_names(at: SnapshotFrame) -> dict[str, str]:
    """Names of agencies by their short codes."""
    return {node.code: node.name for node in at.places.today.nodes.values() if node.level == Level.AGENCY}

"""The catalogue: all indicators of today, checked against the facts they are made of."""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.db import connection
from django.utils.translation import gettext as _

from tinhso.blocks.indicators import contract
from tinhso.blocks.indicators.contract import Dimension, Fact, Indicator, Member
from tinhso.blocks.indicators.models import Definition, Domain
from tinhso.blocks.indicators.queries import amendments, definitions
from tinhso.blocks.indicators.queries.plans import FactPlan, plan_of
from tinhso.kernel import clock
from tinhso.kernel.errors import Refused


@dataclass(frozen=True)
class CatalogueItem:
    """One indicator as people see it in lists: a definition, or one member of its family."""

    indicator: Indicator
    dim: Dimension | None = None
    member: Member | None = None

    @property
    def code(self) -> str:
        """The indicator's code, with the member's for a family: ``DVC-003:kenh=truc-tuyen``."""
        return (
            self.indicator.code
            if self.dim is None or self.member is None
            else (f"{self.indicator.code}:{self.dim.code}={self.member.code}")
        )

    @property
    def name(self) -> str:
        """The name, with the member's for a family."""
        return self.indicator.name if self.member is None else f"{self.indicator.name} – {self.member.name}"

    @property
    def name_en(self) -> str:
        """The English name."""
        return self.indicator.name_en if self.member is None else f"{self.indicator.name_en} – {self.member.name_en}"


@dataclass(frozen=True)
class Catalogue:
    """Domains, facts and indicators, by code."""

    domains: Mapping[str, Domain]
    facts: Mapping[str, Fact]
    indicators: Mapping[str, Indicator]
    plans: Mapping[str, FactPlan] = field(default_factory=dict)

    def items(self, *, domain: str = "") -> list[CatalogueItem]:
        """Every indicator with its family members, in the order of codes."""
        catalogue_items: list[CatalogueItem] = []
        for indicator in self.indicators.values():
            if domain in ("", indicator.domain):
                catalogue_items += self.family(indicator)
        return catalogue_items

    def family(self, indicator: Indicator) -> list[CatalogueItem]:
        """The indicator itself and one item for each member of each of its dimensions."""
        dims = {dim.code: dim for dim in self.facts[indicator.fact].dims}
        members = [
            CatalogueItem(indicator, dims[code], member) for code in indicator.by for member in dims[code].members
        ]
        return [CatalogueItem(indicator), *members]

    def item(self, code: str) -> CatalogueItem:
        """The item with a code as :attr:`Item.code` writes it; refuses an unknown one."""
        head = code.partition(":")[0]
        indicator = self.indicators.get(head)
        if indicator is not None:
            for item in self.family(indicator):
                if item.code == code:
                    return item
        raise Refused("unknown_indicator", _("Không có chỉ tiêu nào có mã “%(code)s”."), code=code)

    def in_domain(self, domain: str) -> list[Indicator]:
        """Definitions of a domain: the headline first, then the key ones, then by code."""
        mine = [indicator for indicator in self.indicators.values() if indicator.domain == domain]
        return sorted(mine, key=lambda i: (not i.headline, not i.key, i.code))

    def headline(self, domain: str) -> Indicator | None:
        """The number that stands for a domain on the wall."""
        return next(iter(self.in_domain(domain)), None)


LOOK_AGAIN = 5.0  # seconds for which a page trusts what it last saw; computing never does
_kept: dict[tuple[object, ...], Catalogue] = {}
_seen: dict[date, tuple[float, Catalogue]] = {}


def catalogue(*, day: date | None = None, fresh: bool = False) -> Catalogue:
    """The catalogue of ``day`` (today when None); kept in memory until a definition or a fact changes.

    Pages may see a change five seconds late; whoever computes asks for it ``fresh``.
    """
    day = day or clock.today()
    if not fresh and day in _seen and time.monotonic() - _seen[day][0] < LOOK_AGAIN:
        return _seen[day][1]
    day_catalogue = _cached_catalogue(day)
    _seen.clear()
    _seen[day] = (time.monotonic(), day_catalogue)
    return day_catalogue


def offered_facts() -> list[Fact]:
    """Every fact that some app offers today."""
    return [fact for provider in contract.FACT_PROVIDERS for fact in provider()]


def _cached_catalogue(day: date) -> Catalogue:
    facts = offered_facts()
    key = (day, *_definitions_version(), tuple(hash((f.code, f.select, f.columns, f.dims)) for f in facts))
    if key not in _kept:
        _kept.clear()
        _kept[key] = _build_catalogue(facts, day)
    return _kept[key]


VERSION = """
    SELECT (SELECT max(id) FROM indicators_definition), (SELECT max(id) FROM indicators_domain),
           (SELECT max(judged_at) FROM indicators_amendment WHERE approved)
"""


def has_definitions() -> bool:
    """Whether a province has loaded its indicators."""
    return Definition.objects.exists()


def _definitions_version() -> tuple[object, ...]:
    """What changes with every definition, domain and decision on a target: one question."""
    with connection.cursor() as cursor:
        cursor.execute(VERSION)
        version_row: tuple[object, ...] = cursor.fetchone()
    return version_row


def _build_catalogue(facts: list[Fact], day: date) -> Catalogue:
    specs = Definition.objects.filter(effective__contains=day).order_by("code").values_list("spec", flat=True)
    domains = list(Domain.objects.all())
    watched = frozenset(domain.code for domain in domains)
    # What an app declares is shown where the province watches its domain; what the province says itself must fit.
    declared = [indicator for indicator in contract.INDICATORS if indicator.domain in watched]
    indicators = amendments.amended_indicators([*declared, *(definitions.read_indicator(spec) for spec in specs)])
    by_code = {fact.code: fact for fact in facts}
    for indicator in indicators:
        definitions.check_indicator(indicator, by_code, watched)
    return assemble_catalogue(facts, domains, indicators)


def assemble_catalogue(facts: Iterable[Fact], domains: Iterable[Domain], found: Iterable[Indicator]) -> Catalogue:
    """A catalogue of parts that fit together."""
    by_code = {fact.code: fact for fact in facts}
    indicators = {indicator.code: indicator for indicator in sorted(found, key=lambda indicator: indicator.code)}
    plans = {}
    for fact in by_code.values():
        mine = [indicator for indicator in indicators.values() if indicator.fact == fact.code]
        if mine:
            plans[fact.code] = plan_of(fact, mine)
    return Catalogue({domain.code: domain for domain in domains}, by_code, indicators, plans)


def clear_catalogue_cache() -> None:
    """Drop the catalogue kept in memory."""
    _kept.clear()
    _seen.clear()

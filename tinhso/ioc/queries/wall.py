"""The wall and the domains: one number that stands for each field of work, what misses its target, what is late."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from tinhso.blocks.indicators import contract
from tinhso.blocks.indicators import queries as indicators
from tinhso.blocks.indicators.contract import Attention, AttentionRead, Indicator
from tinhso.blocks.indicators.models import Domain
from tinhso.ioc.queries.frame import SnapshotFrame, UnitView
from tinhso.ioc.queries.kept import cached_by_figures
from tinhso.ioc.queries.shown import ReadingView, reading_view
from tinhso.ioc.queries.wall_day import keys_of
from tinhso.ui.round_trips import read_together
from tinhso.ui.wording import name_in_language

SHOWN_AT_THE_SIDE = 3
BYTES_OF_A_READING = 500


@dataclass(frozen=True)
class DomainTile:
    """A domain and the number that stands for it (None where it has no indicator)."""

    domain: Domain
    shown: ReadingView | None

    @property
    def name(self) -> str:
        """The domain's name in the reader's language."""
        return name_in_language(self.domain)


@dataclass(frozen=True)
class Wall:
    """What the wall shows; ``true_for`` is the moment the youngest return behind its numbers was published.

    ``every`` are all watched indicators.
    """

    tiles: tuple[DomainTile, ...]
    missed: tuple[ReadingView, ...]
    true_for: datetime | None
    every: tuple[ReadingView, ...]


@dataclass(frozen=True)
class DomainPage:
    """All indicators of a domain: those to watch first, then the others."""

    domain: Domain
    key: tuple[ReadingView, ...]
    others: tuple[ReadingView, ...]
    families: int

    @property
    def name(self) -> str:
        """The domain's name in the reader's language."""
        return name_in_language(self.domain)


def cached_wall(at: SnapshotFrame, unit_view: UnitView) -> Wall:
    """Ten tiles and the watched indicators that miss their targets, for a unit on a basis."""
    return cached_by_figures(
        at,
        ("wall", unit_view.unit.ref, unit_view.basis),
        lambda: _read_wall(at, unit_view),
        weigh=lambda wall: _size_in_bytes(wall.every),
    )


def _size_in_bytes(reading_views: Sequence[ReadingView]) -> int:
    """Bytes in memory, about: what was read weighs most."""
    return sum(BYTES_OF_A_READING * (1 + len(view.readings)) for view in reading_views)


def _read_wall(at: SnapshotFrame, unit_view: UnitView) -> Wall:
    watched = [indicator for code in at.catalogue.domains for indicator in watched_in(at, code)]
    reading_views_by_key = all_shown(at, unit_view, watched)
    tiles = tuple(
        DomainTile(domain, _for_tile(at, unit_view, code, reading_views_by_key))
        for code, domain in at.catalogue.domains.items()
    )
    on_tiles = {tile.shown.indicator.code for tile in tiles if tile.shown}
    missed = [
        view
        for view in reading_views_by_key.values()
        if view.reading is not None and view.reading.meets_target is False
    ]
    missed.sort(key=lambda view: (view.indicator.code not in on_tiles, view.indicator.code))
    moments = [
        view.reading.true_for for view in reading_views_by_key.values() if view.reading and view.reading.true_for
    ]
    return Wall(tiles, tuple(missed), max(moments, default=None), tuple(reading_views_by_key.values()))


def watched_in(at: SnapshotFrame, domain: str) -> list[Indicator]:
    """The headline and the key indicators of a domain; its first one where none is marked."""
    mine = at.catalogue.in_domain(domain)
    return [indicator for indicator in mine if indicator.headline or indicator.key] or mine[:1]


def all_shown(at: SnapshotFrame, unit_view: UnitView, wanted: Sequence[Indicator]) -> dict[str, ReadingView]:
    """The last readings of many indicators for one unit, by code."""
    if not at.number:
        return {indicator.code: ReadingView(indicator, ()) for indicator in wanted}
    readings_by_key = indicators.latest_readings(
        wanted, unit_view.unit.ref, to=at.audience, basis=unit_view.basis, snapshot=at.number
    )
    return {
        indicator.code: reading_view(at, indicator, readings_by_key.get(indicator.code, ())) for indicator in wanted
    }


def _for_tile(
    at: SnapshotFrame, seen: UnitView, domain: str, reading_views_by_key: dict[str, ReadingView]
) -> ReadingView | None:
    """The domain's headline; where the unit has no figure of it (only the province reports it), the next that has."""
    mine = [reading_views_by_key[indicator.code] for indicator in watched_in(at, domain)]
    return next((view for view in mine if view.value is not None), next(iter(mine), None))


def domain_page(at: SnapshotFrame, unit_view: UnitView, domain: str) -> DomainPage:
    """Every indicator of a domain for a unit; KeyError for an unknown domain."""
    key = ("domain", unit_view.unit.ref, unit_view.basis, domain)
    return cached_by_figures(
        at,
        key,
        lambda: _domain_page(at, unit_view, domain),
        weigh=lambda page: _size_in_bytes((*page.key, *page.others)),
    )


def _domain_page(at: SnapshotFrame, unit_view: UnitView, domain: str) -> DomainPage:
    reading_views = list(all_shown(at, unit_view, at.catalogue.in_domain(domain)).values())
    key = tuple(view for view in reading_views if view.indicator.headline or view.indicator.key)
    families = sum(len(at.catalogue.family(view.indicator)) - 1 for view in reading_views)
    return DomainPage(
        at.catalogue.domains[domain], key, tuple(view for view in reading_views if view not in key), families
    )


@dataclass(frozen=True)
class MapChoice:
    """An indicator that the wall's map can show: a domain's headline that communes report."""

    domain: str
    name: str
    indicator: Indicator
    period: str

    @property
    def title(self) -> str:
        """The indicator's name in the reader's language."""
        return name_in_language(self.indicator)


def map_choices(at: SnapshotFrame, page: Wall) -> list[MapChoice]:
    """What the wall's map can show."""
    return [
        MapChoice(tile.domain.code, tile.name, tile.shown.indicator, tile.shown.reading.period)
        for tile in page.tiles
        if tile.shown and tile.shown.reading and at.catalogue.facts[tile.shown.indicator.fact].level == "commune"
    ]


def attention_items(
    at: SnapshotFrame, unit_view: UnitView, now: datetime, *, limit: int = SHOWN_AT_THE_SIDE
) -> list[Attention]:
    """What the leader of a unit should see beside the numbers, from every app that has something to say."""
    return longest_first(read_together(attention_reads(at, unit_view, now, limit=limit)), limit)


def attention_reads(at: SnapshotFrame, unit_view: UnitView, now: datetime, *, limit: int) -> list[AttentionRead]:
    """How every app reads what the leader of a unit should see, at most ``limit`` of each."""
    keys = keys_of(at, unit_view)
    return [provider(keys, now, limit) for provider in contract.ATTENTION_PROVIDERS]


def longest_first(answers: Iterable[Sequence[Attention]], limit: int) -> list[Attention]:
    """The ``limit`` things of all apps that wait the longest."""
    return sorted(chain.from_iterable(answers), key=lambda item: item.since)[:limit]

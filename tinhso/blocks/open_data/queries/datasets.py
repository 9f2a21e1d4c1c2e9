"""Open data: the figures that everybody may see, as data sets, one for each domain that has any."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

from tinhso.blocks.indicators import queries as indicators
from tinhso.blocks.indicators.contract import EVERYONE, Access
from tinhso.blocks.indicators.models import Domain, Snapshot
from tinhso.blocks.indicators.queries import Catalogue, CatalogueItem, Reading
from tinhso.blocks.indicators.queries.cells import CELL, reading_of
from tinhso.blocks.indicators.queries.release import NOT_FOR_READER
from tinhso.blocks.units import queries as units
from tinhso.blocks.units.models import Level
from tinhso.kernel import periods, province
from tinhso.kernel.errors import Refused, gettext_noop
from tinhso.kernel.periods import Period, PeriodType

FORMS = ("csv", "json")
BASIS = "published"  # units as they were when they reported: what is re-reckoned is not what was published
COLUMNS = (
    "indicator",
    "name",
    "unit_of_measure",
    "unit",
    "unit_name",
    "level",
    "period",
    "value",
    "count",
    "out_of",
    "status",
    "reported",
    "expected",
    "withheld",
    "true_for",
)
LEVELS = tuple(level.name.lower() for level in Level)


@dataclass(frozen=True)
class Publisher:
    """Who publishes, under which licence, and whom to ask, as the province's file says; empty where it is silent.

    ``themes`` are codes of the EU's list of data themes by code of a domain or of records."""

    name: str
    name_en: str
    homepage: str = ""
    email: str = ""
    licence: str = ""
    licence_name: str = ""
    bounds: tuple[float, ...] = ()
    themes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class OpenSet:
    """The public indicators of a domain, from the first to the last period that has figures."""

    domain: Domain
    items: tuple[CatalogueItem, ...]
    kinds: tuple[PeriodType, ...]
    first: Period | None
    last: Period | None

    @property
    def code(self) -> str:
        """The domain's code."""
        return str(self.domain.code)

    @property
    def indicator_items(self) -> tuple[CatalogueItem, ...]:
        """The indicators themselves, without the members of their families."""
        return tuple(item for item in self.items if item.member is None)


@dataclass(frozen=True)
class OpenDataShelf:
    """Every open data set, as of the newest snapshot (number 0: nothing has been computed yet)."""

    number: int
    at: datetime | None
    publisher: Publisher
    sets: Mapping[str, OpenSet]

    def find(self, code: str) -> OpenSet:
        """The data set with this code; refuses an unknown one."""
        if code not in self.sets:
            raise Refused("unknown_open_set", gettext_noop("Không có bộ dữ liệu mở “%(code)s”."), code=code[:60])
        return self.sets[code]


def data_publisher() -> Publisher:
    """What ``province.toml`` says under ``[open_data]``; the province's own name where it names nobody."""
    facts = province.province_facts()
    values: Mapping[str, Any] = facts.open_data
    name = str(values.get("publisher") or facts.name or facts.code)
    return Publisher(
        name=name,
        name_en=str(values.get("publisher_en") or facts.name_en or name),
        homepage=str(values.get("homepage", "")),
        email=str(values.get("email", "")),
        licence=str(values.get("licence", "")),
        licence_name=str(values.get("licence_name", "")),
        themes={str(code): str(theme) for code, theme in values.get("themes", {}).items()},
        bounds=tuple(map(float, facts.map.get("bounds", ()))),
    )


def is_public(item: CatalogueItem) -> bool:
    """Whether figures of some level are for everybody."""
    return any(item.indicator.access_at(level) is Access.PUBLIC for level in LEVELS)


def open_data_shelf() -> OpenDataShelf:
    """What is open now."""
    newest = indicators.newest_snapshot()
    number, at = (newest.number, newest.at) if newest else (0, None)
    catalogue = indicators.catalogue_of(number) or indicators.catalogue()
    return OpenDataShelf(
        number, at, data_publisher(), _open_sets(number, catalogue) if number else _build_open_sets(0, catalogue)
    )


@lru_cache(maxsize=4)
def _sets_of_snapshot(number: int) -> Mapping[str, OpenSet]:
    return _build_open_sets(number, indicators.catalogue_of(number) or indicators.catalogue())


def _open_sets(number: int, catalogue: Catalogue) -> Mapping[str, OpenSet]:
    """Kept for a snapshot that says what it was made of: then it never changes."""
    return _sets_of_snapshot(number) if indicators.catalogue_of(number) else _build_open_sets(number, catalogue)


def _build_open_sets(number: int, catalogue: Catalogue) -> Mapping[str, OpenSet]:
    open_sets_by_key = {}
    for code, domain in catalogue.domains.items():
        items = tuple(item for item in catalogue.items(domain=code) if is_public(item))
        if items:
            kinds = {PeriodType(item.indicator.period) for item in items}
            ordered = tuple(kind for kind in PeriodType if kind in kinds)
            open_sets_by_key[code] = OpenSet(domain, items, ordered, *_period_span(number, items))
    return open_sets_by_key


def _period_span(number: int, items: tuple[CatalogueItem, ...]) -> tuple[Period | None, Period | None]:
    opened = indicators.reader_of(number) if number else None
    boundary_periods: list[Period] = []
    fact_kinds = {
        (item.indicator.fact, item.indicator.period) for item in items if opened and opened.columns(item.indicator)
    }
    for fact, kind in sorted(fact_kinds):
        where = "basis = ? AND period_type = ? AND reported > 0"
        ((first, last),) = opened.rows(fact, "min(period), max(period)", where, (BASIS, kind))  # type: ignore[union-attr]
        boundary_periods += [periods.parse(code) for code in (first, last) if code]
    if not boundary_periods:
        return None, None
    return min(boundary_periods, key=lambda period: period.start), max(boundary_periods, key=lambda period: period.end)


def file_path(open_set: OpenSet, form: str, number: int) -> Path:
    """Where the compressed file of a data set is kept for one publication."""
    return Path(settings.VAR) / "open-data" / f"{number:08d}-{open_set.code}.{form}.gz"


def files_of_set(open_set: OpenSet, form: str) -> list[Path]:
    """The files of a data set that are there, oldest first."""
    pattern = file_path(open_set, form, 0).name.replace("0" * 8, "[0-9]" * 8, 1)
    return sorted((Path(settings.VAR) / "open-data").glob(pattern))


def number_of(path: Path) -> int:
    """The publication that a file was written for."""
    return int(path.name[:8])


def kept_file(open_set: OpenSet, form: str, shelf: OpenDataShelf) -> Path | None:
    """The newest file of a data set, if the same was public when it was written."""
    paths = files_of_set(open_set, form)
    if not paths:
        return None
    numbers = (shelf.number, number_of(paths[-1]))
    made_of = set(Snapshot.objects.filter(number__in=numbers).values_list("catalogue", flat=True))
    return paths[-1] if len(made_of) == 1 and None not in made_of else None


def size_of(open_set: OpenSet, number: int) -> int:
    """How many cells of a publication have to be looked at to write a data set."""
    opened = indicators.reader_of(number) if number else None
    total = 0
    for item in open_set.indicator_items:
        if opened is not None and opened.columns(item.indicator):
            where = "basis = ? AND period_type = ? AND dim = ''"
            ((count,),) = opened.rows(item.indicator.fact, "count(*)", where, (BASIS, item.indicator.period))
            total += count
    return total


def figure_rows(open_set: OpenSet, number: int) -> Iterator[list[str]]:
    """Every public figure of a data set in the order of :data:`COLUMNS`, an indicator at a time, by unit and period.

    What is not public is left out; a figure that points at too few people has no value, and says that it is withheld.
    Members of families are left to SDMX: with them a file would be many times as long.
    """
    names = {node.ref: node.name for node in units.all_nodes()}
    levels = {ref: units.level_name(ref) for ref in names}
    for item in open_set.indicator_items:
        indicator = item.indicator
        about = [indicator.code, indicator.name, indicator.unit_of_measure]
        for reading in _readings_of_item(item, number):
            if reading.hidden != NOT_FOR_READER and reading.reported:
                place = [reading.unit, names.get(reading.unit, ""), levels.get(reading.unit, ""), reading.period]
                yield [*about, *place, *_figure_cells(reading, indicator.decimals)]


def _figure_cells(reading: Reading, decimals: int) -> list[str]:
    value = reading.value
    rounded = None if value is None else value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    parts = ["" if part is None else f"{part:f}" for part in (rounded, reading.count, reading.out_of)]
    true_for_text = reading.true_for.isoformat() if reading.true_for else ""
    return [
        *parts,
        reading.status.value,
        str(reading.reported),
        str(reading.expected),
        "true" if reading.hidden else "false",
        true_for_text,
    ]


def _readings_of_item(item: CatalogueItem, number: int) -> tuple[Reading, ...]:
    """Straight from the snapshot, past the caches of pages: a whole domain would push everything else out of them."""
    opened = indicators.reader_of(number) if number else None
    columns = opened.columns(item.indicator) if opened else None
    if opened is None or columns is None:
        return ()
    where = "basis = ? AND period_type = ? AND dim = '' ORDER BY target, period"
    column_list = f"{CELL}, {columns[0]}, {columns[1] or 'NULL'}"
    cells = opened.rows(item.indicator.fact, column_list, where, (BASIS, item.indicator.period))
    return indicators.release_readings((reading_of(item.indicator, cell, number) for cell in cells), EVERYONE)


def clear_open_sets_cache() -> None:
    """Drop what is kept in memory; for tests."""
    _sets_of_snapshot.cache_clear()

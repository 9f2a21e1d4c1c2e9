"""Which indicators of one quantity from two sources are laid side by side, as a province's file says it."""

from typing import Annotated, NamedTuple

from pydantic import Field

from tinhso.kernel.province_table import table


class SourcePair(NamedTuple):
    """Two indicators of one quantity: reported by people, and counted from records (``[[pair]]``)."""

    reported: str
    recorded: str


class PlaceAndMonth(NamedTuple):
    """A unit and a month for which to compare them, beside the last month (``[[pair_at]]``)."""

    unit: str
    period: str


class CoveredFact(NamedTuple):
    """For which units a fact is kept in full, by the fact's code (``[[covered]]``)."""

    fact: str
    units: tuple[str, ...]


@table
class ComparedSources:
    """The part of a province's file that says which sources are compared."""

    pairs: Annotated[tuple[SourcePair, ...], Field(alias="pair")] = ()
    pairs_at: Annotated[tuple[PlaceAndMonth, ...], Field(alias="pair_at")] = ()
    covered: tuple[CoveredFact, ...] = ()

"""Two indicators of one quantity from two sources, side by side: do they say the same of the same month?"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from tinhso.blocks.indicators.contract import Audience, Indicator
from tinhso.blocks.indicators.queries.catalogue import catalogue
from tinhso.blocks.indicators.queries.cells import Reading
from tinhso.blocks.indicators.queries.readings import series
from tinhso.blocks.indicators.queries.release import audience_of
from tinhso.blocks.units import queries as units
from tinhso.blocks.units.models import Level
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor


@dataclass(frozen=True)
class Pair:
    """Both indicators, and their readings of the last month that both have."""

    first: Indicator
    second: Indicator
    place: str
    left: Reading
    right: Reading

    @property
    def difference(self) -> Decimal:
        """How much more the second says."""
        return (self.right.value or Decimal(0)) - (self.left.value or Decimal(0))

    @property
    def agrees(self) -> bool:
        """Whether both print the same."""
        return round(self.difference, self.first.decimals) == 0


def compare(codes: Sequence[tuple[str, str]], by: Actor, *, at: Iterable[tuple[str, str]] = ()) -> list[Pair]:
    """Pairs of indicators: for the province in the last month that both know, and before that for each of ``at``
    (unit, month).

    A pair of which an indicator or a common month is missing is left out.
    """
    here = units.at(clock.today()).filter(level=Level.PROVINCE).values_list("ref", flat=True).first() or ""
    to = audience_of(by)
    found = [_pair(one, other, unit, period, to) for unit, period in (*at, (here, "")) for one, other in codes]
    return [pair for pair in found if pair is not None]


def _pair(one: str, other: str, unit: str, period: str, to: Audience) -> Pair | None:
    known = catalogue().indicators
    if one not in known or other not in known:
        return None
    left = {said.period: said for said in series(known[one], unit, to=to) if said.value is not None}
    right = {said.period: said for said in series(known[other], unit, to=to) if said.value is not None}
    common = [said for said in left if said in right and period in ("", said)]
    if not common:
        return None
    place = units.known_now().filter(ref=unit).values_list("name", flat=True).first() or unit
    return Pair(known[one], known[other], place, left[max(common)], right[max(common)])

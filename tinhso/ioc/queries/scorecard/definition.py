"""What a scorecard consists of: groups, sections, parts and their weights, as the province's file says.

Weights that nobody knows are shared out evenly and say so: they are provisional, never passed off as known.
"""

from collections.abc import Sequence
from dataclasses import field
from decimal import Decimal
from functools import cached_property
from typing import Annotated

from django.utils.translation import gettext as _
from pydantic import Field

from tinhso.kernel.province_table import province_table, table

WHOLE, SMALL = Decimal(100), Decimal("0.01")


@table
class ScorecardPart:
    """What earns points: ``indicator`` in per cent (``invert``: what is missing from 100), or ``missing``: why not.

    ``weight`` is the known one, else an even share of what is left of its section.
    """

    key: str
    name: str
    name_en: str = ""
    known: Annotated[Decimal | None, Field(alias="weight")] = None
    indicator: str = ""
    invert: bool = False
    missing: str = ""
    missing_en: str = ""
    weight: Decimal = field(init=False, default=Decimal(0))

    def __post_init__(self) -> None:
        if bool(self.indicator) == bool(self.missing):
            raise ValueError(_("mục “%(part)s” phải có đúng một trong indicator, missing") % {"part": self.name})

    @property
    def is_provisional(self) -> bool:
        """Whether the weight is an even share of what is left, not a known one."""
        return self.known is None


@table
class ScorecardSection:
    """Parts that share a known weight; a group without sections of its own is one (``key`` empty)."""

    key: str
    name: str
    weight: Decimal
    parts: Annotated[tuple[ScorecardPart, ...], Field(alias="part")]
    name_en: str = ""

    def __post_init__(self) -> None:
        _share_out(self.weight, self.parts)


@table
class ScorecardGroup:
    """One of the groups of the decision."""

    key: str
    name: str
    weight: Decimal
    name_en: str = ""
    section: tuple[ScorecardSection, ...] = ()
    part: tuple[ScorecardPart, ...] = ()

    def __post_init__(self) -> None:
        if sum(section.weight for section in self.sections) != self.weight:
            words = _("điểm các mục của nhóm “%(group)s” không cộng thành điểm nhóm")
            raise ValueError(words % {"group": self.name})

    @cached_property
    def sections(self) -> tuple[ScorecardSection, ...]:
        """Its sections, or itself as the only one."""
        return self.section or (ScorecardSection("", "", self.weight, self.part),)


@table
class Grade:
    """A grade from ``floor`` up or ``below`` a limit."""

    name: str
    name_en: str = ""
    floor: Decimal | None = None
    below: Decimal | None = None


@table
class ScorecardDefinition:
    """A scorecard. ``scoring_known``: how a share becomes points is known, not taken to be proportional."""

    name: str
    groups: Annotated[tuple[ScorecardGroup, ...], Field(alias="group")]
    name_en: str = ""
    basis: str = ""
    source: str = ""
    scoring_known: bool = False
    grades: Annotated[tuple[Grade, ...], Field(alias="grade")] = ()

    def __post_init__(self) -> None:
        if sum(group.weight for group in self.groups) != WHOLE:
            raise ValueError(_("tổng điểm các nhóm phải là 100"))

    def parts(self) -> list[ScorecardPart]:
        """Every part."""
        return [part for group in self.groups for section in group.sections for part in section.parts]


scorecard = province_table("scorecard.toml", ScorecardDefinition, may_be_missing=True)


def scorecard_definition() -> ScorecardDefinition | None:
    """The scorecard of the province at hand; None where there is none."""
    return scorecard.or_none()


def _share_out(weight: Decimal, parts: Sequence[ScorecardPart]) -> None:
    """Give each part its weight: the known one, else an even share of what is left."""
    left = weight - sum(part.known for part in parts if part.known is not None)
    unknown = sum(part.is_provisional for part in parts)
    if left < 0 or (left and not unknown) or (unknown and not left):
        raise ValueError(_("điểm các mục không cộng thành %(weight)s") % {"weight": weight})
    for part in parts:
        share = part.known
        if share is None:  # the last one takes what rounding left over, so that all of them add up
            share = (left / unknown).quantize(SMALL)
            left, unknown = left - share, unknown - 1
        object.__setattr__(part, "weight", share)

"""What a scorecard consists of: groups, sections, parts and their weights, as the province's file says.

Weights that nobody knows are shared out evenly and say so: they are provisional, never passed off as known.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from tinhso.kernel.errors import Refused, gettext_noop

FILE = "scorecard.toml"
WHOLE, SMALL = Decimal(100), Decimal("0.01")


@dataclass(frozen=True)
class Part:
    """What earns points: ``indicator`` in per cent (``invert``: what is missing from 100), or ``missing``: why not.

    ``is_provisional``: the weight is an even share of what is left of its section, not a known one.
    """

    key: str
    name: str
    name_en: str
    weight: Decimal
    is_provisional: bool
    indicator: str = ""
    invert: bool = False
    missing: str = ""
    missing_en: str = ""


@dataclass(frozen=True)
class Section:
    """Parts that share a known weight; a group without sections of its own is one (``key`` empty)."""

    key: str
    name: str
    name_en: str
    weight: Decimal
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Group:
    """One of the groups of the decision."""

    key: str
    name: str
    name_en: str
    weight: Decimal
    sections: tuple[Section, ...]


@dataclass(frozen=True)
class Grade:
    """A grade from ``floor`` up or ``below`` a limit."""

    name: str
    name_en: str
    floor: Decimal | None = None
    below: Decimal | None = None


@dataclass(frozen=True)
class Definition:
    """A scorecard. ``scoring_known``: how a share becomes points is known, not taken to be proportional."""

    name: str
    name_en: str
    basis: str
    source: str
    scoring_known: bool
    grades: tuple[Grade, ...]
    groups: tuple[Group, ...]

    def parts(self) -> list[Part]:
        """Every part."""
        return [part for group in self.groups for section in group.sections for part in section.parts]


def definition() -> Definition | None:
    """The scorecard of the province at hand, read again when the file has changed; None where there is none."""
    path = Path(settings.PROVINCE_DIR) / FILE
    return _read(path, path.stat().st_mtime_ns) if path.is_file() else None


@lru_cache(maxsize=4)
def _read(path: Path, _changed: int) -> Definition:
    raw = tomllib.loads(path.read_text(encoding="utf-8"))
    try:
        found = Definition(
            name=raw["name"],
            name_en=raw.get("name_en", ""),
            basis=raw.get("basis", ""),
            source=raw.get("source", ""),
            scoring_known=bool(raw.get("scoring_known", False)),
            grades=tuple(_grade(one) for one in raw.get("grade", [])),
            groups=tuple(_group(one) for one in raw["group"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise _bad(str(error)) from error
    if sum(group.weight for group in found.groups) != WHOLE:
        raise _bad(_("tổng điểm các nhóm phải là 100"))
    return found


def _bad(what: str) -> Refused:
    return Refused("bad_scorecard", gettext_noop("scorecard.toml sai: %(what)s."), what=what)


def _number(said: object) -> Decimal | None:
    return None if said is None else Decimal(str(said))


def _grade(raw: Mapping[str, Any]) -> Grade:
    return Grade(raw["name"], raw.get("name_en", ""), _number(raw.get("floor")), _number(raw.get("below")))


def _group(raw: Mapping[str, Any]) -> Group:
    weight, told = Decimal(str(raw["weight"])), raw.get("section")
    sections = told or [{"key": "", "name": "", "weight": raw["weight"], "part": raw["part"]}]
    group = Group(raw["key"], raw["name"], raw.get("name_en", ""), weight, tuple(_section(one) for one in sections))
    if sum(section.weight for section in group.sections) != weight:
        raise _bad(_("điểm các mục của nhóm “%(group)s” không cộng thành điểm nhóm") % {"group": group.name})
    return group


def _section(raw: Mapping[str, Any]) -> Section:
    weight = Decimal(str(raw["weight"]))
    return Section(raw["key"], raw["name"], raw.get("name_en", ""), weight, _parts(raw["part"], weight))


def _parts(raw: Sequence[Mapping[str, Any]], weight: Decimal) -> tuple[Part, ...]:
    known = [_number(one.get("weight")) for one in raw]
    left, unknown = weight - sum(one for one in known if one is not None), known.count(None)
    if left < 0 or (left and not unknown) or (unknown and not left):
        raise _bad(_("điểm các mục không cộng thành %(weight)s") % {"weight": weight})
    found = []
    for one, told in zip(raw, known, strict=True):
        if bool(one.get("indicator")) == bool(one.get("missing")):
            raise _bad(_("mục “%(part)s” phải có đúng một trong indicator, missing") % {"part": one["name"]})
        texts = {name: str(one.get(name, "")) for name in ("name_en", "indicator", "missing", "missing_en")}
        share = told
        if share is None:  # the last one takes what rounding left over, so that all of them add up
            share = (left / unknown).quantize(SMALL)
            left, unknown = left - share, unknown - 1
        found.append(
            Part(
                one["key"],
                one["name"],
                weight=share,
                is_provisional=told is None,
                invert=bool(one.get("invert")),
                **texts,
            )
        )
    return tuple(found)

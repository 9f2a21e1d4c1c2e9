"""What a province says of its data's quality: limits of the tests, what is natural, and sources that should agree."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from tinhso.kernel.errors import Refused
from tinhso.ui.wording import name_of


@dataclass(frozen=True)
class Pair:
    """Two sources that should agree: columns written ``DATA-SET.column``, month by month, per ``unit`` or in all.

    ``tolerance`` is the share of the larger one by which they may differ.
    """

    code: str
    left: str
    right: str
    by: str = "unit"
    tolerance: Decimal = Decimal("0.02")
    words: Mapping[str, object] = field(default_factory=dict, compare=False)

    @property
    def name(self) -> str:
        """What should agree, in the reader's language."""
        return name_of(self.words)

    def column(self, side: str) -> tuple[str, str]:
        """(data set, column) of ``left`` or ``right``."""
        data_set, _dot, column = str(getattr(self, side)).partition(".")
        return data_set, column


@dataclass(frozen=True)
class Limits:
    """Limits of the tests; a province changes them in ``quality.toml``. Each is explained in the handbook."""

    months: int = 24
    run_length: int = 6
    run_least: int = 30
    copy_digits: float = 10
    jump_tolerance: float = 0.15
    jump_scatter: float = 0.12
    jump_least: int = 10
    heap_values: int = 36
    heap_share: float = 0.5
    zero_before: int = 8
    zero_least: int = 20
    natural_share: float = 0.02
    remind_again_days: int = 3
    keep_per_test: int = 200
    may_be_negative: frozenset[str] = frozenset()
    may_stand_still: frozenset[str] = frozenset()
    may_exceed: frozenset[str] = frozenset()
    pairs: tuple[Pair, ...] = ()


def limits() -> Limits:
    """Those of ``quality.toml`` in the province's folder; the ordinary ones without it. Refuses a faulty file."""
    path = Path(settings.PROVINCE_DIR) / "quality.toml"
    return _read(path, path.stat().st_mtime_ns) if path.is_file() else Limits()


@lru_cache(maxsize=4)
def _read(path: Path, changed: int) -> Limits:
    return limits_of(tomllib.loads(path.read_text(encoding="utf-8")))


def limits_of(raw: Mapping[str, Any]) -> Limits:
    """Limits from a table; ``Refused("bad_quality")`` names what is wrong."""
    known = {one.name: one for one in fields(Limits)}
    values: dict[str, Any] = {}
    for key, value in raw.items():
        if key == "pair":
            values["pairs"] = tuple(map(_pair, value))
        elif key in known and key.startswith("may_"):
            values[key] = frozenset(map(str, value))
        elif key in known and isinstance(value, (int, float)) and value >= 0:
            values[key] = value
        else:
            raise Refused("bad_quality", _("quality.toml: mục “%(key)s” không có hoặc không đúng."), key=key)
    return Limits(**values)


def _pair(raw: Mapping[str, Any]) -> Pair:
    code = str(raw.get("code", "?"))
    sides = [raw.get("left", ""), raw.get("right", "")]
    if not all(isinstance(side, str) and side.count(".") == 1 for side in sides) or not raw.get("name"):
        raise Refused("bad_quality", _("quality.toml: cặp đối chiếu %(key)s thiếu name, left hoặc right."), key=code)
    by, tolerance = str(raw.get("by", "unit")), Decimal(str(raw.get("tolerance", "0.02")))
    if by not in ("unit", "all") or not 0 <= tolerance < 1:
        raise Refused(
            "bad_quality", _("quality.toml: cặp đối chiếu %(key)s có by hoặc tolerance không đúng."), key=code
        )
    return Pair(code, sides[0], sides[1], by, tolerance, raw)

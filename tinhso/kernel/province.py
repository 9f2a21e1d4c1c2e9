"""What differs from province to province and the code needs to know: read from its ``province.toml``."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from tinhso.kernel.errors import Refused, gettext_noop


@dataclass(frozen=True)
class ProvinceFacts:
    """References into the province's own units and dates.

    ``home`` is the unit that pages open at, ``former`` the province it was before (empty when there was none),
    ``old_day`` the date whose units are the basis "old", ``change_dates`` the days on which series break.
    """

    code: str
    home: str
    former: str
    old_day: date
    change_dates: tuple[date, ...] = ()
    raw: Mapping[str, Any] = field(default_factory=dict, compare=False, hash=False)


def read(folder: Path) -> ProvinceFacts:
    """The facts of the province in ``folder``; refuses a folder without them."""
    path = folder / "province.toml"
    try:
        changed = path.stat().st_mtime_ns
    except OSError as error:
        raise Refused("no_province", gettext_noop("Không có tệp %(path)s."), path=str(path)) from error
    return _read(path, changed)


@lru_cache(maxsize=8)
def _read(path: Path, _changed: int) -> ProvinceFacts:
    raw = tomllib.loads(path.read_text(encoding="utf-8"))
    units = raw.get("units", {})
    old_day = units.get("old_basis_date")
    if not isinstance(old_day, date) or not units.get("home_unit_ref"):
        raise Refused("bad_province", gettext_noop("province.toml thiếu [units] home_unit_ref hoặc old_basis_date."))
    return ProvinceFacts(
        code=str(raw.get("code", folder_name(path))),
        home=str(units["home_unit_ref"]),
        former=str(units.get("old_province_ref", "")),
        old_day=old_day,
        change_dates=tuple(units.get("change_dates", [])),
        raw=raw,
    )


def folder_name(path: Path) -> str:
    """The name of the province's folder, its code where the file gives none."""
    return path.parent.name

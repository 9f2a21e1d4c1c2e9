"""The province's own rules of community teams: ``community_teams.toml`` in its folder."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tinhso.kernel import clock, working_calendar
from tinhso.kernel.errors import Refused

HERE = "commune"  # who answers a difficulty: the commune itself


@dataclass(frozen=True)
class Word:
    """A word of the province's own lists."""

    code: str
    name: str
    name_en: str

    @property
    def label(self) -> str:
        """Its name in the language of the page."""
        return self.name_en if (get_language() or "vi").startswith("en") else self.name


@dataclass(frozen=True)
class Kind(Word):
    """A kind of difficulty: ``to`` answers (an agency's code, or the commune) within ``days`` working days."""

    to: str = HERE
    days: int = 10


@dataclass(frozen=True)
class Rules:
    """What the province decides about its teams."""

    topics: tuple[Word, ...]
    skills: tuple[Word, ...]
    kinds: tuple[Kind, ...]
    report_working_day: int
    warn_days: int
    certificate: Mapping[str, Any]
    pairs: tuple[tuple[str, str], ...]
    pairs_at: tuple[tuple[str, str], ...]

    def topic(self, code: str) -> str:
        """What a topic is called; its code where it is not in the list any more."""
        return _called(self.topics, code)

    def skill(self, code: str) -> str:
        """What a group of skills is called."""
        return _called(self.skills, code)

    def kind_name(self, code: str) -> str:
        """What a kind of difficulty is called."""
        return _called(self.kinds, code)

    def kind(self, code: str) -> Kind:
        """A kind of difficulty; refuses what is none."""
        found = next((one for one in self.kinds if one.code == code), None)
        if found is None:
            raise Refused("unknown_kind", _("Không có loại khó khăn “%(code)s”."), code=code[:40])
        return found


def _called(words: tuple[Word, ...] | tuple[Kind, ...], code: str) -> str:
    return next((one.label for one in words if one.code == code), code)


def rules() -> Rules:
    """The rules as the file is now."""
    path = Path(settings.PROVINCE_DIR) / "community_teams.toml"
    return _read(path, path.stat().st_mtime_ns if path.is_file() else 0)


@lru_cache(maxsize=4)
def _read(path: Path, changed: int) -> Rules:
    told: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8")) if changed else {}
    return Rules(
        topics=tuple(Word(**one) for one in told.get("topic", [])),
        skills=tuple(Word(**one) for one in told.get("skill", [])),
        kinds=tuple(Kind(**one) for one in told.get("difficulty", [])),
        report_working_day=int(told.get("report", {}).get("working_day", 5)),
        warn_days=int(told.get("terms", {}).get("warn_days", 60)),
        certificate=dict(told.get("certificate", {})),
        pairs=tuple((one["reported"], one["recorded"]) for one in told.get("pair", [])),
        pairs_at=tuple((one["unit"], one["period"]) for one in told.get("pair_at", [])),
    )


def calendar() -> working_calendar.WorkingCalendar:
    """The province's working days."""
    return working_calendar.read(Path(settings.PROVINCE_DIR))


def due_at(now: datetime, days: int) -> datetime:
    """The end of the day ``days`` working days after ``now``."""
    day = calendar().add_working_days(clock.local(now).date(), days)
    return datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=clock.VIETNAM)


def report_due(month: str) -> date:
    """Until which day a team reports of ``month`` (``YYYY-MM``)."""
    year, number = int(month[:4]), int(month[5:])
    first = date(year + number // 12, number % 12 + 1, 1)
    return calendar().nth_working_day(first, rules().report_working_day)

"""What a province wants to hear of, and who is told when: its ``alerts.toml``."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from tinhso.ioc.queries.alerting.seasonal import Method
from tinhso.kernel import working_calendar
from tinhso.kernel.errors import Refused
from tinhso.kernel.working_calendar import Hours, WorkingCalendar

FILE = "alerts.toml"
HEADLINE, KEY, NOTHING = "headline", "key", "none"
OFFICE, ABOVE = "office", "above"
LEVELS = ("province", "commune")


@dataclass(frozen=True)
class Relevance:
    """How far a figure must lie from what was expected to be worth a leader's time: points of a share, per cent of an
    amount, and at least so many of a count."""

    points: float = 1.0
    percent: float = 10.0
    count: float = 5.0


@dataclass(frozen=True)
class Change:
    """Sudden changes: the method, when an alert ends, and what is worth telling at each level."""

    method: Method = field(default_factory=Method)
    close_at: float = 2.5
    relevance: Mapping[str, Relevance] = field(default_factory=dict)
    watch: Mapping[str, str] = field(default_factory=dict)

    def worth(self, level: str) -> Relevance:
        """What is worth telling of a unit of ``level``."""
        return self.relevance.get(level, Relevance())


@dataclass(frozen=True)
class Aim:
    """Missed targets: which indicators are watched at each level, after how many misses, at most how many units of one
    indicator (those furthest from the target; 0: all), and how many periods that meet the target end it."""

    watch: Mapping[str, str] = field(default_factory=dict)
    misses: Mapping[str, int] = field(default_factory=dict)
    worst: Mapping[str, int] = field(default_factory=dict)
    meets: int = 2


@dataclass(frozen=True)
class Late:
    """Late returns: grace in days; grave from so many days or from this share of those who should report."""

    grace_days: int = 1
    high_days: int = 10
    high_share: float = 0.25


@dataclass(frozen=True)
class Step:
    """One step up when nobody acknowledges: after how many more working hours, to whom."""

    after_hours: float
    to: str
    roles: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rules:
    """All of it; the defaults hold where the province says nothing."""

    aim: Aim = field(default_factory=Aim)
    change: Change = field(default_factory=Change)
    late: Late = field(default_factory=Late)
    former: bool = True
    stale_after: int = 3
    owners: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    hours: Hours = field(default_factory=Hours)
    days: WorkingCalendar = field(default_factory=WorkingCalendar)


def rules(folder: Path | None = None) -> Rules:
    """The province's rules; refuses a file that says something impossible, naming the place."""
    folder = Path(folder or settings.PROVINCE_DIR)
    return _rules(folder, _changed(folder / FILE), _changed(folder / working_calendar.FILE))


def _changed(path: Path) -> int:
    return path.stat().st_mtime_ns if path.is_file() else 0


@lru_cache(maxsize=4)
def _rules(folder: Path, changed: int, _calendar: int) -> Rules:
    try:
        raw = tomllib.loads((folder / FILE).read_text(encoding="utf-8")) if changed else {}
    except tomllib.TOMLDecodeError as error:
        raise _bad("", str(error)) from error
    watch = _table(raw, "watch")
    return Rules(
        aim=_aim(_table(raw, "target")),
        change=_change(_table(raw, "change")),
        late=_late(_table(raw, "late")),
        former=bool(watch.get("former", True)),
        stale_after=int(_number(watch, "watch", "stale_after", 3)),
        owners=tuple(str(one) for one in _table(raw, "owner").get("roles", [])),
        steps=tuple(_step(one, n) for n, one in enumerate(raw.get("escalation", []), start=1)),
        hours=_hours(_table(raw, "hours"), folder),
        days=working_calendar.read(folder),
    )


def _aim(raw: Mapping[str, Any]) -> Aim:
    misses = {level: int(_number(_table(raw, level), f"target.{level}", "misses", 1)) for level in LEVELS}
    worst = {level: int(_number(_table(raw, level), f"target.{level}", "worst", 0)) for level in LEVELS}
    return Aim(_watch(raw, "target"), misses, worst, int(_number(raw, "target", "meets", 2)))


def _change(raw: Mapping[str, Any]) -> Change:
    usual = Method()
    method = Method(
        open_at=_number(raw, "change", "open_at", usual.open_at),
        changes_at_least=int(_number(raw, "change", "changes_at_least", usual.changes_at_least)),
        recent=int(_number(raw, "change", "recent", usual.recent)),
    )
    close_at = _number(raw, "change", "close_at", 2.5)
    if close_at > method.open_at:
        raise _bad("change.close_at", _("phải nhỏ hơn open_at, nếu không cảnh báo sẽ bật tắt liên tục"))
    relevance = {level: _relevance(_table(raw, level), f"change.{level}") for level in LEVELS}
    return Change(method, close_at, relevance, _watch(raw, "change"))


def _relevance(raw: Mapping[str, Any], where: str) -> Relevance:
    usual = Relevance()
    return Relevance(
        points=_number(raw, where, "points", usual.points),
        percent=_number(raw, where, "percent", usual.percent),
        count=_number(raw, where, "count", usual.count),
    )


def _watch(raw: Mapping[str, Any], where: str) -> dict[str, str]:
    found = {}
    for level in LEVELS:
        found[level] = str(_table(raw, level).get("watch", KEY))
        if found[level] not in (HEADLINE, KEY, NOTHING):
            raise _bad(f"{where}.{level}.watch", _("phải là headline, key hoặc none"))
    return found


def _late(raw: Mapping[str, Any]) -> Late:
    usual = Late()
    return Late(
        grace_days=int(_number(raw, "late", "grace_days", usual.grace_days)),
        high_days=int(_number(raw, "late", "high_days", usual.high_days)),
        high_share=_number(raw, "late", "high_share", usual.high_share),
    )


def _step(raw: Any, number: int) -> Step:
    where = f"escalation[{number}]"
    table = raw if isinstance(raw, dict) else {}
    if table.get("to") not in (OFFICE, ABOVE):
        raise _bad(f"{where}.to", _("phải là office hoặc above"))
    after = _number(table, where, "after_hours", 0)
    if after <= 0:
        raise _bad(f"{where}.after_hours", _("phải lớn hơn 0"))
    return Step(after, str(table["to"]), tuple(str(role) for role in table.get("roles", [])))


def _hours(raw: Mapping[str, Any], folder: Path) -> Hours:
    """Those for alerts, where they are not the office's."""
    if "day" not in raw:
        return working_calendar.read_hours(folder)
    try:
        return working_calendar.hours_of(raw["day"])
    except (TypeError, ValueError) as error:
        raise _bad("hours.day", _('phải là các cặp giờ, ví dụ [["07:30", "11:30"], ["13:00", "17:00"]]')) from error


def _table(raw: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = raw.get(name, {})
    if not isinstance(found, dict):
        raise _bad(name, _("phải là một bảng"))
    return found


def _number(raw: Mapping[str, Any], where: str, name: str, usual: float) -> float:
    found = raw.get(name, usual)
    if isinstance(found, bool) or not isinstance(found, (int, float)) or found < 0:
        raise _bad(f"{where}.{name}", _("phải là một số không âm"))
    return float(found)


def _bad(place: str, why: str) -> Refused:
    return Refused("bad_alerts", _("alerts.toml, mục %(place)s: %(why)s"), place=place or "?", why=why)

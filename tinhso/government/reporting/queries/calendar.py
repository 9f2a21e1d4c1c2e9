"""The province's working calendar and the moments at which returns fall due."""

import tomllib
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from tinhso.government.reporting.queries.specs import DataSetSpec
from tinhso.government.reporting.queries.tables import Table
from tinhso.kernel import working_calendar
from tinhso.kernel.periods import Period
from tinhso.kernel.working_calendar import WorkingCalendar

HOLIDAY, COMPENSATORY, SWAP = "holiday", "compensatory", "working-swap"


def calendar() -> WorkingCalendar:
    """Days off and days worked in exchange from ``calendar.toml`` of the province; ``years`` are those with a table.

    Deadlines count working days and exclude the day of the event (Bộ luật Dân sự 2015, Điều 147–148).
    """
    path = Path(settings.PROVINCE_DIR) / "calendar.toml"
    return _read(path, path.stat().st_mtime_ns) if path.is_file() else WorkingCalendar()


@lru_cache(maxsize=8)
def _read(path: Path, changed: int) -> WorkingCalendar:
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    return calendar_of(table, source=path.name)


def calendar_of(raw: Mapping[str, Any], *, source: str = "") -> WorkingCalendar:
    """The calendar that a ``[[year]]``/``[[day]]`` table describes; ``Refused("bad_spec")`` names the faulty day."""
    days_off: dict[date, str] = {}
    extra_days: dict[date, str] = {}
    for at, item in enumerate(raw.get("day", []), start=1):
        table = Table(item, where=(source, _("ngày thứ %(at)s") % {"at": at}))
        day = item.get("date")
        if not isinstance(day, date) or isinstance(day, datetime):
            table.refuse("date", _("phải là ngày dạng 2026-09-02"))
        kind = table.one_of("kind", (HOLIDAY, COMPENSATORY, SWAP))
        (extra_days if kind == SWAP else days_off)[day] = table.text("name")
    years = frozenset(int(item["year"]) for item in raw.get("year", []))
    return WorkingCalendar(days_off, extra_days, years)


def due_at(spec: DataSetSpec, period: Period, days: WorkingCalendar) -> datetime:
    """When the return for ``period`` is due, in Việt Nam's time; provisional in a year without a table."""
    if spec.due.working_day == 0:
        return working_calendar.at(period.end, spec.due.time)
    day = days.nth_working_day(period.end + timedelta(days=1), spec.due.working_day)
    return working_calendar.at(day, spec.due.time)

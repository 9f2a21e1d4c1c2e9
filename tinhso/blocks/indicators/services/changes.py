"""What a refresh has to compute: the months, the measures and the places whose figures changed, and nothing else."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from tinhso.blocks.indicators import queries
from tinhso.blocks.indicators.models import FactMonth
from tinhso.blocks.indicators.queries.plans import FactPlan, Measure
from tinhso.blocks.indicators.services import care, engine, reach, store

REACHES = "reaches"  # a folder beside the chunks: what each place's figures were made of, by digest


@dataclass
class FactWork:
    """What one fact needs: months to export again, what to compute again, and why.

    ``years`` are computed for all measures and places. The other years keep their cells, but get columns for ``widen``
    (measures they lack) or new cells for ``places`` (each a ``basis|target``); never both. ``torn`` are months
    whose files in the fact store are broken; None when its whole table is.
    """

    plan: FactPlan
    marks: dict[str, str]
    export: list[str] = field(default_factory=list)
    years: dict[str, list[str]] = field(default_factory=dict)
    why: str = ""
    former: dict[str, Any] = field(default_factory=dict)
    gone: list[str] = field(default_factory=list)
    widen: tuple[Measure, ...] = ()
    places: frozenset[str] = frozenset()
    torn: list[str] | None = field(default_factory=list)

    @property
    def is_idle(self) -> bool:
        """Whether nothing has to be computed."""
        return not (self.years or self.gone or self.widen or self.places)

    @property
    def other_years(self) -> dict[str, list[str]]:
        """Years with a chunk that is to be widened or patched."""
        if not (self.widen or self.places):
            return {}
        mine = by_year(self.marks)
        return {year: mine[year] for year in self.former.get("chunks", {}) if year in mine and year not in self.years}


def pending_work(*, today: date, old_day: date, full: bool = False) -> tuple[list[FactWork], reach.ReachTables]:
    """What a refresh would compute now, without computing it."""
    tables = reach.reach_tables(today=today, old_day=old_day)
    newest = queries.newest_snapshot()
    former = newest.manifest["facts"] if newest else {}
    marks_by_fact: dict[str, dict[str, str]] = {}
    for fact, month, mark in FactMonth.objects.values_list("fact", "month", "fingerprint"):
        marks_by_fact.setdefault(fact, {})[month] = mark
    plans = queries.catalogue(day=today, fresh=True).plans.values()
    return [
        _work_of_plan(plan, former.get(plan.fact.code, {}), marks_by_fact.get(plan.fact.code, {}), tables, full)
        for plan in plans
    ], tables


def _work_of_plan(
    plan: FactPlan, former: dict[str, Any], values: Mapping[str, str], tables: reach.ReachTables, full: bool
) -> FactWork:
    marks = store.month_fingerprints(plan.fact)
    changed = {month for month, mark in marks.items() if full or values.get(month) != mark}
    torn = care.torn_months(store.default_store(), plan.fact)
    sound = set() if torn is None else set(store.default_store().months(plan.fact)) - set(torn)
    gone = sorted(set(values) - set(marks))
    work = FactWork(plan, marks, sorted(changed | (set(marks) - sound)), former=former, gone=gone, torn=torn)
    if full or former.get("plan") != shape_mark(plan, tables):
        work.why = _("định nghĩa hoặc đơn vị thay đổi") if former and not full else _("tính lại toàn bộ")
        work.years = by_year(marks)
        return work
    if work.export or gone:
        work.why = _("số liệu thay đổi: %s") % ", ".join([*work.export, *gone])
        work.years = _years_of_months(work)
    broken = [year for year in care.torn_chunks(former) if year in by_year(marks)]
    if broken:
        work.why = _joined_reasons(work.why, _("tệp bản chụp hỏng hoặc mất: %s") % ", ".join(broken))
        work.years |= {year: months for year, months in by_year(marks).items() if year in broken}
    held_columns = set(former["measures"].values())
    work.widen = tuple(measure for measure in plan.measures if measure.name not in held_columns)
    if work.widen:
        texts = ", ".join(measure.text for measure in work.widen)
        work.why = _joined_reasons(work.why, _("biểu thức mới: %s") % texts)
    if former.get("reach") != reach_of(plan, tables) or work.export or gone:
        find_places(work, tables)
    _widen_mixed_work(work)
    return work


def find_places(work: FactWork, tables: reach.ReachTables) -> None:
    """Which places get other figures, or await other reports, than when the former chunks were made."""
    if work.torn != []:
        return  # nobody knows yet who has reported; the refresh asks again when the files are made anew
    path = Path(settings.SNAPSHOT_DIR) / REACHES / f"{work.former.get('places', '')}.json"
    now = tables.prints(work.plan.fact, store.default_store().units(work.plan.fact))
    then: dict[str, str] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    places = frozenset(place for place in {*now, *then} if now.get(place) != then.get(place))
    if places != work.places:
        work.why = _joined_reasons(
            work.why, _("%d đơn vị nhận số liệu khác trước") % len({p.split("|")[1] for p in places})
        )
        work.places = places
        _widen_mixed_work(work)


def _widen_mixed_work(work: FactWork) -> None:
    """Where two kinds of change meet, compute all: each of the narrow ways takes the rest for granted."""
    if work.widen and work.places:
        work.years, work.widen, work.places = by_year(work.marks), (), frozenset()
    elif work.widen or work.places:
        marks_by_year = by_year(work.marks)
        former_chunks = work.former.get("chunks", {})
        work.years = {
            year: marks_by_year[year] for year in marks_by_year if year in work.years or year not in former_chunks
        }


def _years_of_months(work: FactWork) -> dict[str, list[str]]:
    touched = {month[:4] for month in [*work.export, *work.gone]}
    distinct = any(measure.distinct for measure in work.plan.measures)
    whole_year = work.plan.fact.every > 1 or bool(work.gone) or distinct
    return by_year([m for m in work.marks if m[:4] in touched] if whole_year else work.export)


def _joined_reasons(one: str, other: str) -> str:
    return f"{one}; {other}" if one else other


def by_year(months: Any) -> dict[str, list[str]]:
    """Months grouped by their year."""
    years: dict[str, list[str]] = {}
    for month in sorted(months):
        years.setdefault(month[:4], []).append(month)
    return years


def shape_mark(plan: FactPlan, tables: reach.ReachTables) -> str:
    """Changes whenever no former cell can be kept; with shares of units amounts get other types."""
    return plan.shape + ("-parts" if tables.has_parts else "")


def reach_of(plan: FactPlan, tables: reach.ReachTables) -> str:
    """Changes whenever the reach of some unit may have; places then say which."""
    prints = tables.prints(plan.fact, frozenset())
    return hashlib.sha256(json.dumps(prints).encode()).hexdigest()[:16]


def keep_places(plan: FactPlan, tables: reach.ReachTables, facts: store.FactStore) -> str:
    """Write down what each place's figures are made of; returns the digest under which it lies."""
    content = json.dumps(tables.prints(plan.fact, facts.units(plan.fact)), separators=(",", ":"))
    digest = hashlib.sha256(content.encode()).hexdigest()[:16]
    path = Path(settings.SNAPSHOT_DIR) / REACHES / f"{digest}.json"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        aside = path.with_suffix(".part")
        aside.write_text(content, encoding="utf-8")
        aside.replace(path)
    return digest


def jobs_of(work: FactWork) -> list[engine.Job]:
    """A job for every year that is computed for all measures and places."""
    chunks = work.former.get("chunks", {})
    jobs = []
    for year, months in work.years.items():
        every_month = {month for month in work.marks if month[:4] == year} <= set(months)
        jobs.append(engine.Job(year, tuple(months), "" if every_month else chunks.get(year, "")))
    return jobs


def other_jobs(work: FactWork) -> list[engine.Job]:
    """A job for every year that is widened or patched."""
    chunks = work.former.get("chunks", {})
    return [engine.Job(year, tuple(months), chunks[year]) for year, months in work.other_years.items()]

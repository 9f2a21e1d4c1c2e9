"""Figures that the former issue told and that read otherwise now: old, new and why, from the two snapshots."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from tinhso.blocks.indicators import queries as indicators
from tinhso.blocks.indicators.contract import Indicator, Record, RecordQuery
from tinhso.blocks.indicators.queries import Reading
from tinhso.ioc.models import Bulletin
from tinhso.ioc.queries.bulletins.ledger import ReadingKey, figure_text, frame_of, told_before, unit_in_sentence
from tinhso.ioc.queries.frame import SnapshotFrame
from tinhso.kernel import clock, periods
from tinhso.ui import wording
from tinhso.ui.wording import name_in_language

MOST_REASONS, MOST_RECORDS = 2, 400


def figure_revisions(bulletin: Bulletin) -> dict[str, Any]:
    """``former``: the issue compared with, in words (empty for the first); ``rows``: what has changed since."""
    former = bulletin.former
    if former is None or former.document is None:
        return {"former": "", "rows": []}
    text = _("%(kind)s số %(number)s (%(period)s)") % {
        "kind": former.document.kind.lower(),
        "number": str(former.document),
        "period": wording.period_text(former.period),
    }
    return {"former": text, "rows": _revision_rows(former, bulletin)}


def _revision_rows(former: Bulletin, bulletin: Bulletin) -> list[dict[str, str]]:
    if former.snapshot.number == bulletin.snapshot.number:
        return []
    keys = [key for key, _values in told_before(former.figures)]
    keys.sort(key=lambda key: (key.indicator, key.unit != former.unit.ref))  # the whole before its parts
    then, now = frame_of(former.snapshot, former.audience), frame_of(bulletin.snapshot, bulletin.audience)
    old, new = _readings_by_key(then, keys, former.basis), _readings_by_key(now, keys, former.basis)
    rows = []
    for key in keys:
        before, after = old.get(key), new.get(key)
        if before is None or before.hidden or (after is not None and after.hidden):
            continue
        if after is None or (before.count, before.out_of) != (after.count, after.out_of):
            rows.append(_revision_row(then, now, key, before, after, former.basis))
    return rows


def _readings_by_key(at: SnapshotFrame, keys: Sequence[ReadingKey], basis: str) -> dict[ReadingKey, Reading]:
    """The readings of keys in a snapshot, one read for all units of an indicator, period and family."""
    groups: dict[tuple[str, str, str, str], list[str]] = defaultdict(list)
    for key in keys:
        groups[key.indicator, key.period, key.dim, key.member].append(key.unit)
    readings_by_key: dict[ReadingKey, Reading] = {}
    for (code, period, dim, member), units in groups.items():
        indicator = at.catalogue.indicators.get(code)
        if indicator is not None:
            readings = indicators.readings_across(
                indicator, units, period, to=at.audience, basis=basis, family=(dim, member), snapshot=at.number
            )
            readings_by_key |= {ReadingKey(code, reading.unit, period, dim, member): reading for reading in readings}
    return readings_by_key


def _revision_row(
    then: SnapshotFrame, now: SnapshotFrame, key: ReadingKey, before: Reading, after: Reading | None, basis: str
) -> dict[str, str]:
    old, new = figure_text(before), figure_text(after)
    if old == new and after is not None:  # too small a change for the places shown: tell the parts
        old, new = f"{old} ({_ratio_text(before)})", f"{new} ({_ratio_text(after)})"
    unit = now.places.by_ref.get(key.unit) or then.places.by_ref.get(key.unit)
    where = f" ({unit_in_sentence(unit)})" if unit is not None else ""
    return {
        "name": name_in_language(before.indicator) + (f" – {key.member}" if key.member else "") + where,
        "period": wording.period_text(key.period),
        "old": old,
        "new": new,
        "why": _revision_reason(then, now, key, after, basis),
        "indicator": key.indicator,
        "unit": key.unit,
        "code": key.period,
    }


def _ratio_text(reading: Reading) -> str:
    parts = [reading.count, *([] if reading.out_of is None else [reading.out_of])]
    return "/".join(wording.number_text(part) for part in parts)


def _revision_reason(
    then: SnapshotFrame, now: SnapshotFrame, key: ReadingKey, after: Reading | None, basis: str
) -> str:
    """Why a figure reads otherwise: its definition changed, or returns were published (again), with their reasons."""
    old, new = then.catalogue.indicators.get(key.indicator), now.catalogue.indicators.get(key.indicator)
    if new is None or after is None:
        return _("chỉ tiêu không còn được tính")
    if old is not None and _formula_fields(old) != _formula_fields(new):
        return _("cách tính của chỉ tiêu thay đổi")
    records = [record for record in _corrected_records(now, new, key, basis, then.at) if record.as_of is not None]
    reasons = list(dict.fromkeys(_record_reason(record) for record in records))
    if not reasons:
        return _("tính lại; không thấy báo cáo nào được công bố lại")
    rest = len(reasons) - MOST_REASONS
    more = [_("và %(count)s báo cáo khác") % {"count": rest}] if rest > 0 else []
    return "; ".join([*reasons[:MOST_REASONS], *more])


def _formula_fields(indicator: Indicator) -> tuple[object, ...]:
    return indicator.fact, indicator.kind, indicator.count, indicator.out_of, indicator.scale


def _corrected_records(
    now: SnapshotFrame, indicator: Indicator, key: ReadingKey, basis: str, since: datetime | None
) -> Iterable[Record]:
    give = now.catalogue.facts[indicator.fact].records
    if give is None or since is None:
        return []
    days = periods.parse(key.period)
    sources = now.places.sources.get((basis, key.unit), ())
    record_query = RecordQuery(
        units=tuple(
            unit_source.node.ref
            for unit_source in sources
            if unit_source.node.start <= days.end and days.start < unit_source.node.end
        ),
        months=tuple(month.code for month in days.months()),
        members=((key.dim, key.member),) if key.dim else (),
        limit=MOST_RECORDS,
        since=since,
    )
    return [record for record in give(record_query) if _is_between(record, since, now.at)]


def _is_between(record: Record, since: datetime, until: datetime | None) -> bool:
    return record.as_of is not None and since < record.as_of and (until is None or record.as_of <= until)


def _record_reason(record: Record) -> str:
    day = wording.date_text(clock.local(record.as_of).date()) if record.as_of else ""
    title = record.title.split(" (")[0]
    if record.why:
        return _("“%(title)s” công bố lại %(day)s: %(why)s") % {"title": title, "day": day, "why": record.why}
    return _("“%(title)s” công bố %(day)s") % {"title": title, "day": day}


def observed_revisions(observed: Mapping[str, Any]) -> list[dict[str, str]]:
    """The revisions that an issue observed, as kept."""
    return list(observed.get("revisions", {}).get("rows", []))

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


def figure_revisions(one: Bulletin) -> dict[str, Any]:
    """``former``: the issue compared with, in words (empty for the first); ``rows``: what has changed since."""
    former = one.former
    if former is None or former.document is None:
        return {"former": "", "rows": []}
    said = _("%(kind)s số %(number)s (%(period)s)") % {
        "kind": former.document.kind.lower(),
        "number": str(former.document),
        "period": wording.period_text(former.period),
    }
    return {"former": said, "rows": _revision_rows(former, one)}


def _revision_rows(former: Bulletin, one: Bulletin) -> list[dict[str, str]]:
    if former.snapshot.number == one.snapshot.number:
        return []
    keys = [key for key, _kept in told_before(former.figures)]
    keys.sort(key=lambda key: (key.indicator, key.unit != former.unit.ref))  # the whole before its parts
    then, now = frame_of(former.snapshot, former.audience), frame_of(one.snapshot, one.audience)
    old, new = _readings_by_key(then, keys, former.basis), _readings_by_key(now, keys, former.basis)
    found = []
    for key in keys:
        before, after = old.get(key), new.get(key)
        if before is None or before.hidden or (after is not None and after.hidden):
            continue
        if after is None or (before.count, before.out_of) != (after.count, after.out_of):
            found.append(_revision_row(then, now, key, before, after, former.basis))
    return found


def _readings_by_key(at: SnapshotFrame, keys: Sequence[ReadingKey], basis: str) -> dict[ReadingKey, Reading]:
    """The readings of keys in a snapshot, one read for all units of an indicator, period and family."""
    groups: dict[tuple[str, str, str, str], list[str]] = defaultdict(list)
    for key in keys:
        groups[key.indicator, key.period, key.dim, key.member].append(key.unit)
    found: dict[ReadingKey, Reading] = {}
    for (code, period, dim, member), units in groups.items():
        indicator = at.catalogue.indicators.get(code)
        if indicator is not None:
            read = indicators.readings_across(
                indicator, units, period, to=at.audience, basis=basis, family=(dim, member), snapshot=at.number
            )
            found |= {ReadingKey(code, reading.unit, period, dim, member): reading for reading in read}
    return found


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
    records = [one for one in _corrected_records(now, new, key, basis, then.at) if one.as_of is not None]
    reasons = list(dict.fromkeys(_record_reason(one) for one in records))
    if not reasons:
        return _("tính lại; không thấy báo cáo nào được công bố lại")
    rest = len(reasons) - MOST_REASONS
    more = [_("và %(count)s báo cáo khác") % {"count": rest}] if rest > 0 else []
    return "; ".join([*reasons[:MOST_REASONS], *more])


def _formula_fields(one: Indicator) -> tuple[object, ...]:
    return one.fact, one.kind, one.count, one.out_of, one.scale


def _corrected_records(
    now: SnapshotFrame, indicator: Indicator, key: ReadingKey, basis: str, since: datetime | None
) -> Iterable[Record]:
    give = now.catalogue.facts[indicator.fact].records
    if give is None or since is None:
        return []
    days = periods.parse(key.period)
    sources = now.places.sources.get((basis, key.unit), ())
    wanted = RecordQuery(
        units=tuple(one.node.ref for one in sources if one.node.start <= days.end and days.start < one.node.end),
        months=tuple(month.code for month in days.months()),
        members=((key.dim, key.member),) if key.dim else (),
        limit=MOST_RECORDS,
        since=since,
    )
    return [one for one in give(wanted) if _is_between(one, since, now.at)]


def _is_between(one: Record, since: datetime, until: datetime | None) -> bool:
    return one.as_of is not None and since < one.as_of and (until is None or one.as_of <= until)


def _record_reason(one: Record) -> str:
    day = wording.date_text(clock.local(one.as_of).date()) if one.as_of else ""
    title = one.title.split(" (")[0]
    if one.why:
        return _("“%(title)s” công bố lại %(day)s: %(why)s") % {"title": title, "day": day, "why": one.why}
    return _("“%(title)s” công bố %(day)s") % {"title": title, "day": day}


def observed_revisions(observed: Mapping[str, Any]) -> list[dict[str, str]]:
    """The revisions that an issue observed, as kept."""
    return list(observed.get("revisions", {}).get("rows", []))

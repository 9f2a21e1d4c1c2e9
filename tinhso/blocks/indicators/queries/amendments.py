"""Targets as decisions changed them: months before a change keep the number that bound them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from django.db.models import Q, QuerySet

from tinhso.blocks.indicators.contract import Indicator, IndicatorTarget
from tinhso.blocks.indicators.models import Amendment


def amended_indicators(indicators: Iterable[Indicator]) -> list[Indicator]:
    """Indicators with what approved decisions made of their targets, the earliest decision first."""
    by_code: Mapping[str, list[Amendment]] = defaultdict(list)
    for amendment in Amendment.objects.filter(approved=True).order_by("judged_at", "pk"):
        by_code[amendment.indicator].append(amendment)
    return [
        _amended_indicator(indicator, by_code[indicator.code]) if indicator.code in by_code else indicator
        for indicator in indicators
    ]


def _amended_indicator(indicator: Indicator, changes: Sequence[Amendment]) -> Indicator:
    targets: Sequence[IndicatorTarget] = indicator.targets
    for change in changes:
        targets = laid_over(targets, target_of(change))
    return replace(indicator, targets=tuple(targets))


def target_of(change: Amendment) -> IndicatorTarget:
    """The target that a decision sets."""
    source = f"{change.decision}, {change.decided_on:%d/%m/%Y}"
    return IndicatorTarget(
        change.since, change.until, _without_zeros(change.floor), _without_zeros(change.ceiling), change.unit, source
    )


def laid_over(targets: Sequence[IndicatorTarget], fresh: IndicatorTarget) -> list[IndicatorTarget]:
    """Targets of the same units with ``fresh`` in its months; what they said of other months stays."""
    indicator_targets = []
    for indicator_target in targets:
        if indicator_target.unit != fresh.unit:
            indicator_targets.append(indicator_target)
            continue
        before = min(indicator_target.until or "9999-12", _month_after(fresh.since, -1))
        if indicator_target.since <= before:
            indicator_targets.append(replace(indicator_target, until=before))
        after = max(indicator_target.since, _month_after(fresh.until, 1)) if fresh.until else "9999-13"
        if after <= (indicator_target.until or "9999-12"):
            indicator_targets.append(replace(indicator_target, since=after))
    return [*indicator_targets, fresh]


def _month_after(month: str, step: int) -> str:
    place = int(month[:4]) * 12 + int(month[5:]) - 1 + step
    return f"{place // 12:04}-{place % 12 + 1:02}"


def _without_zeros(value: Decimal | None) -> Decimal | None:
    """Without the noughts that the column adds."""
    return None if value is None else Decimal(format(value.normalize(), "f"))


def target_history(indicator: str, unit: str) -> QuerySet[Amendment]:
    """Decisions on the target of an indicator that bind a unit (or all), the newest first, with those that wait."""
    return Amendment.objects.filter(Q(unit="") | Q(unit=unit), indicator=indicator).order_by("-at", "-pk")

"""What the engine has to compute for one fact so that all its indicators can be read."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from tinhso.blocks.indicators.contract import Dimension, Fact, Indicator, Nature, ReadingKind
from tinhso.blocks.indicators.queries.expressions import Expression, parse_expression

FORMAT = "cells-2"  # part of every plan's shape: another layout of cells means another computation


@dataclass(frozen=True)
class Measure:
    """One column of cells: an expression and how it adds up over time. Over units it always adds up.

    The ``name`` follows from all the rest, so that a column of that name, in whatever snapshot, holds this measure.
    """

    name: str
    text: str
    nature: Nature
    decimals: int
    distinct: bool = False
    sample: int = 1

    @property
    def listed(self) -> str:
        """How a snapshot's manifest lists it."""
        return manifest_text(self.text, self.distinct, self.sample)

    @property
    def expression(self) -> Expression:
        """The parsed text."""
        return parse_expression(self.text)


@dataclass(frozen=True)
class FactPlan:
    """The measures of one fact and the dimensions its families need."""

    fact: Fact
    measures: tuple[Measure, ...]
    dims: tuple[Dimension, ...]
    families: tuple[str, ...]

    @property
    def shape(self) -> str:
        """Changes whenever the rows of cells would differ, whatever their measures."""
        parts = [FORMAT, self.fact.code, self.fact.every, self.fact.level, self.families]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]

    @property
    def columns(self) -> dict[str, str]:
        """Each measure's text, as snapshots list it, and the column that holds it."""
        return {measure.listed: measure.name for measure in self.measures}

    def only(self, measures: Iterable[Measure]) -> "FactPlan":
        """The plan for some of its measures, with the same rows of cells."""
        selected_measures = tuple(measures)
        used = {*self.families, *(dim for measure in selected_measures for dim in measure.expression.dims)}
        return replace(self, measures=selected_measures, dims=tuple(dim for dim in self.dims if dim.code in used))

    def columns_of(self, indicator: Indicator) -> tuple[str, str]:
        """Names of the cell columns that hold the indicator's count and out-of ("" when there is none)."""
        names = self.columns
        return names[count_of(indicator)], names[_clean_expression(indicator.out_of)] if indicator.out_of else ""


def count_of(indicator: Indicator) -> str:
    """How a snapshot's manifest lists the indicator's count."""
    return manifest_text(_clean_expression(indicator.count), indicator.kind is ReadingKind.DISTINCT, indicator.sample)


def manifest_text(text: str, distinct: bool, sample: int) -> str:
    """How a snapshot's manifest lists a measure."""
    return f"distinct{f'/{sample}' if sample > 1 else ''}:{text}" if distinct else text


def plan_of(fact: Fact, indicators: Iterable[Indicator]) -> FactPlan:
    """The plan that serves ``indicators`` of ``fact``: each expression once, in a stable order."""
    indicators = sorted(indicators, key=lambda indicator: indicator.code)
    texts: dict[tuple[str, bool, int], None] = {}
    for indicator in indicators:
        texts[_clean_expression(indicator.count), indicator.kind is ReadingKind.DISTINCT, indicator.sample] = None
        if indicator.out_of:
            texts[_clean_expression(indicator.out_of), False, 1] = None
    ordered = sorted(texts)
    measures = tuple(_measure_of(text, distinct, sample, fact) for text, distinct, sample in ordered)
    families = {dim for indicator in indicators for dim in indicator.by}
    used = families | {dim for measure in measures for dim in measure.expression.dims}
    dims = tuple(dim for dim in fact.dims if dim.code in used)
    return FactPlan(fact, measures, dims, tuple(dim.code for dim in dims if dim.code in families))


def plans_of(facts: Iterable[Fact], indicators: Sequence[Indicator]) -> list[FactPlan]:
    """A plan for every fact that some indicator uses."""
    fact_plans = []
    for fact in facts:
        mine = [indicator for indicator in indicators if indicator.fact == fact.code]
        if mine:
            fact_plans.append(plan_of(fact, mine))
    return fact_plans


def _clean_expression(text: str) -> str:
    return text.strip()


def _measure_of(text: str, distinct: bool, sample: int, fact: Fact) -> Measure:
    columns = [fact.column(code) for code in parse_expression(text).columns] if not distinct else []
    nature = Nature.STOCK if columns and columns[0].nature is Nature.STOCK else Nature.FLOW
    decimals = 0 if distinct else max((column.decimals for column in columns), default=0)
    if not parse_expression(text).linear:
        decimals = sum(column.decimals for column in columns)
    meaning = [text, nature, decimals, distinct, *([sample] if sample > 1 else [])]
    meaning += sorted((column.code, column.nature, column.decimals) for column in columns)
    name = "m_" + hashlib.sha256(json.dumps(meaning).encode()).hexdigest()[:10]
    return Measure(name, text, nature, decimals, distinct, sample)

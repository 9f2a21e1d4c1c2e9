"""What the engine has to compute for one fact so that all its indicators can be read."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tinhso.blocks.indicators.contract import Dimension, Fact, Indicator, Kind, Nature
from tinhso.blocks.indicators.queries.expressions import Expression, parse

FORMAT = "cells-1"  # part of every plan's fingerprint: another layout of cells means another computation


@dataclass(frozen=True)
class Measure:
    """One column of cells: an expression and how it adds up over time. Over units it always adds up."""

    name: str
    text: str
    nature: Nature
    decimals: int
    distinct: bool = False

    @property
    def expression(self) -> Expression:
        """The parsed text."""
        return parse(self.text)


@dataclass(frozen=True)
class Plan:
    """The measures of one fact and the dimensions its families need."""

    fact: Fact
    measures: tuple[Measure, ...]
    dims: tuple[Dimension, ...]
    families: tuple[str, ...]

    def fingerprint(self, reach: str) -> str:
        """Changes whenever cells made by this plan over this reach would differ."""
        parts = [FORMAT, reach, self.fact.code, self.fact.every, self.fact.level, self.families]
        parts += [
            [dim.code for dim in self.dims],
            [(m.name, m.text, m.nature, m.decimals, m.distinct) for m in self.measures],
        ]
        parts += [[(column.code, column.nature, column.decimals) for column in self.fact.columns]]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]

    def columns_of(self, indicator: Indicator) -> tuple[str, str]:
        """Names of the cell columns that hold the indicator's count and out-of ("" when there is none)."""
        names = {(measure.text, measure.distinct): measure.name for measure in self.measures}
        distinct = indicator.kind is Kind.DISTINCT
        count = names[_clean(indicator.count), distinct]
        return count, names[_clean(indicator.out_of), False] if indicator.out_of else ""


def plan(fact: Fact, indicators: Iterable[Indicator]) -> Plan:
    """The plan that serves ``indicators`` of ``fact``: each expression once, in a stable order."""
    indicators = sorted(indicators, key=lambda indicator: indicator.code)
    texts: dict[tuple[str, bool], None] = {}
    for indicator in indicators:
        texts[_clean(indicator.count), indicator.kind is Kind.DISTINCT] = None
        if indicator.out_of:
            texts[_clean(indicator.out_of), False] = None
    ordered = sorted(texts)
    measures = tuple(_measure(f"m{n}", text, distinct, fact) for n, (text, distinct) in enumerate(ordered))
    families = {dim for indicator in indicators for dim in indicator.by}
    used = families | {dim for measure in measures for dim in measure.expression.dims}
    dims = tuple(dim for dim in fact.dims if dim.code in used)
    return Plan(fact, measures, dims, tuple(dim.code for dim in dims if dim.code in families))


def plans(facts: Iterable[Fact], indicators: Sequence[Indicator]) -> list[Plan]:
    """A plan for every fact that some indicator uses."""
    found = []
    for fact in facts:
        mine = [indicator for indicator in indicators if indicator.fact == fact.code]
        if mine:
            found.append(plan(fact, mine))
    return found


def _clean(text: str) -> str:
    return text.strip()


def _measure(name: str, text: str, distinct: bool, fact: Fact) -> Measure:
    columns = [fact.column(code) for code in parse(text).columns] if not distinct else []
    nature = Nature.STOCK if columns and columns[0].nature is Nature.STOCK else Nature.FLOW
    decimals = 0 if distinct else max((column.decimals for column in columns), default=0)
    if not parse(text).linear:
        decimals = sum(column.decimals for column in columns)
    return Measure(name, text, nature, decimals, distinct)

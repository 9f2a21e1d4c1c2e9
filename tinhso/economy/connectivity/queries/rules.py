"""The province's own rules of connectivity: ``connectivity.toml`` in its folder."""

from collections.abc import Mapping
from dataclasses import field
from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field

from tinhso.blocks.indicators.contract.pairs import ComparedSources
from tinhso.kernel.province_table import province_table, table


@table
class Gaps:
    """From how many kilometres on a commune without a 4G station is a gap; the indicator of coverage by commune."""

    km: Decimal = Decimal(3)
    coverage: str = ""


@table
class TrendIndicator:
    """An indicator of monthly figures by operator, drawn over time."""

    indicator: str = ""
    dimension: str = ""


@table
class IndicatorOperator:
    """An operator that has indicators of its own, by the code of the register and of monthly returns."""

    code: str
    name: str
    name_en: str = ""


@table
class ConnectivityRules(ComparedSources):
    """What the file says; ``demo``: how many records a demo makes."""

    gaps: Gaps = Gaps()
    trend: TrendIndicator = TrendIndicator()
    operators: Annotated[tuple[IndicatorOperator, ...], Field(alias="operator")] = ()
    demo: Mapping[str, Any] = field(default_factory=dict)


rules = province_table("connectivity.toml", ConnectivityRules)

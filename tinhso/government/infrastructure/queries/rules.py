"""The province's own rules of infrastructure: ``infrastructure.toml`` in its folder."""

from collections.abc import Mapping
from dataclasses import field
from typing import Any

from tinhso.kernel.province_table import province_table, table


@table
class Outages:
    """How many working days ahead an outage is announced, and on which basis."""

    notice_days: int = 7
    basis: str = ""


@table
class Checks:
    """For how many days answers of checks are kept."""

    keep_days: int = 90


@table
class InfrastructureRules:
    """What the file says; ``demo``: since when a demo's infrastructure stands."""

    outages: Outages = Outages()
    checks: Checks = Checks()
    demo: Mapping[str, Any] = field(default_factory=dict)


rules = province_table("infrastructure.toml", InfrastructureRules)

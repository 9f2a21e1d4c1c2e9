"""A few demo returns that were published although a check warned, so that there is something to look into.

Which data set, field and how far is the province's (``demo/doubts.toml``); they go the way of any corrected return.
"""

import tomllib
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from tinhso.government.reporting import services
from tinhso.government.reporting.demo.workbooks import APPROVES, HANDS_IN, STEP
from tinhso.government.reporting.models import Return
from tinhso.government.reporting.queries import returns as queries
from tinhso.government.reporting.queries.concerns import doubtful_returns
from tinhso.government.reporting.services.values import RowEntry

FILE = "doubts.toml"


def raise_doubts(province: Path, *, now: datetime) -> int:
    """Correct the newest returns that the province names; says how many. A second time there is nothing to do."""
    path = province / "demo" / FILE
    doubts = tomllib.loads(path.read_text(encoding="utf-8")).get("doubt", []) if path.is_file() else []
    return sum(
        _plant_doubts(doubt, now)
        for doubt in doubts
        if not doubtful_returns(now).filter(data_set__code=doubt["data_set"]).exists()
    )


def _plant_doubts(values: Mapping[str, Any], now: datetime) -> int:
    published = Return.objects.filter(data_set__code=values["data_set"], state=Return.State.PUBLISHED, is_demo=True)
    newest = published.order_by("-period_end").values_list("period", flat=True).first()
    returns, many = list(published.filter(period=newest).order_by("unit__sort_key")), int(values["returns"])
    chosen = returns[:: max(1, len(returns) // many)][:many]
    for unit_return in chosen:
        _correct_return(unit_return, str(values["field"]), Decimal(str(values["factor"])), str(values["why"]), now)
    return len(chosen)


def _correct_return(one: Return, field: str, factor: Decimal, why: str, now: datetime) -> None:
    before = queries.values_of(one.published_revision)
    entries = [
        RowEntry(unit, member, {field: str(int(Decimal(values[field]) * factor))})
        for (unit, member), values in before.items()
        if values.get(field)
    ]
    services.revise(ref=one.ref, why=why, by=HANDS_IN, now=now - 3 * STEP)
    services.save_draft(ref=one.ref, entries=entries, by=HANDS_IN, now=now - 3 * STEP, whole=False)
    services.submit(ref=one.ref, by=HANDS_IN, now=now - 2 * STEP, status=one.status)
    services.approve(ref=one.ref, by=APPROVES, now=now - STEP)
    services.publish(ref=one.ref, by=APPROVES, now=now - STEP)

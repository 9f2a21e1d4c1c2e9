"""The public figures that the front page shows: a few indicators of the whole province, with source and day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tinhso.blocks.indicators import queries as indicators
from tinhso.blocks.indicators.contract import EVERYONE, Indicator
from tinhso.blocks.indicators.queries import Reading
from tinhso.blocks.open_data.queries.datasets import open_data_shelf
from tinhso.kernel import province

MOST = 5
MONTHS = 13  # of the small line beside each figure


@dataclass(frozen=True)
class FrontFigure:
    """A public figure of the whole province: its newest reading for which all have reported (where there is none, the
    newest), and the values until then, oldest first."""

    indicator: Indicator
    reading: Reading
    values: tuple[Any, ...]
    set_code: str


def front_figures() -> Mapping[str, Any] | None:
    """Up to five figures, None while there are none: those that ``province.toml`` names under ``[open_data] front``,
    else the first of each open data set."""
    shelf = open_data_shelf()
    chosen = _chosen_indicators({code: open_set.indicator_items for code, open_set in shelf.sets.items()})
    if not shelf.number or not chosen:
        return None
    home = province.province_facts().home
    readings = indicators.latest_readings(
        [indicator for indicator, _code in chosen], home, to=EVERYONE, last=MONTHS, snapshot=shelf.number
    )
    figures = [
        figure
        for indicator, code in chosen
        if (figure := front_figure(indicator, code, readings.get(indicator.code, ()))) is not None
    ]
    return {"figures": figures[:MOST], "at": shelf.at} if figures else None


def _chosen_indicators(items_by_set: Mapping[str, Sequence[Any]]) -> list[tuple[Indicator, str]]:
    public = {item.indicator.code: (item.indicator, code) for code, items in items_by_set.items() for item in items}
    named = [str(code) for code in province.province_facts().open_data.get("front", ())]
    if named:
        return [public[code] for code in named if code in public]
    return [(items[0].indicator, code) for code, items in items_by_set.items() if items]


def front_figure(indicator: Indicator, set_code: str, readings: Sequence[Reading]) -> FrontFigure | None:
    """What is shown of readings, oldest first: the newest complete one, else the newest; None without any value."""
    with_value = [reading for reading in readings if reading.value is not None]
    complete = [reading for reading in with_value if reading.is_complete]
    if not with_value:
        return None
    chosen = (complete or with_value)[-1]
    values = tuple(reading.value for reading in readings if reading.period <= chosen.period)
    return FrontFigure(indicator, chosen, values, set_code)

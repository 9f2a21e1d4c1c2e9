"""The demo's cases: as many of each unit as the returns of the same unit say."""

import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tinhso.kernel import clock, periods, province
from tinhso.project.cli.place import operator_actor

if TYPE_CHECKING:
    from tinhso.blocks.cases.contract import ProcedureOption
    from tinhso.blocks.cases.demo import DemoMonth

FILE = "demo/cases.toml"
FIELDS = {
    "received": "tiep_nhan",
    "declined": "tu_choi",
    "supplemented": "bo_sung",
    "withdrawn": "rut",
    "finished": "da_giai_quyet",
    "on_time": "dung_han",
    "early": "truoc_han",
}


def fill(folder: Path) -> str:
    """Make the dossiers that ``demo/cases.toml`` asks for, once; says how many."""
    from tinhso.blocks.cases import demo
    from tinhso.blocks.units import queries as units

    if not (folder / FILE).is_file():
        return ""
    values = tomllib.loads((folder / FILE).read_text(encoding="utf-8"))
    months = {units.by_ref(ref): _demo_months(values, folder, ref) for ref in values["units"]}
    seed = str(province.province_facts(folder).demo.seed)
    case_count = demo.load_demo_cases(
        months=months, offers=_commune_options(), seed=seed, by=operator_actor(), now=clock.now()
    )
    return f"{case_count} hồ sơ"


def _commune_options() -> "list[ProcedureOption]":
    """What communes decide, of the procedures that exist."""
    from tinhso.blocks.cases.contract import PROVIDERS, Channel
    from tinhso.government.public_services import queries
    from tinhso.government.public_services.procedures import NAME

    today = clock.today()
    versions = queries.search_procedures(queries.ProcedureFilter(level="commune"), today).filter(illustrative=False)
    codes = list(versions.values_list("procedure__code", flat=True))
    return [offer for code in codes for offer in PROVIDERS[NAME].options(code, day=today, channel=Channel.IN_PERSON)]


def _demo_months(values: Mapping[str, Any], folder: Path, ref: str) -> "list[DemoMonth]":
    """The months asked for, up to the last one with figures, and those since then as that one went."""
    from tinhso.blocks.cases.demo import DemoMonth
    from tinhso.government.reporting.queries.published import by_month

    last = periods.parse(str(province.province_facts(folder).demo.last_period))
    names = [str(last.shift(-back)) for back in range(int(values["months"]) - 1, -1, -1)]
    numbers_by_month = by_month(values["data_set"], ref, names)
    demo_months = [
        DemoMonth(periods.parse(name).start, _numbers_by_channel(values, numbers_by_month[name]))
        for name in names
        if name in numbers_by_month
    ]
    today, first = clock.today(), last.shift(1).start
    while demo_months and first <= today:
        share = min(1.0, today.day / 30) if (first.year, first.month) == (today.year, today.month) else 1.0
        demo_months.append(
            DemoMonth(
                first,
                {
                    channel: _scaled_numbers(channel_numbers, share)
                    for channel, channel_numbers in demo_months[-1].channels.items()
                },
            )
        )
        first = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return demo_months


def _numbers_by_channel(told: Mapping[str, Any], values: Mapping[str, Mapping[str, str]]) -> Any:
    from tinhso.blocks.cases.contract import Channel
    from tinhso.blocks.cases.demo import ChannelNumbers

    return {
        Channel(told["channels"][member]): ChannelNumbers(
            **{name: int(row.get(code, 0)) for name, code in FIELDS.items()}
        )
        for member, row in values.items()
        if member in told["channels"]
    }


def _scaled_numbers(numbers: Any, share: float) -> Any:
    """The same month's numbers for a part of a month."""
    from tinhso.blocks.cases.demo import ChannelNumbers

    return ChannelNumbers(**{name: int(getattr(numbers, name) * share) for name in FIELDS})

"""The demo's digital economy and community teams: how much of it there is is told by the province's files."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tinhso.kernel import clock, province
from tinhso.project.cli.output import print_step
from tinhso.project.cli.place import operator_actor


def load(folder: Path) -> None:
    """Make the records that the demo needs, once; none where the files ask for none."""
    from tinhso.economy.connectivity import demo as connectivity
    from tinhso.economy.enterprises import demo as enterprises
    from tinhso.society.community_teams import demo as teams

    seed = str(province.province_facts(folder).demo.seed)
    for app, file, words in (
        (connectivity, "connectivity.toml", "Viễn thông, bưu chính minh họa"),
        (enterprises, "enterprises.toml", "Doanh nghiệp, hộ kinh doanh minh họa"),
        (teams, "community_teams.toml", "Tổ công nghệ số cộng đồng minh họa"),
    ):
        if (values := _demo_table(folder / file)) is not None:
            print_step(words)
            print(f"  {app.load(told=values, seed=seed, by=operator_actor(), now=clock.now())} bản ghi")


def _demo_table(path: Path) -> Mapping[str, Any] | None:
    file_values = tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    values: Mapping[str, Any] | None = file_values.get("demo")
    return values

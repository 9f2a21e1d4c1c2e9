"""The demo's support programmes: those that the province's ``demo/support.toml`` asks for."""

import tomllib
from pathlib import Path

from tinhso.kernel import clock, province
from tinhso.project.cli.place import operator_actor

FILE = "demo/support.toml"


def fill(folder: Path) -> str:
    """Make the programmes and applications that the file asks for, once; says how many."""
    from tinhso.society.support import demo

    if not (folder / FILE).is_file():
        return ""
    values = tomllib.loads((folder / FILE).read_text(encoding="utf-8"))
    seed = str(province.province_facts(folder).demo.seed)
    return f"{demo.load(told=values, seed=seed, by=operator_actor(), now=clock.now())} hồ sơ hỗ trợ"

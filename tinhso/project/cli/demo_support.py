"""The demo's support programmes: those that the province's ``demo/support.toml`` asks for."""

import tomllib
from pathlib import Path

from tinhso.kernel import clock, province
from tinhso.project.cli.output import print_step
from tinhso.project.cli.place import operator_actor

FILE = "demo/support.toml"


def load(folder: Path) -> None:
    """Make the programmes and applications that the file asks for, once."""
    from tinhso.society.support import demo

    if not (folder / FILE).is_file():
        return
    values = tomllib.loads((folder / FILE).read_text(encoding="utf-8"))
    print_step("Chương trình hỗ trợ minh họa")
    seed = str(province.province_facts(folder).demo.seed)
    print(f"  {demo.load(told=values, seed=seed, by=operator_actor(), now=clock.now())} hồ sơ hỗ trợ")

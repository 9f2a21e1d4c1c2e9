"""The demo's register of certificates: what the province's ``demo/certificates.toml`` asks for."""

import tomllib
from pathlib import Path

from tinhso.kernel import clock, province
from tinhso.project.cli.place import operator_actor

FILE = "demo/certificates.toml"


def fill(folder: Path) -> str:
    """Make the certificates and requests that the file asks for, once; says how many."""
    from tinhso.government.certificates import demo

    if not (folder / FILE).is_file():
        return ""
    values = tomllib.loads((folder / FILE).read_text(encoding="utf-8"))
    seed = str(province.province_facts(folder).demo.seed)
    return f"{demo.load_demo(told=values, seed=seed, by=operator_actor(), now=clock.now())} chứng thư"

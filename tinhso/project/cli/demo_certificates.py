"""The demo's register of certificates: what the province's ``demo/certificates.toml`` asks for."""

import tomllib
from pathlib import Path

from tinhso.kernel import clock, province
from tinhso.project.cli.output import print_step
from tinhso.project.cli.place import operator_actor

FILE = "demo/certificates.toml"


def load(folder: Path) -> None:
    """Make the certificates and requests that the file asks for, once."""
    from tinhso.government.certificates import demo

    if not (folder / FILE).is_file():
        return
    values = tomllib.loads((folder / FILE).read_text(encoding="utf-8"))
    print_step("Chứng thư số minh họa")
    seed = str(province.province_facts(folder).demo.seed)
    print(f"  {demo.load_demo(told=values, seed=seed, by=operator_actor(), now=clock.now())} chứng thư")

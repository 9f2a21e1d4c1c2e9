"""The demo's steering: what the province's ``demo/programme.toml`` tells, and how its goals stood month by month."""

import tomllib
from pathlib import Path

from tinhso.kernel import clock

FILE = "demo/programme.toml"


def fill(folder: Path) -> str:
    """Make what the file asks for, once, before figures are computed; says how much."""
    from tinhso.government.programme import demo

    if not (folder / FILE).is_file():
        return ""
    document_count = demo.load_demo(told=tomllib.loads((folder / FILE).read_text(encoding="utf-8")), now=clock.now())
    return f"{document_count} văn bản, nhiệm vụ, chỉ đạo"


def judge_goals(folder: Path) -> str:
    """Judge the goals at the end of each of the last months, once, when figures are there; says how often."""
    from tinhso.government.programme import demo

    if not (folder / FILE).is_file():
        return ""
    return f"{demo.judge_past(now=clock.now())} lần đánh giá"

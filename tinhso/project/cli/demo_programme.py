"""The demo's steering: what the province's ``demo/programme.toml`` tells, and how its goals stood month by month."""

import tomllib
from pathlib import Path

from tinhso.kernel import clock
from tinhso.project.cli.output import print_step

FILE = "demo/programme.toml"


def load(folder: Path) -> bool:
    """Make what the file asks for, once, before figures are computed; says whether there was anything to make."""
    from tinhso.government.programme import demo

    if not (folder / FILE).is_file():
        return False
    print_step("Chương trình điều hành minh họa")
    document_count = demo.load_demo(told=tomllib.loads((folder / FILE).read_text(encoding="utf-8")), now=clock.now())
    print(f"  {document_count} văn bản, nhiệm vụ, chỉ đạo")
    return document_count > 0


def judge_goals() -> None:
    """Judge the goals at the end of each of the last months, once figures are there."""
    from tinhso.government.programme import demo

    print(f"  {demo.judge_past(now=clock.now())} lần đánh giá mục tiêu")

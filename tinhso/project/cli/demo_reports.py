"""The demo's field reports: as many as the province's ``demo/field_reports.toml`` asks for."""

import tomllib
from pathlib import Path

from tinhso.kernel import clock, province
from tinhso.project.cli.output import print_step
from tinhso.project.cli.place import operator_actor

FILE = "demo/field_reports.toml"


def load(folder: Path) -> None:
    """Make the reports that the file asks for, once."""
    from tinhso.blocks.messaging import demo as chats
    from tinhso.society.field_reports import demo

    if not (folder / FILE).is_file():
        return
    values = tomllib.loads((folder / FILE).read_text(encoding="utf-8"))
    print_step("Phản ánh hiện trường minh họa")
    seed = str(province.province_facts(folder).demo.seed)
    print(f"  {demo.load(told=values, seed=seed, by=operator_actor(), now=clock.now())} phản ánh")
    demo_conversations = [chats.DemoConversation(**chat) for chat in demo.told_in_chats(int(values.get("chats", 0)))]
    count = chats.load(held=demo_conversations, title=str(province.province_facts(folder).name), by=operator_actor())
    print(f"  {count} cuộc nói chuyện")

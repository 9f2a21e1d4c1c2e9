"""The demo's field reports: as many as the province's ``demo/field_reports.toml`` asks for."""

import tomllib
from pathlib import Path

from tinhso.kernel import clock, province
from tinhso.project.cli.place import operator_actor

FILE = "demo/field_reports.toml"


def fill(folder: Path) -> str:
    """Make the reports and conversations that the file asks for, once; says how many."""
    from tinhso.blocks.messaging import demo as chats
    from tinhso.society.field_reports import demo

    if not (folder / FILE).is_file():
        return ""
    values = tomllib.loads((folder / FILE).read_text(encoding="utf-8"))
    seed = str(province.province_facts(folder).demo.seed)
    report_count = demo.load(told=values, seed=seed, by=operator_actor(), now=clock.now())
    demo_conversations = [chats.DemoConversation(**chat) for chat in demo.told_in_chats(int(values.get("chats", 0)))]
    count = chats.load(held=demo_conversations, title=str(province.province_facts(folder).name), by=operator_actor())
    return f"{report_count} phản ánh, {count} cuộc nói chuyện"

"""Makers for tests of bulletins: a template, its people, and issues of it."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from tinhso.blocks.indicators import services as indicators
from tinhso.blocks.indicators.models import Snapshot
from tinhso.blocks.indicators.tests.conftest import ENGINE
from tinhso.blocks.units.models import Unit
from tinhso.ioc.models import Bulletin
from tinhso.ioc.services import bulletins as services
from tinhso.kernel.actor import Actor, program_actor

MONTH, NEXT_MONTH = "2024-05", "2024-06"
NOW = datetime(2025, 1, 6, 2, 0, tzinfo=UTC)
OPERATOR = program_actor("operator", rights=["operate system"])
TEMPLATE = """
code = "thang"
name = "Báo cáo tháng"
period = "month"
kind = "BÁO CÁO"
subject = "Tình hình hồ sơ {{ period }}"
notation = "BC-TH"
recipients = ["Lưu: VT"]
[letterhead]
body = "TRUNG TÂM"
place = "Tỉnh P"
[signature]
lines = ["GIÁM ĐỐC"]
[[block]]
id = "loi"
sort = "text"
text = '''
{{ sentence("D-2") }}
- Đã giải quyết {{ value("D-1") }}, {{ change("D-1", since="before") }}
'''
[[block]]
id = "bang"
sort = "table"
indicators = ["D-1", "D-2"]
[[block]]
id = "hang"
sort = "ranking"
indicator = "D-2"
[[block]]
id = "hinh"
sort = "chart"
indicator = "D-2"
[[block]]
id = "tre"
sort = "late"
[[block]]
id = "sua-doi"
sort = "revisions"
"""


def templates(text: str = TEMPLATE) -> int:
    """Load a template as the operator does."""
    folder = Path(settings.PROVINCE_DIR)
    (folder / "bulletins").mkdir(exist_ok=True)
    (folder / "bulletins" / "thang.toml").write_text(text, encoding="utf-8")
    return services.load_templates(folder, by=OPERATOR)


def somebody(name: str, *rights: str, at: str = "p") -> Actor:
    """A person with rights at one unit."""
    reached = frozenset(Unit.objects.filter(ref=at).values_list("pk", flat=True))
    return Actor(ref=f"person:{name}", name=name, reach=dict.fromkeys(rights, reached))


def writer(name: str = "Lan") -> Actor:
    """One who may write bulletins of the province."""
    return somebody(name, "see indicators", "write bulletins")


def approver(name: str = "Khoa") -> Actor:
    """One who may approve them (and write them as well, so that only the second pair of eyes is at stake)."""
    return somebody(name, "see indicators", "write bulletins", "approve bulletins")


def a_draft(period: str = MONTH, **more: Any) -> Bulletin:
    """A draft by the writer."""
    return services.draft(template="thang", period=period, by=more.pop("by", writer()), now=NOW, **more)


def handed_in(one: Bulletin) -> Bulletin:
    """The same, waiting for approval."""
    return services.submit(ref=one.ref, by=writer(), now=NOW)


def issued(period: str = MONTH, **more: Any) -> Bulletin:
    """An issue that went the whole way."""
    one = handed_in(a_draft(period, **more))
    return services.issue(ref=one.ref, by=approver(), now=NOW)


def later_snapshot(at: datetime = datetime(2025, 1, 5, tzinfo=UTC)) -> Snapshot | None:
    """What was published since, counted anew."""
    return indicators.refresh_snapshot(by=ENGINE, now=at, today=date(2024, 12, 31), old_day=date(2024, 6, 30))


def words_of(one: Bulletin) -> str:
    """Everything that an issued bulletin says, in one line."""
    assert one.document is not None
    found: list[str] = []

    def walk(value: object) -> None:
        if isinstance(value, str):
            found.append(value)
        for inside in value.values() if isinstance(value, dict) else value if isinstance(value, (list, tuple)) else ():
            walk(inside)

    walk(one.document.content["blocks"])
    return " ".join(" ".join(found).split())

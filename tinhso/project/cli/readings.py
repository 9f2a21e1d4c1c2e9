"""Commands that compute and read: refresh, indicators, units."""

import argparse
from datetime import date
from pathlib import Path
from typing import Any

from tinhso.kernel import clock, text
from tinhso.project.cli import filling
from tinhso.project.cli.output import as_json, print_table


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add refresh, indicators and units."""
    refresh = commands.add_parser("refresh", help="tính lại chỉ tiêu từ số liệu đã gửi")
    refresh.add_argument("--full", action="store_true", help="tính lại toàn bộ, không chỉ phần thay đổi")
    refresh.add_argument("--explain", action="store_true", help="chỉ nói sẽ tính gì và vì sao")
    refresh.set_defaults(run=run_refresh)
    indicators = _add_reading_command(commands, "indicators", "liệt kê chỉ tiêu", list_indicators)
    indicators.add_argument("words", nargs="*", metavar="TỪ", help="lọc theo từ, không cần dấu")
    indicators.add_argument("--domain", default="", help="mã lĩnh vực")
    units = _add_reading_command(commands, "units", "liệt kê đơn vị hành chính và cơ quan", list_units)
    units.add_argument("--day", type=date.fromisoformat, help="có hiệu lực vào ngày này (mặc định: hôm nay)")
    units.add_argument("--under", default="", metavar="REF", help="chỉ trong đơn vị này")


def _add_reading_command(commands: Any, name: str, help: str, run: Any) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(name, help=help)
    parser.add_argument("--json", action="store_true", help="in JSON cho chương trình đọc")
    parser.set_defaults(run=run)
    return parser


def run_refresh(arguments: argparse.Namespace) -> int:
    """Compute what changed and publish it, or only say what would be computed."""
    if arguments.explain:
        return _explain_refresh(arguments.full)
    snapshot = filling.refresh_readings(full=arguments.full)
    if snapshot is None:
        print("Không có gì thay đổi; bản chụp hiện tại vẫn đúng.")
        return 0
    changed = snapshot.summary["changed"]
    print(f"Đã công bố bản chụp {snapshot.number}: {len(changed)} bảng số liệu được tính lại.")
    for code, change in changed.items():
        print(f"  {code}: {change['why']}")
    return 0


def _explain_refresh(full: bool) -> int:
    from django.conf import settings

    from tinhso.blocks.indicators import services

    old_day = filling.old_days(Path(settings.PROVINCE_DIR))[0]
    works, _tables = services.pending_work(today=clock.today(), old_day=old_day, full=full)
    rows = [
        {
            "fact": w.plan.fact.code,
            "why": w.why,
            "months": len(w.export),
            "years": ", ".join(w.years),
            "parts": ", ".join(w.other_years),
        }
        for w in works
        if not w.is_idle
    ]
    if not rows:
        print("Không có gì thay đổi.")
        return 0
    headings = [
        ("fact", "Bảng"),
        ("months", "Tháng đọc lại"),
        ("years", "Năm tính lại"),
        ("parts", "Năm tính bù"),
        ("why", "Vì sao"),
    ]
    print_table(rows, headings)
    return 0


def list_indicators(arguments: argparse.Namespace) -> int:
    """Every indicator with its family members, narrowed by words (without diacritics) and domain."""
    from tinhso.blocks.indicators import queries

    search_words = text.fold(" ".join(arguments.words)).split()
    rows = [
        {
            "code": item.code,
            "name": item.name,
            "name_en": item.name_en,
            "domain": item.indicator.domain,
            "unit_of_measure": item.indicator.unit_of_measure,
            "period": str(item.indicator.period),
            "family_of": item.indicator.code if item.member else "",
        }
        for item in queries.catalogue().items(domain=arguments.domain)
        if all(word in text.fold(f"{item.code} {item.name}") for word in search_words)
    ]
    if arguments.json:
        as_json({"snapshot": queries.newest_number(), "count": len(rows), "indicators": rows})
        return 0
    print_table(
        rows, [("code", "Mã"), ("name", "Chỉ tiêu"), ("unit_of_measure", "Đơn vị tính"), ("domain", "Lĩnh vực")]
    )
    print(f"{len(rows)} chỉ tiêu")
    return 0


def list_units(arguments: argparse.Namespace) -> int:
    """Units valid on a day, or only those inside one of them."""
    from tinhso.blocks.units import queries

    day = arguments.day or clock.today()
    tree = queries.tree(day)
    inside = set(tree.subtree(queries.by_ref(arguments.under).pk)) if arguments.under else set(tree.nodes)
    rows = [
        {
            "ref": node.ref,
            "code": node.code,
            "name": node.name,
            "type": node.type,
            "under": tree.nodes[node.parent].name if node.parent in tree.nodes else "",
            "since": None if node.start == date.min else node.start,
        }
        for pk, node in tree.nodes.items()
        if pk in inside
    ]
    if arguments.json:
        as_json({"day": day, "count": len(rows), "units": rows})
        return 0
    columns = [("ref", "Ký hiệu"), ("code", "Mã"), ("name", "Tên"), ("type", "Loại"), ("under", "Thuộc")]
    print_table(rows, columns)
    print(f"{len(rows)} đơn vị có hiệu lực ngày {day:%d/%m/%Y}")
    return 0

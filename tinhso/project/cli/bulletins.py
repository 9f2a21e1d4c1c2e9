"""The commands about bulletins: a list of the issued ones, and whether they can be made again byte for byte."""

import argparse
from typing import TYPE_CHECKING, Any

from tinhso.project.cli.output import as_json, print_table

if TYPE_CHECKING:
    from tinhso.ioc.models import Bulletin
    from tinhso.ioc.queries.bulletins import Verified

WORDS = {
    "same": "✓ trùng từng byte",
    "other_programs": "~ khác byte, phiên bản chương trình đã đổi",
    "different": "✗ KHÔNG trùng",
    "damaged": "✗ bản đang giữ bị hỏng",
}
TROUBLE = 1


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add bulletin."""
    bulletin = commands.add_parser("bulletin", help="liệt kê bản tin đã ban hành; --verify tạo lại và so từng byte")
    bulletin.add_argument("refs", nargs="*", metavar="MÃ", help="mã bản tin (BTN-…) hoặc mã văn bản (VB-…)")
    bulletin.add_argument("--verify", action="store_true", help="tạo lại từ bản chụp đã ghim và so mã băm SHA-256")
    bulletin.add_argument("--json", action="store_true", help="in JSON cho chương trình đọc")
    bulletin.set_defaults(run=run_bulletins)


def run_bulletins(arguments: argparse.Namespace) -> int:
    """List issued bulletins, or make them again; exit code 1 when one cannot be made as it was issued."""
    from tinhso.ioc.queries import bulletins as queries

    bulletins = [queries.by_any_name(ref) for ref in arguments.refs] or list(queries.issued_bulletins())
    verified = {bulletin.ref: queries.verify_issue(bulletin) for bulletin in bulletins} if arguments.verify else {}
    rows = [_bulletin_row(bulletin, verified.get(bulletin.ref)) for bulletin in bulletins]
    if arguments.json:
        as_json({"count": len(rows), "bulletins": rows})
    else:
        columns = [("ref", "Mã"), ("number", "Số"), ("day", "Ngày"), ("period", "Kỳ"), ("snapshot", "Bản chụp")]
        print_table(rows, [*columns, ("said", "Tạo lại")] if verified else [*columns, ("state", "Trạng thái")])
        for verified_bulletin in verified.values():
            for name, (then, now) in verified_bulletin.changed.items():
                print(f"  {name}: {then} → {now}")
    wrong = [
        verified_result for verified_result in verified.values() if verified_result.verdict in ("different", "damaged")
    ]
    return TROUBLE if wrong else 0


def _bulletin_row(bulletin: "Bulletin", verified: "Verified | None") -> dict[str, Any]:
    document = bulletin.document
    row: dict[str, Any] = {
        "ref": bulletin.ref,
        "number": str(document),
        "day": document.day if document else None,
        "period": bulletin.period,
        "snapshot": bulletin.snapshot.number,
        "state": bulletin.state,
    }
    if verified is not None:
        row |= {"verdict": verified.verdict, "forms": dict(verified.check.forms), "changed": verified.changed}
        row |= {"said": WORDS[verified.verdict]}
    return row

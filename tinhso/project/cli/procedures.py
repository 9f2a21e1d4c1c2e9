"""Commands that bring the catalogue of procedures from a file and take it away as one."""

import argparse
import sys
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Forbidden, Refused
from tinhso.project.cli.output import print_table
from tinhso.project.cli.place import operator_actor

if TYPE_CHECKING:
    from tinhso.government.public_services.services import HeldImport

WRONG_FILE = 1
WORDS = {
    "new": "thủ tục mới",
    "version": "phiên bản mới",
    "corrected": "sửa",
    "ended": "hết hiệu lực",
    "same": "giữ nguyên",
}


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add procedures import and procedures export."""
    top = commands.add_parser("procedures", help="nhập, xuất danh mục thủ tục hành chính")
    acts = top.add_subparsers(dest="act", required=True, metavar="VIỆC")
    bring = acts.add_parser("import", help="nhập danh mục từ tệp XLSX hoặc JSON")
    bring.add_argument("file", type=Path, metavar="TỆP")
    bring.add_argument("--dry-run", action="store_true", help="chỉ nói điều sẽ thay đổi và mọi lỗi, không ghi gì")
    bring.add_argument("--whole-from", type=date.fromisoformat, metavar="NGÀY", help="tệp là toàn bộ danh mục từ ngày")
    bring.add_argument("--by", default="", metavar="TÊN_ĐĂNG_NHẬP", help="người nhập, với quyền của người ấy")
    bring.set_defaults(run=bring_in)
    take = acts.add_parser("export", help="xuất danh mục ra tệp .xlsx hoặc .json")
    take.add_argument("file", type=Path, metavar="TỆP")
    take.set_defaults(run=take_away)


def bring_in(arguments: argparse.Namespace) -> int:
    """Show what the file changes, then take in all of it or nothing; 1 when the file has errors."""
    from django.db import transaction

    from tinhso.government.public_services import services

    by, now, content = _acting_person(arguments.by), clock.now(), arguments.file.read_bytes()
    with transaction.atomic():
        held_import = _planned_import(arguments, content, by)
        if held_import is None or held_import.run is None:
            return WRONG_FILE
        _show_changes(held_import.run.report)
        is_same = all(change["kind"] == "same" for change in held_import.run.report)
        if arguments.dry_run or is_same:
            transaction.set_rollback(True)
            print("Tệp không làm đổi thủ tục nào." if is_same else "Chạy thử: chưa ghi gì.")
            return 0
        run = services.confirm_import(ref=held_import.run.ref, by=by, now=now)
    print(f"Đã nhập {len(run.touched)} phiên bản (lần nhập {run.ref}; hoàn tác được ở /procedures/import/).")
    return 0


def _planned_import(arguments: argparse.Namespace, content: bytes, by: Actor) -> "HeldImport | None":
    """What the file would do; its errors are printed, also that it is no such file at all."""
    from tinhso.government.public_services import services

    now, name = clock.now(), arguments.file.name
    try:
        held_import = services.hold_import(
            file_name=name, content=content, by=by, now=now, whole_from=arguments.whole_from
        )
    except Forbidden:
        raise
    except Refused as refusal:
        print(f"✗ {refusal.message}", file=sys.stderr)
        return None
    if held_import.reading.problems:
        print_table(
            [vars(file_problem) for file_problem in held_import.reading.problems],
            [("sheet", "Trang tính"), ("cell", "Ô"), ("why", "Lý do")],
        )
        print(f"✗ Tệp còn {len(held_import.reading.problems)} lỗi; chưa ghi gì.", file=sys.stderr)
    return held_import


def _show_changes(report: Iterable[Mapping[str, Any]]) -> None:
    from tinhso.government.public_services.queries import history

    counts = dict.fromkeys(WORDS, 0)
    for change in report:
        counts[change["kind"]] += 1
        if change["kind"] == "same":
            continue
        until = f" đến trước {change['until']}" if change["until"] else ""
        print(f"{change['code']} {WORDS[change['kind']]}: {change['name']} (từ {change['since']}{until})")
        for name, old, new in history.named_changes(change["fields"]):
            print(f"    {name}: {old or '–'} → {new or '–'}")
    print("; ".join(f"{WORDS[kind]} {count}" for kind, count in counts.items()))


def _acting_person(username: str) -> Actor:
    from tinhso.blocks.identity import queries

    return queries.actor_for(queries.person_by_username(username)) if username else operator_actor()


def take_away(arguments: argparse.Namespace) -> int:
    """Write every version that is known now; an existing file is never replaced."""
    from tinhso.government.public_services.queries import exports

    writers = {".xlsx": exports.as_workbook, ".json": exports.as_json}
    if arguments.file.suffix.lower() not in writers:
        raise Refused("which_ending", "Đặt tên tệp xuất kết thúc bằng .xlsx hoặc .json.")
    rows = exports.known_documents()
    content = writers[arguments.file.suffix.lower()](rows)
    try:
        with arguments.file.open("xb") as out:
            out.write(content)
    except FileExistsError as error:
        raise Refused("file_exists", "Tệp %(file)s đã có; chọn tên khác.", file=str(arguments.file)) from error
    print(f"Đã xuất {len(rows)} phiên bản vào {arguments.file}.")
    return 0

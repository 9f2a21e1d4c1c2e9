"""The command that hands in a return from a file."""

import argparse
from pathlib import Path
from typing import Any

from tinhso.kernel import clock
from tinhso.kernel.errors import Refused
from tinhso.project.cli.output import print_table
from tinhso.project.cli.place import operator_actor


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add import-return."""
    load = commands.add_parser("import-return", help="gửi một báo cáo từ tệp XLSX hoặc CSV")
    load.add_argument("file", type=Path, metavar="TỆP")
    load.add_argument("--return", dest="ref", default="", metavar="MÃ", help="mã báo cáo (tệp CSV cần có)")
    load.add_argument("--dry-run", action="store_true", help="chỉ kiểm tra, không lưu gì")
    load.add_argument("--submit", action="store_true", help="gửi luôn để duyệt, không chỉ lưu bản nháp")
    load.set_defaults(run=import_return)


def import_return(arguments: argparse.Namespace) -> int:
    """Read the file, show every error and warning with its cell, and store all of it or nothing."""
    from django.db import transaction

    content = arguments.file.read_bytes()
    ref = arguments.ref or _named_in(arguments.file.name, content)
    with transaction.atomic():
        stored = _import_return(ref, arguments.file.name, content, arguments)
        if arguments.dry_run:
            transaction.set_rollback(True)
    if stored is None:
        print(f"Chạy thử: tệp nhận được cho báo cáo {ref}; chưa lưu gì.")
    else:
        print(f"Đã lưu báo cáo {stored.ref}: {stored.get_state_display()}.")
    return 0


def _import_return(ref: str, name: str, content: bytes, arguments: argparse.Namespace) -> Any:
    from tinhso.government.reporting import services

    by, now = operator_actor(), clock.now()
    upload_outcome = services.hold_upload(ref=ref, file_name=name, content=content, by=by, now=now)
    _print_problems(upload_outcome.reading.problems)
    if upload_outcome.upload is None:
        raise Refused("file_has_errors", "Tệp có lỗi nên không có gì được lưu.")
    if arguments.dry_run:
        return None
    stored = services.confirm_upload(ref=upload_outcome.upload.ref, by=by, now=now)
    return services.submit(ref=stored.ref, by=by, now=now) if arguments.submit else stored


def _named_in(name: str, content: bytes) -> str:
    """The return that a pre-filled workbook says it was made for."""
    from tinhso.government.reporting.models import Return
    from tinhso.government.reporting.queries import workbooks

    marks = workbooks.open_file(name, content).marks
    values = {
        "data_set__code": marks.get("data_set"),
        "unit__ref": marks.get("unit"),
        "period": marks.get("period"),
    }
    return_ref = Return.objects.filter(**values).values_list("ref", flat=True).first()
    if not return_ref:
        raise Refused("which_return", "Tệp không nói nó là báo cáo nào: thêm --return MÃ.")
    return return_ref


def _print_problems(problems: Any) -> None:
    rows = [problem.as_dict() for problem in problems]
    if rows:
        columns = [
            ("severity", "Mức"),
            ("cell", "Ô"),
            ("unit_name", "Đơn vị"),
            ("column", "Cột"),
            ("message", "Vì sao"),
        ]
        print_table(rows, columns)

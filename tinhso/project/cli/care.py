"""Commands that look after a running system: doctor, backup, restore, audit verify."""

import argparse
import sys
from pathlib import Path

from tinhso.project.cli.output import as_json
from tinhso.project.cli.place import machine_trouble, open_database

MARKS = {"ok": "✓", "warn": "!", "fail": "✗"}


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add doctor, backup, restore and audit."""
    doctor = commands.add_parser("doctor", help="kiểm tra máy và hệ thống, nói cần làm gì")
    doctor.add_argument("--json", action="store_true", help="in JSON cho chương trình đọc")
    doctor.set_defaults(run=run_doctor, needs_database=False)
    backup = commands.add_parser("backup", help="sao lưu cơ sở dữ liệu vào một tệp")
    backup.add_argument("file", type=Path, metavar="TỆP")
    backup.set_defaults(run=run_backup)
    restore = commands.add_parser("restore", help="khôi phục vào một cơ sở dữ liệu trống")
    restore.add_argument("file", type=Path, metavar="TỆP")
    restore.set_defaults(run=run_restore)
    audit = commands.add_parser("audit", help="nhật ký kiểm toán")
    acts = audit.add_subparsers(dest="act", required=True, metavar="VIỆC")
    verify = acts.add_parser("verify", help="kiểm tra chuỗi băm của nhật ký")
    verify.add_argument("--json", action="store_true", help="in JSON cho chương trình đọc")
    verify.set_defaults(run=run_verify)


def run_doctor(arguments: argparse.Namespace) -> int:
    """One line a check; 1 when something must be mended."""
    from tinhso.project import doctor

    findings = doctor.run_checks(open_database, machine_trouble)
    failed = any(finding.state == "fail" for finding in findings)
    if arguments.json:
        as_json({"healthy": not failed, "checks": [vars(finding) for finding in findings]})
        return int(failed)
    for finding in findings:
        print(f"{MARKS[finding.state]} {finding.name}: {finding.said}")
        if finding.do:
            print(f"    → {finding.do}")
    return int(failed)


def run_backup(arguments: argparse.Namespace) -> int:
    """Write one consistent copy; an existing file is never replaced."""
    from tinhso.project import backup

    manifest = backup.write_backup(arguments.file)
    rows = sum(table["rows"] for table in manifest["tables"].values())
    size = arguments.file.stat().st_size / 1_000_000
    print(f"Đã sao lưu {len(manifest['tables'])} bảng, {rows} dòng vào {arguments.file} ({size:.1f} MB).")
    return 0


def run_restore(arguments: argparse.Namespace) -> int:
    """Fill an empty database from a backup and prove that it holds the same rows."""
    from tinhso.project import backup

    manifest = backup.restore_backup(arguments.file)
    print(f"Đã khôi phục {len(manifest['tables'])} bảng; mọi bảng có cùng mã băm với bản sao lưu.")
    print("Chạy `tinhso refresh --full` để tính lại các chỉ tiêu.")
    return 0


def run_verify(arguments: argparse.Namespace) -> int:
    """Recompute the chain; 1 when an entry was changed, removed or slipped in."""
    from tinhso.blocks.audit import queries

    chain_check = queries.verify_chain()
    if arguments.json:
        as_json({"whole": chain_check.is_whole, **vars(chain_check)})
    elif chain_check.is_whole:
        print(f"Nhật ký nguyên vẹn: {chain_check.entries} mục, đầu chuỗi {chain_check.head}.")
    else:
        print(f"Nhật ký bị sửa: mục ở vị trí {chain_check.broken_at} không khớp chuỗi băm.", file=sys.stderr)
    return 0 if chain_check.is_whole else 1

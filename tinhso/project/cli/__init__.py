"""The command ``tinhso``: starts the system, loads a province, and answers questions about it at a terminal.

A refusal ends with exit code 2 and its sentence on standard error, trouble with the machine with 1.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from contextlib import nullcontext

from tinhso.kernel.errors import Refused
from tinhso.project.bundled_postgres import DatabaseTrouble
from tinhso.project.cli import (
    alerts,
    bulletins,
    care,
    figures,
    govstack,
    loading,
    people,
    procedures,
    push,
    readings,
    returns,
    running,
    signing,
)
from tinhso.project.cli.place import machine_trouble, open_database

REFUSED, TROUBLE, INTERRUPTED = 2, 1, 130
PARTS = (
    running,
    loading,
    returns,
    procedures,
    readings,
    figures,
    alerts,
    bulletins,
    care,
    people,
    push,
    signing,
    govstack,
)


def command_parser() -> argparse.ArgumentParser:
    """Every command with its options."""
    top = argparse.ArgumentParser(prog="tinhso", description="Tỉnh số: nền tảng chính quyền số của một tỉnh.")
    commands = top.add_subparsers(dest="command", required=True, metavar="LỆNH")
    for part in PARTS:
        part.register(commands)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tinhso.project.settings")
    arguments = command_parser().parse_args(argv)
    try:
        with open_database() if getattr(arguments, "needs_database", True) else nullcontext():
            code: int = arguments.run(arguments)
            return code
    except Refused as refusal:
        print(refusal.message, file=sys.stderr)
        return REFUSED
    except KeyboardInterrupt:
        print("\nĐã dừng.", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        return 0
    except DatabaseTrouble as trouble:
        print(f"✗ {trouble}", file=sys.stderr)
        return TROUBLE
    except Exception as problem:
        text = machine_trouble(problem)
        if text is None:
            raise
        print(f"✗ {text}", file=sys.stderr)
        return TROUBLE

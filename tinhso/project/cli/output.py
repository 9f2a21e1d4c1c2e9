"""How commands speak: aligned tables for people, JSON for programs, one moving line for long work."""

import json
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from tinhso.kernel.text import nfc


def as_json(value: Any) -> None:
    """Print ``value`` for programs: decimals as strings, so that nothing is rounded; dates in ISO form."""
    print(json.dumps(value, ensure_ascii=False, indent=2, default=_json_text))


def print_table(rows: Iterable[Mapping[str, Any]], columns: Sequence[tuple[str, str]]) -> None:
    """Print rows under headings; ``columns`` pairs a key with its heading."""
    lines = [[heading for _key, heading in columns]]
    lines += [[_cell_text(row.get(key)) for key, _heading in columns] for row in rows]
    widths = [max(len(line[at]) for line in lines) for at in range(len(columns))]
    for line in lines:
        print("  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip())


def print_step(title: str) -> None:
    """Say what begins now."""
    print(f"» {title}", flush=True)


class Progress:
    """Tells how far a long step is, at most once a second: a moving line at a terminal, plain lines elsewhere."""

    def __init__(self) -> None:
        self.last = time.monotonic()
        self.moving = sys.stderr.isatty()

    def __call__(self, done: int, total: int, what: str) -> None:
        """Hear that ``done`` of ``total`` are done and ``what`` is at hand."""
        if done < total and time.monotonic() - self.last < (0.2 if self.moving else 2):
            return
        self.last = time.monotonic()
        line = f"  {done}/{total} {what}"[:100]
        if self.moving:
            print(f"\r{line.ljust(100)}", end="\n" if done >= total else "", file=sys.stderr, flush=True)
        else:
            print(line, file=sys.stderr, flush=True)


def _cell_text(value: Any) -> str:
    return "–" if value is None or value == "" else nfc(str(value))


def _json_text(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return str(value)

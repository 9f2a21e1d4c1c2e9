"""The province's own numbers for support programmes: ``support.toml`` in its folder."""

import tomllib
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

from tinhso.kernel import deadlines


@dataclass(frozen=True)
class Numbers:
    """How often an hour one address may apply, how long codes hold, how soon (working days) complaints are answered."""

    per_hour: int = 20
    keys_per_hour: int = 10
    code_minutes: int = 30
    code_tries: int = 5
    expires_hours: int = 24
    complaint_days: int = 10
    complain_within_days: int = 90
    most_of_a_list: int = 20_000
    most_of_a_batch: int = 5_000
    basis: str = ""


@dataclass(frozen=True)
class Account:
    """An account of one who pays or is paid; ``agent``: the bank by its BIC, or by its eight digits in clearing."""

    name: str
    number: str
    agent: str


def numbers() -> Numbers:
    """The numbers as the file is now."""
    return Numbers(**_told().get("numbers", {}))


def payer() -> Account | None:
    """The account that batches are paid from; None where the province has not told it."""
    told = _told().get("bank", {}).get("payer")
    return Account(**told) if told else None


def payee(programme: str) -> Account | None:
    """The account of a programme's giver; None where the province has not told it."""
    told = _told().get("bank", {}).get("payee", {}).get(programme)
    return Account(**told) if told else None


def _told() -> dict[str, Any]:
    path = Path(settings.PROVINCE_DIR) / "support.toml"
    return _read(path, path.stat().st_mtime_ns if path.is_file() else 0)


@lru_cache(maxsize=4)
def _read(path: Path, changed: int) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8")) if changed else {}


def due(now: datetime, days: int) -> datetime:
    """The end of the working day by which something handed in at ``now`` must be done."""
    office = deadlines.province_office()
    return deadlines.due(now, deadlines.Duration(days), office, now=now).at

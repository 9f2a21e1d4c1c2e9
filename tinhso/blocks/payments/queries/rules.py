"""What a province decides about payments: ``payments.toml`` of its folder."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from tinhso.kernel.errors import Refused

FILE = "payments.toml"
COLUMNS = {
    "bank_ref": ("mã giao dịch", "reference"),
    "day": ("ngày", "date"),
    "amount": ("số tiền", "amount"),
    "content": ("nội dung", "description"),
    "payer": ("người chuyển", "payer"),
}


@dataclass(frozen=True)
class Rules:
    """``four_eyes_over``: đồng above which a second person must agree when money is matched by hand; ``order_days``:
    how long an order waits; ``wrong_secrets``: after how many wrong addresses of an hour no page of a payer opens any
    more; ``gateway_minutes``: how long a try at the gateway lives; ``columns``: headings of a
    bank's statement for each field.
    """

    four_eyes_over: int = 0
    order_days: int = 15
    gateway_minutes: int = 15
    wrong_secrets: int = 30
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: COLUMNS)


def rules() -> Rules:
    """What the province says; without its file every match by hand needs a second person."""
    told = table(Path(settings.PROVINCE_DIR))
    said = told.get("rules", {})
    columns = {name: (*words, *COLUMNS.get(name, ())) for name, words in told.get("statement", {}).items()}
    return Rules(**{key: int(value) for key, value in said.items()}, columns={**COLUMNS, **columns})


def table(folder: Path) -> Mapping[str, Any]:
    """The file as it is; empty where there is none."""
    path = folder / FILE
    return _read(path, path.stat().st_mtime_ns) if path.is_file() else {}


@lru_cache(maxsize=4)
def _read(path: Path, _changed: int) -> Mapping[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise Refused("bad_toml", _("Tệp %(name)s sai cú pháp: %(why)s."), name=FILE, why=str(error)) from error

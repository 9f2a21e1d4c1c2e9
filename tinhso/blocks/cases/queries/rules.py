"""What the province says of its dossiers: prefixes of codes, reasons to choose from, words of printed forms, the front.

All of it is data (``cases.toml``), as the national code lists of organisations could not be verified.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.cache import cache

from tinhso.blocks.units.models import Alias, Unit

FILE = "cases.toml"
KEPT_SECONDS = 60
ORGANISATION = "org_code"  # the kind of alias that holds a unit's national organisation code


@dataclass(frozen=True)
class Reason:
    """A reason to choose from, and to edit: ``kind`` is supplement, decline, stop or extend."""

    kind: str
    text: str


@dataclass(frozen=True)
class Front:
    """The citizens' own way in: whether it is open, and how often an hour one address without an account may use it.

    ``wrong_keys``: after how many wrong keys of an hour an address opens no dossier any more.
    """

    online: bool = True
    per_hour: int = 60
    wrong_keys: int = 30


@dataclass(frozen=True)
class Rules:
    """What ``cases.toml`` says; ``head`` and ``forms`` are its words for printed forms, which lie over our own."""

    prefix: str
    reasons: tuple[Reason, ...]
    front: Front = Front()
    head: Mapping[str, str] = field(default_factory=dict)
    forms: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)

    def reasons_for(self, kind: str) -> list[str]:
        """The texts of one kind."""
        return [one.text for one in self.reasons if one.kind == kind]


def rules() -> Rules:
    """The rules of the province at hand; read again when the file has changed."""
    path = Path(settings.PROVINCE_DIR) / FILE
    return _read(path, path.stat().st_mtime_ns if path.is_file() else 0)


@lru_cache(maxsize=4)
def _read(path: Path, changed: int) -> Rules:
    raw = tomllib.loads(path.read_text(encoding="utf-8")) if changed else {}
    reasons = tuple(Reason(one["kind"], one["text"]) for one in raw.get("reason", []))
    forms = {int(one["form"]): one for one in raw.get("form", [])}
    return Rules(
        raw.get("organisation", {}).get("prefix", ""),
        reasons,
        Front(**raw.get("front", {})),
        raw.get("letterhead", {}),
        forms,
    )


def organisation_code(unit: Unit) -> str:
    """The code of ``unit`` that its dossiers begin with: its national one where it is known, else the province's prefix
    with the unit's own code."""
    known = str(cache.get_or_set(f"cases.organisation:{unit.pk}", lambda: _national_code(unit), KEPT_SECONDS) or "")
    prefix = rules().prefix
    return known or (f"{prefix}.{unit.code}" if prefix else unit.code)


def _national_code(unit: Unit) -> str:
    known = Alias.objects.filter(unit=unit, kind=ORGANISATION).order_by("-verified", "pk").first()
    return known.value if known is not None else ""

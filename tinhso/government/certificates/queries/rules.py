"""What the province says of certificates (``certificates.toml``): fields of requests, terms, reasons, mergers."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tinhso.kernel.errors import Refused

FILE = "certificates.toml"
CHANGE, REVOKE, NONE = "change", "revoke", "none"
TYPES = ("text", "long", "date", "id_number", "phone", "choice", "reason")


@dataclass(frozen=True)
class Named:
    """A code with its name in two languages."""

    code: str
    name: str
    name_en: str = ""

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return self.name_en if get_language() == "en" and self.name_en else self.name


@dataclass(frozen=True)
class Field(Named):
    """A question of a request. ``sets`` is what of the certificate its answer changes; ``personal`` is masked."""

    asks: tuple[str, ...] = ()
    type: str = "text"
    kinds: tuple[str, ...] = ()
    required: bool = False
    sets: str = ""
    personal: bool = False
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Rules:
    """Everything that the file says. ``terms`` are working days by step; ``merger`` by kind of holder and of end;
    ``unknown_keys``: ``note`` or ``refuse`` keys at the signing desk whose certificate the register does not know."""

    verified: bool = False
    source: str = ""
    most_years: int = 5
    most_renewal_years: int = 3
    warn_days: tuple[int, ...] = (90, 60, 30)
    change_within_days: int = 60
    unknown_keys: str = "note"
    terms: Mapping[str, int] = field(default_factory=dict)
    merger: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    reasons: tuple[Named, ...] = ()
    fields: tuple[Field, ...] = ()
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def of(self, ask: str, kind: str) -> tuple[Field, ...]:
        """The questions of a kind of request about a kind of certificate."""
        return tuple(one for one in self.fields if ask in one.asks and (not one.kinds or kind in one.kinds))

    def reason(self, code: str) -> str:
        """A reason for revocation in the reader's language."""
        return next((one.label for one in self.reasons if one.code == code), code)


def rules() -> Rules:
    """The rules of the province at hand; read again when the file has changed."""
    path = Path(settings.PROVINCE_DIR) / FILE
    return _read(path, path.stat().st_mtime_ns if path.is_file() else 0)


@lru_cache(maxsize=4)
def _read(path: Path, changed: int) -> Rules:
    raw = tomllib.loads(path.read_text(encoding="utf-8")) if changed else {}
    validity = raw.get("validity", {})
    usual = Rules()
    return Rules(
        verified=bool(raw.get("verified", False)),
        source=str(raw.get("source", "")),
        most_years=int(validity.get("most_years", usual.most_years)),
        most_renewal_years=int(validity.get("most_renewal_years", usual.most_renewal_years)),
        warn_days=tuple(sorted(validity.get("warn_days", usual.warn_days), reverse=True)),
        change_within_days=int(validity.get("change_within_days", usual.change_within_days)),
        unknown_keys="refuse" if raw.get("unknown_keys") == "refuse" else usual.unknown_keys,
        terms={step: int(days) for step, days in raw.get("terms", {}).items()},
        merger=raw.get("merger", {}),
        reasons=tuple(Named(one["code"], one["name"], one.get("name_en", "")) for one in raw.get("reason", [])),
        fields=tuple(_field(one) for one in raw.get("field", [])),
        columns={key: tuple(names) for key, names in raw.get("columns", {}).items()},
    )


def _field(raw: Mapping[str, Any]) -> Field:
    found = Field(
        raw["code"],
        raw["name"],
        raw.get("name_en", ""),
        asks=tuple(raw["asks"]),
        type=raw.get("type", "text"),
        kinds=tuple(raw.get("kinds", ())),
        required=bool(raw.get("required", False)),
        sets=raw.get("sets", ""),
        personal=bool(raw.get("personal", False)),
        choices=tuple((code, name) for code, name in raw.get("choices", ())),
    )
    if found.type not in TYPES:
        words = _("certificates.toml: trường %(code)s có kiểu lạ “%(type)s”.")
        raise Refused("bad_field", words, code=found.code, type=found.type)
    return found

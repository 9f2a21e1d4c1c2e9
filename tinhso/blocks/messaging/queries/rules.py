"""How the province speaks on channels: limits, windows, patience. All of it is data (``channels.toml``)."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

from tinhso.kernel.errors import Refused, gettext_noop

FILE = "channels.toml"


@dataclass(frozen=True)
class Codes:
    """What a platform's own error numbers mean: come back later, or our token has ended. All others refuse."""

    later: frozenset[int] = frozenset()
    token: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Texts:
    """How phone numbers are written to. ``sender`` is the name or number that is shown; ``plain``: without diacritics.

    Unaccented, a part holds 160 letters, else 70. ``each_a_day``: messages to one number, ``a_day``: parts to all.
    ``dong_a_part`` is what the contract says that a part costs; ``stop`` and ``start`` are words sent back by a phone.
    """

    sender: str = ""
    plain: bool = True
    parts: int = 3
    each_a_day: int = 10
    a_day: int = 2000
    dong_a_part: int = 0
    country: str = "84"
    stop: tuple[str, ...] = ("TU CHOI", "STOP")
    start: tuple[str, ...] = ("NHAN LAI", "START")


@dataclass(frozen=True)
class Rules:
    """What ``channels.toml`` says.

    ``intake`` names who takes drafts; empty: the only one there is. ``emergency``: whom to call where lives are in
    danger.

    ``windows``: how long after somebody's last message the platform lets us write to them. A message older than
    ``stale`` is kept but not acted on; a conversation that rests longer than ``rest`` ends; ``keep`` after its end
    it is deleted.
    """

    intake: str = ""
    emergency: str = ""
    windows: Mapping[str, timedelta] = field(
        default_factory=lambda: {"zalo": timedelta(hours=48), "messenger": timedelta(hours=24)}
    )
    codes: Mapping[str, Codes] = field(default_factory=dict)
    texts: Texts = field(default_factory=Texts)
    stale: timedelta = timedelta(days=1)
    ahead: timedelta = timedelta(minutes=10)
    rest: timedelta = timedelta(hours=12)
    keep: timedelta = timedelta(days=180)
    a_minute: int = 30
    a_day: int = 300
    drafts_a_day: int = 20
    pictures_a_day: int = 60
    tries: int = 8
    first: timedelta = timedelta(seconds=5)
    longest: timedelta = timedelta(hours=1)
    file_bytes: int = 10 * 1024 * 1024
    file_pixels: int = 60_000_000
    mail_bytes: int = 15 * 1024 * 1024
    mails_a_run: int = 100


def rules() -> Rules:
    """The rules of the province at hand, read again when the file has changed."""
    path = Path(settings.PROVINCE_DIR) / FILE
    return _read(path, path.stat().st_mtime_ns) if path.is_file() else Rules()


SECONDS = {
    "stale_hours": 3600,
    "ahead_minutes": 60,
    "rest_hours": 3600,
    "keep_days": 86400,
    "first_seconds": 1,
    "longest_seconds": 1,
}
NUMBERS = (
    "a_minute",
    "a_day",
    "drafts_a_day",
    "pictures_a_day",
    "tries",
    "file_bytes",
    "file_pixels",
    "mail_bytes",
    "mails_a_run",
)


@lru_cache(maxsize=4)
def _read(path: Path, _changed: int) -> Rules:
    raw = tomllib.loads(path.read_text(encoding="utf-8"))
    try:
        return _rules(raw)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Refused(
            "bad_channels", gettext_noop("channels.toml thiếu hoặc sai mục %(what)s."), what=str(error)
        ) from error


def _rules(raw: Mapping[str, Any]) -> Rules:
    given = raw.get("limits", {})
    unknown = set(given) - set(SECONDS) - set(NUMBERS)
    if unknown:
        raise KeyError(", ".join(sorted(unknown)))
    values: dict[str, Any] = {
        name.rpartition("_")[0]: timedelta(seconds=float(given[name]) * unit)
        for name, unit in SECONDS.items()
        if name in given
    }
    values |= {name: int(given[name]) for name in NUMBERS if name in given}
    platforms: Mapping[str, Any] = {name: raw[name] for name in ("zalo", "messenger", "sms") if name in raw}
    windows = dict(Rules().windows) | {
        name: timedelta(hours=float(said["window_hours"])) for name, said in platforms.items() if "window_hours" in said
    }
    codes = {name: Codes(_whole(said.get("later")), _whole(said.get("token"))) for name, said in platforms.items()}
    values |= {name: str(raw.get(name, "")) for name in ("intake", "emergency")}
    return Rules(windows=windows, codes=codes, texts=_texts(raw.get("sms", {})), **values)


def _texts(given: Mapping[str, Any]) -> Texts:
    usual = Texts()
    told: dict[str, Any] = {name: value for name, value in given.items() if hasattr(usual, name)}
    unknown = set(given) - set(told) - {"later", "token", "window_hours"}
    if unknown:
        raise KeyError(", ".join(sorted(unknown)))
    for name in ("stop", "start"):
        if name in told:
            told[name] = tuple(str(one) for one in told[name])
    return Texts(**told)


def _whole(found: Any) -> frozenset[int]:
    return frozenset(int(one) for one in found or ())

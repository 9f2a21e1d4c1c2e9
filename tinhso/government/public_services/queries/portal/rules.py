"""How the province speaks with the national portal: addresses, names of fields, patience.

All of it is data (``portal.toml``): the official description of the interface is not known, only what third parties'
programs send. A province without the file tells the portal nothing.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

from tinhso.government.public_services.models import Dispatch
from tinhso.kernel.errors import Refused, gettext_noop

FILE = "portal.toml"
KINDS = tuple(str(kind) for kind in Dispatch.Kind)  # in the order in which they are sent
INBOUND = "inbound"


@dataclass(frozen=True)
class Field:
    """In messages of ``kinds``, what we call ``ours`` is called ``theirs``; ``seen``: at a third party's."""

    kinds: tuple[str, ...]
    ours: str
    theirs: str
    seen: bool = False


@dataclass(frozen=True)
class Patience:
    """After ``tries`` a message is dead; waits double from ``first`` up to ``longest``."""

    tries: int
    first: timedelta
    longest: timedelta
    timeout: int
    prompt: timedelta


@dataclass(frozen=True)
class TokenNames:
    """What a request for a token and its answer are made of."""

    system: str
    secret: str
    answer: str
    seconds: str


@dataclass(frozen=True)
class AnswerNames:
    """Which field of an answer says whether it was accepted, and which fields are kept."""

    field: str
    good: frozenset[str]
    keep: tuple[str, ...]


@dataclass(frozen=True)
class Rules:
    """What ``portal.toml`` says; ``inbound`` maps our names to a ministry's."""

    patience: Patience
    paths: Mapping[str, str]
    token: TokenNames
    answer: AnswerNames
    fields: tuple[Field, ...]
    inbound: Mapping[str, str] = field(default_factory=dict)

    def fields_of(self, kind: str) -> list[Field]:
        """What a message of ``kind`` tells."""
        return [one for one in self.fields if kind in one.kinds]


def is_on() -> bool:
    """Whether there is a portal to speak with; without one messages are kept until there is."""
    return bool(settings.NPSP_URL) and rules() is not None


def rules() -> Rules | None:
    """The rules of the province at hand, read again when the file has changed; None where there are none."""
    path = Path(settings.PROVINCE_DIR) / FILE
    return _read(path, path.stat().st_mtime_ns) if path.is_file() else None


def must_have_rules() -> Rules:
    """The same; refuses a province without them."""
    found = rules()
    if found is None:
        raise Refused(
            "no_portal", gettext_noop("Tỉnh chưa có portal.toml nên không nói chuyện được với Cổng quốc gia.")
        )
    return found


@lru_cache(maxsize=4)
def _read(path: Path, _changed: int) -> Rules:
    raw = tomllib.loads(path.read_text(encoding="utf-8"))
    try:
        return _rules(raw)
    except (KeyError, TypeError, ValueError) as error:
        raise Refused(
            "bad_portal", gettext_noop("portal.toml thiếu hoặc sai mục %(what)s."), what=str(error)
        ) from error


def _rules(raw: Mapping[str, Any]) -> Rules:
    sending, answer = raw["sending"], raw["answer"]
    return Rules(
        patience=Patience(
            tries=int(sending["tries"]),
            first=timedelta(seconds=sending["first_seconds"]),
            longest=timedelta(seconds=sending["longest_seconds"]),
            timeout=int(sending["timeout_seconds"]),
            prompt=timedelta(seconds=sending["prompt_seconds"]),
        ),
        paths={name: str(raw["paths"][name]) for name in ("token", *KINDS, INBOUND)},
        token=TokenNames(**{name: str(raw["token"][name]) for name in TokenNames.__dataclass_fields__}),
        answer=AnswerNames(str(answer["field"]), frozenset(map(str, answer["good"])), tuple(answer["keep"])),
        fields=tuple(
            Field(tuple(one["kinds"]), str(one["ours"]), str(one["theirs"]), bool(one.get("seen")))
            for one in raw["field"]
        ),
        inbound=dict(raw.get(INBOUND, {})),
    )

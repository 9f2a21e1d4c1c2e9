"""What a province says of signatures: ``signing.toml`` of its folder, and the list of issuers that it trusts."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from tinhso.blocks.documents.contract import CAPACITIES
from tinhso.blocks.signing.contract import Anchor
from tinhso.kernel.errors import Refused

ILLUSTRATIVE = "CA minh họa"
POINTS_A_MM = 72 / 25.4


@dataclass(frozen=True)
class Look:
    """How a signature is drawn, in millimetres: the signer's box from the right and lower edge of the last page, the
    seal's diameter, and the share of the signer's box that it covers from the left; the type of an appendix."""

    width: float = 60
    height: float = 25
    right: float = 20
    bottom: float = 40
    size: float = 9
    seal: float = 36
    covers: float = 1 / 3
    seal_file: str = ""
    appendix_size: float = 10
    colour: str = "0000c0"


@dataclass(frozen=True)
class DocumentKind:
    """A kind of document that may be drafted: its name, and the notation of its numbers (empty: it gets none)."""

    name: str
    notation: str = ""


@dataclass(frozen=True)
class Flow:
    """How documents go from draft to issue: working hours for all signatures, most of them in one confirmation, the
    level of signatures (empty: B-T where there is a timestamp service, else B-B), whether numbers are given ``before``
    the first signature or ``after`` the last, forms of signing and their words, kinds of documents."""

    hours: int = 16
    batch: int = 100
    level: str = ""
    numbering: str = "after"
    forms: Mapping[str, str] = field(default_factory=lambda: dict(CAPACITIES))
    kinds: tuple[DocumentKind, ...] = ()


@dataclass(frozen=True)
class Remote:
    """Of signing from afar: how many seconds a permission and an access last, days of a refresh, signatures of one
    permission, wrong secrets an hour, seconds that somebody has to answer on the phone; seconds that a code that was
    sent holds, and how many of those are sent an hour for one key."""

    sad_seconds: int = 300
    access_seconds: int = 3600
    refresh_days: int = 30
    most_signatures: int = 100
    tries: int = 5
    phone_seconds: int = 120
    code_seconds: int = 300
    codes_an_hour: int = 10


# Status codes of ETSI TS 102 204, from memory: a province's ``[phone_codes]`` corrects them for its operator
PHONE_CODES = {
    "104": "not_allowed",
    "105": "unknown_number",
    "208": "timed_out",
    "209": "phone_off",
    "401": "refused",
    "402": "wrong_pin",
    "403": "wrong_pin",
    "404": "no_key",
    "422": "no_key",
}


@dataclass(frozen=True)
class Rules:
    """What may be asked for: ``largest`` bytes of a file, checks ``per_hour`` of one address. Archived files get
    another timestamp ``renew_days`` before the last one ends."""

    look: Look = field(default_factory=Look)
    remote: Remote = field(default_factory=Remote)
    phone_codes: dict[str, str] = field(default_factory=lambda: dict(PHONE_CODES))
    largest: int = 20_000_000
    per_hour: int = 60
    seals: tuple[dict[str, str], ...] = ()
    folder: Path = Path()
    flow: Flow = field(default_factory=Flow)
    renew_days: int = 180


def rules() -> Rules:
    """The rules of this province; usual ones where its folder has no ``signing.toml``."""
    path = Path(settings.PROVINCE_DIR) / "signing.toml"
    return _rules(path, _changed(path))


@lru_cache(maxsize=8)
def _rules(path: Path, _at: int) -> Rules:
    raw = _toml(path)
    checking = raw.get("checking", {})
    return Rules(
        look=Look(**raw.get("look", {})),
        remote=Remote(**raw.get("remote", {})),
        phone_codes=PHONE_CODES | raw.get("phone_codes", {}),
        largest=int(checking.get("largest_mb", 20)) * 1_000_000,
        per_hour=int(checking.get("per_hour", 60)),
        seals=tuple(raw.get("seal_key", [])),
        folder=path.parent,
        flow=_flow(raw.get("workflow", {})),
        renew_days=int(raw.get("archive", {}).get("renew_days", 180)),
    )


def _flow(raw: dict[str, Any]) -> Flow:
    usual = Flow()
    return Flow(
        hours=int(raw.get("hours", usual.hours)),
        batch=int(raw.get("batch", usual.batch)),
        level=str(raw.get("level", "")),
        numbering="before" if raw.get("numbering") == "before" else "after",
        forms={one["code"]: one["name"] for one in raw.get("form", [])} or usual.forms,
        kinds=tuple(DocumentKind(**one) for one in raw.get("kind", [])),
    )


def notation_of(kind: str) -> str:
    """The notation that numbers documents of a kind; empty where the province gives none."""
    return next((one.notation for one in rules().flow.kinds if one.name == kind), "")


def anchors() -> tuple[Anchor, ...]:
    """Whom the province trusts: ``trust.toml`` in the folder that settings name, or in its own ``trust`` folder; in a
    demo also the authority of the demo's keys, marked as illustrative."""
    path = Path(settings.TRUST_DIR or Path(settings.PROVINCE_DIR) / "trust") / "trust.toml"
    own = illustrative_authority()
    return _anchors(path, _changed(path)) + (_illustrative(own, _changed(own)) if settings.DEMO else ())


def illustrative_authority() -> Path:
    """Where a demo's authority lies, once its first key was made."""
    return Path(settings.VAR) / "signing" / "illustrative.pem"


@lru_cache(maxsize=8)
def _illustrative(path: Path, at: int) -> tuple[Anchor, ...]:
    from asn1crypto import pem

    if not at:
        return ()
    found = [
        content for kind, _headers, content in pem.unarmor(path.read_bytes(), multiple=True) if kind == "CERTIFICATE"
    ]
    return tuple(Anchor(name=ILLUSTRATIVE, certificate=one, illustrative=True, source=ILLUSTRATIVE) for one in found)


@lru_cache(maxsize=8)
def _anchors(path: Path, _at: int) -> tuple[Anchor, ...]:
    return tuple(_anchor(path, one) for one in _toml(path).get("anchor", []))


def _anchor(path: Path, one: dict[str, Any]) -> Anchor:
    from asn1crypto import pem

    file = path.parent / str(one.get("file", ""))
    try:
        content = file.read_bytes()
        if pem.detect(content):
            content = pem.unarmor(content)[2]
    except (OSError, ValueError) as problem:
        raise Refused("bad_trust_list", _("Không đọc được chứng thư %(file)s."), file=file.name) from problem
    return Anchor(
        name=str(one["name"]),
        certificate=content,
        since=one.get("since"),
        until=one.get("until"),
        illustrative=bool(one.get("illustrative", False)),
        source=str(one.get("source", "")),
    )


def _toml(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def _changed(path: Path) -> int:
    return path.stat().st_mtime_ns if path.is_file() else 0

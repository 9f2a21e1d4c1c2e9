"""What a province says of signatures: ``signing.toml`` of its folder, and the list of issuers that it trusts."""

from collections.abc import Mapping
from dataclasses import field
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Annotated, Literal

from django.conf import settings
from django.utils.translation import gettext as _
from pydantic import Field

from tinhso.blocks.documents.contract import CAPACITIES
from tinhso.blocks.signing.contract import Anchor
from tinhso.kernel.errors import Refused
from tinhso.kernel.province_table import ProvinceTable, province_table, table

ILLUSTRATIVE = "CA minh họa"
POINTS_A_MM = 72 / 25.4


@table
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


@table
class DocumentKind:
    """A kind of document that may be drafted: its name, and the notation of its numbers (empty: it gets none)."""

    name: str
    notation: str = ""


@table
class FormOfSigning:
    """In what capacity somebody signs, such as "KT.", and in words."""

    code: str
    name: str


@table
class Flow:
    """How documents go from draft to issue: working hours for all signatures, most of them in one confirmation, the
    level of signatures (empty: B-T where there is a timestamp service, else B-B), whether numbers are given ``before``
    the first signature or ``after`` the last, forms of signing and their words, kinds of documents."""

    hours: int = 16
    batch: int = 100
    level: str = ""
    numbering: Literal["before", "after"] = "after"
    form: tuple[FormOfSigning, ...] = ()
    kinds: Annotated[tuple[DocumentKind, ...], Field(alias="kind")] = ()

    @cached_property
    def forms(self) -> Mapping[str, str]:
        """Forms of signing and their words, the usual ones where the province names none."""
        return {form.code: form.name for form in self.form} or dict(CAPACITIES)


@table
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


@table
class Checking:
    """The largest file that is checked, in megabytes, and checks an hour of one address without an account."""

    largest_mb: int = 20
    per_hour: int = 60


@table
class Archive:
    """How many days before its last timestamp ends an archived file gets another one."""

    renew_days: int = 180


@table
class SealKey:
    """Where the key of a unit's seal lies: the label of a device's token, of its key, and the file of the PIN."""


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


@table
class Rules:
    """What ``signing.toml`` says."""

    look: Look = Look()
    remote: Remote = Remote()
    own_phone_codes: Annotated[Mapping[str, str], Field(alias="phone_codes")] = field(default_factory=dict)
    checking: Checking = Checking()
    seals: Annotated[tuple[Mapping[str, str], ...], Field(alias="seal_key")] = ()
    flow: Annotated[Flow, Field(alias="workflow")] = Flow()
    archive: Archive = Archive()

    @property
    def phone_codes(self) -> Mapping[str, str]:
        """What an operator's status codes mean, the province's own meanings first."""
        return PHONE_CODES | dict(self.own_phone_codes)

    @property
    def largest(self) -> int:
        """The largest file that is checked, in bytes."""
        return self.checking.largest_mb * 1_000_000


rules = province_table("signing.toml", Rules)


@table
class TrustedIssuer:
    """An issuer whose certificates are trusted, from its certificate in ``file``, within its days."""

    name: str
    file: str = ""
    since: date | None = None
    until: date | None = None
    illustrative: bool = False
    source: str = ""


@table
class Trust:
    """The issuers that a province trusts."""

    anchors: Annotated[tuple[TrustedIssuer, ...], Field(alias="anchor")] = ()


trust = ProvinceTable("trust.toml", Trust)


def notation_of(kind: str) -> str:
    """The notation that numbers documents of a kind; empty where the province gives none."""
    return next((one.notation for one in rules().flow.kinds if one.name == kind), "")


def anchors() -> tuple[Anchor, ...]:
    """Whom the province trusts: ``trust.toml`` in the folder that settings name, or in its own ``trust`` folder; in a
    demo also the authority of the demo's keys, marked as illustrative."""
    path = Path(settings.TRUST_DIR or Path(settings.PROVINCE_DIR) / "trust") / "trust.toml"
    own = illustrative_authority()
    return _anchors(path.parent) + (_illustrative(own, _changed(own)) if settings.DEMO else ())


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


def _anchors(folder: Path) -> tuple[Anchor, ...]:
    return _read_anchors(folder, trust.version(folder))


@lru_cache(maxsize=8)
def _read_anchors(folder: Path, _version: tuple[Path, int]) -> tuple[Anchor, ...]:
    return tuple(_anchor(folder, one) for one in trust.read(folder).anchors)


def _anchor(folder: Path, one: TrustedIssuer) -> Anchor:
    from asn1crypto import pem

    file = folder / one.file
    try:
        content = file.read_bytes()
        if pem.detect(content):
            content = pem.unarmor(content)[2]
    except (OSError, ValueError) as problem:
        raise Refused("bad_trust_list", _("Không đọc được chứng thư %(file)s."), file=file.name) from problem
    return Anchor(
        name=one.name,
        certificate=content,
        since=one.since,
        until=one.until,
        illustrative=one.illustrative,
        source=one.source,
    )


def _changed(path: Path) -> int:
    return path.stat().st_mtime_ns if path.is_file() else 0

"""What a province says of signatures: ``signatures.toml`` of its folder, and the list of issuers that it trusts."""

from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Annotated

from django.conf import settings
from django.utils.translation import gettext as _
from pydantic import Field

from tinhso.blocks.signatures.contract import TrustAnchor
from tinhso.kernel.errors import Refused
from tinhso.kernel.province_table import ProvinceTable, province_table, table

ILLUSTRATIVE = "CA minh họa"
POINTS_A_MM = 72 / 25.4


@table
class StampLook:
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
class CheckingRules:
    """The largest file that is checked, in megabytes, and checks an hour of one address without an account."""

    largest_mb: int = 20
    per_hour: int = 60


@table
class Archive:
    """How many days before its last timestamp ends an archived file gets another one."""

    renew_days: int = 180


@table
class SigningRules:
    """What ``signatures.toml`` says."""

    look: StampLook = StampLook()
    checking: CheckingRules = CheckingRules()
    archive: Archive = Archive()

    @property
    def largest(self) -> int:
        """The largest file that is checked, in bytes."""
        return self.checking.largest_mb * 1_000_000


rules = province_table("signatures.toml", SigningRules)


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


def trust_anchors() -> tuple[TrustAnchor, ...]:
    """Whom the province trusts: ``trust.toml`` in the folder that settings name, or in its own ``trust`` folder; in a
    demo also the authority of the demo's keys, marked as illustrative."""
    path = Path(settings.TRUST_DIR or Path(settings.PROVINCE_DIR) / "trust") / "trust.toml"
    own = illustrative_authority()
    return _anchors_of_folder(path.parent) + (
        _illustrative_anchors(own, _modification_time(own)) if settings.DEMO else ()
    )


def illustrative_authority() -> Path:
    """Where a demo's authority lies, once its first key was made."""
    return Path(settings.VAR) / "signatures" / "illustrative.pem"


@lru_cache(maxsize=8)
def _illustrative_anchors(path: Path, at: int) -> tuple[TrustAnchor, ...]:
    from asn1crypto import pem

    if not at:
        return ()
    certificates = [
        content for kind, _headers, content in pem.unarmor(path.read_bytes(), multiple=True) if kind == "CERTIFICATE"
    ]
    return tuple(
        TrustAnchor(name=ILLUSTRATIVE, certificate=certificate, illustrative=True, source=ILLUSTRATIVE)
        for certificate in certificates
    )


def _anchors_of_folder(folder: Path) -> tuple[TrustAnchor, ...]:
    return _read_anchors(folder, trust.version(folder))


@lru_cache(maxsize=8)
def _read_anchors(folder: Path, _version: tuple[Path, int]) -> tuple[TrustAnchor, ...]:
    return tuple(_anchor_of_issuer(folder, trusted_issuer) for trusted_issuer in trust.read_folder(folder).anchors)


def _anchor_of_issuer(folder: Path, trusted_issuer: TrustedIssuer) -> TrustAnchor:
    from asn1crypto import pem

    file = folder / trusted_issuer.file
    try:
        content = file.read_bytes()
        if pem.detect(content):
            content = pem.unarmor(content)[2]
    except (OSError, ValueError) as problem:
        raise Refused("bad_trust_list", _("Không đọc được chứng thư %(file)s."), file=file.name) from problem
    return TrustAnchor(
        name=trusted_issuer.name,
        certificate=content,
        since=trusted_issuer.since,
        until=trusted_issuer.until,
        illustrative=trusted_issuer.illustrative,
        source=trusted_issuer.source,
    )


def _modification_time(path: Path) -> int:
    return path.stat().st_mtime_ns if path.is_file() else 0

"""What certificates announce."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class CertificateChanged:
    """The register says something new of a certificate: ``did`` is what happened, ``unit`` who answers for it."""

    name: ClassVar[str] = "certificates.CertificateChanged"
    ref: str
    did: str
    unit: str
    by: str

    @property
    def aggregate(self) -> str:
        """Events of one certificate arrive in order."""
        return f"certificate:{self.ref}"


@dataclass(frozen=True)
class RequestMoved:
    """A request went from ``was`` to ``step``; ``asks`` says what for, ``turn`` counts its moves."""

    name: ClassVar[str] = "certificates.RequestMoved"
    ref: str
    asks: str
    was: str
    step: str
    unit: str
    by: str
    turn: int
    why: str = ""

    @property
    def aggregate(self) -> str:
        """Events of one request arrive in order."""
        return f"certificate-request:{self.ref}"


@dataclass(frozen=True)
class BatchHandedOver:
    """The focal point handed ``requests`` requests over to the cipher agency."""

    name: ClassVar[str] = "certificates.BatchHandedOver"
    ref: str
    requests: int
    by: str

    @property
    def aggregate(self) -> str:
        """Events of one batch arrive in order."""
        return f"certificate-batch:{self.ref}"


@dataclass(frozen=True)
class RegisterImported:
    """A file was taken into the register, or (``undone``) taken back."""

    name: ClassVar[str] = "certificates.RegisterImported"
    ref: str
    certificates: int
    by: str
    undone: bool = False

    @property
    def aggregate(self) -> str:
        """Events of one import arrive in order."""
        return f"certificate-import:{self.ref}"

"""Keys of seals in a token (PKCS #11) that another process opens, and the way to seal with them."""

import base64
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256

from django.utils.translation import gettext as _

from tinhso.blocks.remote_keys import queries
from tinhso.blocks.remote_keys.services.vault import keeper
from tinhso.blocks.signatures.contract import SignatureKind, Signer, WayField, register_signing_way
from tinhso.blocks.units import queries as units
from tinhso.blocks.units.models import Unit
from tinhso.kernel.errors import Refused


@dataclass(frozen=True)
class TokenKey:
    """A seal's key in a token (a smart card, a USB token, an HSM): the process that keeps keys signs hashes with it.

    Neither the key nor its PIN ever comes here.
    """

    certificate: bytes
    chain: Sequence[bytes]
    token: str
    label: str
    kind: str = "pkcs11"

    def sign(self, data: bytes) -> bytes:
        """The signature over SHA-256 of ``data``; refuses when the token does."""
        hashed = base64.b64encode(sha256(data).digest()).decode()
        values = keeper.ask(do="seal", token=self.token, label=self.label, digest="sha256", hashes=[hashed])
        return base64.b64decode(values["signatures"][0])


def seal_of(unit: Unit) -> TokenKey:
    """The key of an organisation's seal as ``remote_keys.toml`` tells.

    Refuses a body without one, and a token that does not open with the PIN in the file that settings name.
    """
    named = next((seal for seal in queries.rules().seals if seal["unit"] == unit.ref), None)
    if named is None:
        raise Refused("no_seal", _("Cơ quan này chưa có khóa con dấu trong remote_keys.toml."))
    token, label = named["token"], named["label"]
    try:
        values = keeper.ask(do="seals_certificates", token=token, label=label)
    except Refused as refusal:
        if refusal.code == "no_token":
            raise
        raise Refused(
            "token_refuses", _("Không mở được khóa trong thiết bị: sai PIN, sai tên, hoặc chưa cắm.")
        ) from refusal
    chain = tuple(base64.b64decode(encoded_certificate) for encoded_certificate in values["chain"])
    return TokenKey(base64.b64decode(values["certificate"]), chain, token, label)


@register_signing_way("token", place=20)
class OrganisationToken:
    """The organisation's key in the token that ``remote_keys.toml`` names; nobody is asked for anything."""

    @property
    def label(self) -> str:
        """What people read."""
        return _("Thiết bị giữ khóa con dấu của cơ quan")

    def offered(self, *, person: str, unit: str, kind: SignatureKind) -> bool:
        """For seals of bodies that have such a key."""
        return kind is SignatureKind.SEAL and any(seal["unit"] == unit for seal in queries.rules().seals)

    def fields(self, *, person: str, unit: str, kind: SignatureKind) -> Sequence[WayField]:
        """Nothing: the PIN lies in a file that only the process which keeps keys reads."""
        return ()

    @contextmanager
    def open(
        self, given: Mapping[str, str | bytes], *, person: str, unit: str, kind: SignatureKind, count: int
    ) -> Iterator[Signer]:
        """The key."""
        yield seal_of(units.by_ref(unit))

"""Ways to sign: those that people are offered, and the one that is always there, a key file given for one act."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from django.utils.translation import gettext as _

from tinhso.blocks.signatures.contract import (
    PLACES,
    WAYS,
    SignatureKind,
    Signer,
    SigningKey,
    SigningWay,
    WayField,
    register_signing_way,
)
from tinhso.blocks.signatures.services.key_files import from_file
from tinhso.blocks.units.models import Unit
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused


@register_signing_way("file", place=30)
class KeyFile:
    """A PKCS #12 file and its password, for this one act."""

    @property
    def label(self) -> str:
        """What people read."""
        return _("Tệp khóa (.p12, .pfx)")

    def offered(self, *, person: str, unit: str, kind: SignatureKind) -> bool:
        """For everybody who has a file."""
        return True

    def fields(self, *, person: str, unit: str, kind: SignatureKind) -> Sequence[WayField]:
        """The file and its password."""
        return (
            WayField("key", _("Tệp khóa"), "file", _("Chỉ dùng cho lần này, không được lưu lại.")),
            WayField("password", _("Mật khẩu của tệp khóa"), "password"),
        )

    @contextmanager
    def open(
        self, given: Mapping[str, str | bytes], *, person: str, unit: str, kind: SignatureKind, count: int
    ) -> Iterator[Signer]:
        """The key of the file."""
        content, password = given.get("key", b""), given.get("password", "")
        if not isinstance(content, bytes) or not content:
            raise Refused("no_key", _("Hãy chọn tệp khóa."))
        yield from_file(content, str(password))


def available_ways(*, kind: SignatureKind, unit: Unit, by: Actor) -> dict[str, SigningWay]:
    """The ways in which ``by`` can sign or seal for ``unit`` now, by their names, in their order."""
    offered = (name for name, way in WAYS.items() if way.offered(person=by.ref, unit=unit.ref, kind=kind))
    return {name: WAYS[name] for name in sorted(offered, key=PLACES.__getitem__)}


@contextmanager
def open_key(
    name: str, given: Mapping[str, str | bytes], *, kind: SignatureKind, unit: Unit, by: Actor, count: int = 1
) -> Iterator[SigningKey]:
    """A key for ``count`` signatures of one act; refuses a way that is not offered."""
    way = available_ways(kind=kind, unit=unit, by=by).get(name)
    if way is None:
        raise Refused("no_way", _("Hãy chọn cách ký."))
    with way.open(given, person=by.ref, unit=unit.ref, kind=kind, count=count) as signer:
        yield signer

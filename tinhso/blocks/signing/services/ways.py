"""Ways to sign that are always there: a key file given for one act, and an organisation's token for its seal."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from django.utils.translation import gettext as _

from tinhso.blocks.signing import queries
from tinhso.blocks.signing.contract import WAYS, Field, Key, Kind, Signer, Way, offers_way
from tinhso.blocks.signing.services.keys import from_file, seal_of
from tinhso.blocks.units import queries as units
from tinhso.blocks.units.models import Unit
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused


@offers_way("token")
class OrganisationToken:
    """The organisation's key in the token that ``signing.toml`` names; nobody is asked for anything."""

    @property
    def label(self) -> str:
        """What people read."""
        return _("Thiết bị giữ khóa con dấu của cơ quan")

    def offered(self, *, person: str, unit: str, kind: Kind) -> bool:
        """For seals of bodies that have such a key."""
        return kind is Kind.SEAL and any(one["unit"] == unit for one in queries.rules().seals)

    def fields(self, *, person: str, unit: str, kind: Kind) -> Sequence[Field]:
        """Nothing: the PIN lies in a file that only the process which keeps keys reads."""
        return ()

    @contextmanager
    def open(
        self, given: Mapping[str, str | bytes], *, person: str, unit: str, kind: Kind, count: int
    ) -> Iterator[Signer]:
        """The key."""
        yield seal_of(units.by_ref(unit))


@offers_way("file")
class KeyFile:
    """A PKCS #12 file and its password, for this one act."""

    @property
    def label(self) -> str:
        """What people read."""
        return _("Tệp khóa (.p12, .pfx)")

    def offered(self, *, person: str, unit: str, kind: Kind) -> bool:
        """For everybody who has a file."""
        return True

    def fields(self, *, person: str, unit: str, kind: Kind) -> Sequence[Field]:
        """The file and its password."""
        return (
            Field("key", _("Tệp khóa"), "file", _("Chỉ dùng cho lần này, không được lưu lại.")),
            Field("password", _("Mật khẩu của tệp khóa"), "password"),
        )

    @contextmanager
    def open(
        self, given: Mapping[str, str | bytes], *, person: str, unit: str, kind: Kind, count: int
    ) -> Iterator[Signer]:
        """The key of the file."""
        content, password = given.get("key", b""), given.get("password", "")
        if not isinstance(content, bytes) or not content:
            raise Refused("no_key", _("Hãy chọn tệp khóa."))
        yield from_file(content, str(password))


def ways(*, kind: Kind, unit: Unit, by: Actor) -> dict[str, Way]:
    """The ways in which ``by`` can sign or seal for ``unit`` now, by their names."""
    return {name: way for name, way in WAYS.items() if way.offered(person=by.ref, unit=unit.ref, kind=kind)}


@contextmanager
def opened(
    name: str, given: Mapping[str, str | bytes], *, kind: Kind, unit: Unit, by: Actor, count: int = 1
) -> Iterator[Key]:
    """A key for ``count`` signatures of one act; refuses a way that is not offered."""
    way = ways(kind=kind, unit=unit, by=by).get(name)
    if way is None:
        raise Refused("no_way", _("Hãy chọn cách ký."))
    with way.open(given, person=by.ref, unit=unit.ref, kind=kind, count=count) as signer:
        yield signer

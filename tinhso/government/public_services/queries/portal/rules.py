"""How the province speaks with the national portal: addresses, names of fields, patience.

All of it is data (``portal.toml``): the official description of the interface is not known, only what third parties'
programs send. A province without the file tells the portal nothing.
"""

from collections.abc import Mapping
from dataclasses import field
from typing import Annotated

from django.conf import settings
from django.utils.translation import gettext as _
from pydantic import Field as Key

from tinhso.government.public_services.models import Dispatch
from tinhso.kernel.errors import Refused, gettext_noop
from tinhso.kernel.province_table import Seconds, province_table, table

KINDS = tuple(str(kind) for kind in Dispatch.Kind)  # in the order in which they are sent
INBOUND = "inbound"


@table
class PortalField:
    """In messages of ``kinds``, what we call ``ours`` is called ``theirs``; ``seen``: at a third party's."""

    kinds: tuple[str, ...]
    ours: str
    theirs: str
    seen: bool = False


@table
class Patience:
    """After ``tries`` a message is dead; waits double from ``first`` up to ``longest``; ``timeout`` of a request in
    seconds; what is sent within ``prompt`` is sent in time."""

    tries: int
    first: Annotated[Seconds, Key(alias="first_seconds")]
    longest: Annotated[Seconds, Key(alias="longest_seconds")]
    timeout: Annotated[int, Key(alias="timeout_seconds")]
    prompt: Annotated[Seconds, Key(alias="prompt_seconds")]


@table
class TokenNames:
    """What a request for a token and its answer are made of."""

    system: str
    secret: str
    answer: str
    seconds: str


@table
class AnswerNames:
    """Which field of an answer says whether it was accepted, and which fields are kept."""

    field: str
    good: frozenset[str]
    keep: tuple[str, ...]


@table
class PortalRules:
    """What ``portal.toml`` says; ``inbound`` maps our names to a ministry's."""

    patience: Annotated[Patience, Key(alias="sending")]
    paths: Mapping[str, str]
    token: TokenNames
    answer: AnswerNames
    fields: Annotated[tuple[PortalField, ...], Key(alias="field")]
    inbound: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if missing := [name for name in ("token", *KINDS, INBOUND) if name not in self.paths]:
            raise ValueError(_("[paths] thiếu %(names)s") % {"names": ", ".join(missing)})

    def fields_of(self, kind: str) -> list[PortalField]:
        """What a message of ``kind`` tells."""
        return [portal_field for portal_field in self.fields if kind in portal_field.kinds]


file = province_table("portal.toml", PortalRules, may_be_missing=True)


def is_on() -> bool:
    """Whether there is a portal to speak with; without one messages are kept until there is."""
    return bool(settings.NPSP_URL) and portal_rules() is not None


def portal_rules() -> PortalRules | None:
    """The rules of the province at hand; None where there are none."""
    return file.or_none()


def must_have_rules() -> PortalRules:
    """The same; refuses a province without them."""
    rules = portal_rules()
    if rules is None:
        raise Refused(
            "no_portal", gettext_noop("Tỉnh chưa có portal.toml nên không nói chuyện được với Cổng quốc gia.")
        )
    return rules

"""What a province says of keys that sign from afar, of phones and of its seals: ``remote_keys.toml`` of its folder."""

from collections.abc import Mapping
from dataclasses import field
from typing import Annotated

from pydantic import Field

from tinhso.kernel.province_table import province_table, table


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
    """What ``remote_keys.toml`` says."""

    remote: Remote = Remote()
    own_phone_codes: Annotated[Mapping[str, str], Field(alias="phone_codes")] = field(default_factory=dict)
    seals: Annotated[tuple[Mapping[str, str], ...], Field(alias="seal_key")] = ()

    @property
    def phone_codes(self) -> Mapping[str, str]:
        """What an operator's status codes mean, the province's own meanings first."""
        return PHONE_CODES | dict(self.own_phone_codes)


rules = province_table("remote_keys.toml", Rules)

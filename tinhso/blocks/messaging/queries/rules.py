"""How the province speaks on channels: limits, windows, patience. All of it is data (``channels.toml``)."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated

from pydantic import Field

from tinhso.kernel.province_table import Days, Hours, Minutes, Seconds, province_table, table


@table
class Codes:
    """What a platform's own error numbers mean: come back later, or our token has ended. All others refuse."""

    later: frozenset[int] = frozenset()
    token: frozenset[int] = frozenset()


@table
class Zalo(Codes):
    """Zalo; ``window``: how long after somebody's last message the platform lets us write to them."""

    window: Annotated[Hours, Field(alias="window_hours")] = timedelta(hours=48)


@table
class Messenger(Codes):
    """Messenger, with its ``window``."""

    window: Annotated[Hours, Field(alias="window_hours")] = timedelta(hours=24)


@table
class Texts(Codes):
    """How phone numbers are written to. ``sender`` is the name or number that is shown; ``plain``: without diacritics.

    Unaccented, a part holds 160 letters, else 70. ``each_a_day``: messages to one number, ``a_day``: parts to all.
    ``dong_a_part`` is what the contract says that a part costs; ``stop`` and ``start`` are words sent back by a phone.
    """

    sender: str = ""
    plain: bool = True
    parts: int = 3
    each_a_day: int = 10
    a_day: int = 2000
    dong_a_part: int = 0
    country: str = "84"
    stop: tuple[str, ...] = ("TU CHOI", "STOP")
    start: tuple[str, ...] = ("NHAN LAI", "START")


@table
class ConversationLimits:
    """A message older than ``stale``, or ``ahead`` of our clock, is kept but not acted on; a conversation that rests
    longer than ``rest`` ends; ``keep`` after its end it is deleted. Messages of one person that are read in a minute
    and in a day; waits between tries double from ``first`` up to ``longest``; sizes in bytes."""

    stale: Annotated[Hours, Field(alias="stale_hours")] = timedelta(days=1)
    ahead: Annotated[Minutes, Field(alias="ahead_minutes")] = timedelta(minutes=10)
    rest: Annotated[Hours, Field(alias="rest_hours")] = timedelta(hours=12)
    keep: Annotated[Days, Field(alias="keep_days")] = timedelta(days=180)
    a_minute: int = 30
    a_day: int = 300
    drafts_a_day: int = 20
    pictures_a_day: int = 60
    tries: int = 8
    first: Annotated[Seconds, Field(alias="first_seconds")] = timedelta(seconds=5)
    longest: Annotated[Seconds, Field(alias="longest_seconds")] = timedelta(hours=1)
    file_bytes: int = 10 * 1024 * 1024
    file_pixels: int = 60_000_000
    mail_bytes: int = 15 * 1024 * 1024
    mails_a_run: int = 100


@table
class ChannelRules:
    """What ``channels.toml`` says. ``intake`` names who takes drafts; empty: the only one there is. ``emergency``: whom
    to call where lives are in danger."""

    intake: str = ""
    emergency: str = ""
    zalo: Zalo = Zalo()
    messenger: Messenger = Messenger()
    texts: Annotated[Texts, Field(alias="sms")] = Texts()
    limits: ConversationLimits = ConversationLimits()

    @property
    def windows(self) -> Mapping[str, timedelta]:
        """How long after somebody's last message each platform lets us write to them."""
        return {"zalo": self.zalo.window, "messenger": self.messenger.window}


rules = province_table("channels.toml", ChannelRules)

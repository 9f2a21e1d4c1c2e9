"""How an app lets open pages hear an event at once.

``shows_live(ReturnPublished, right="see returns")`` in an app's ``jobs.py``: every open page of somebody who holds
``right`` anywhere hears the event's name, number and aggregate, never its payload.
"""

from typing import Any

LIVE: dict[str, str] = {}


def shows_live(event: type[Any], *, right: str) -> None:
    """Let open pages of those who hold ``right`` hear that ``event`` happened."""
    LIVE[event.name] = right


def may_hear(name: str, rights: frozenset[str]) -> bool:
    """Whether somebody with ``rights`` hears events called ``name``."""
    return LIVE.get(name) in rights

"""How an app lets open pages hear an event at once.

``register_live_event(ReturnPublished, right="see returns")`` in an app's ``jobs.py``: every open page of somebody who
holds ``right`` anywhere hears the event's name, number and aggregate, never its payload.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

LIVE: dict[str, str] = {}


def register_live_event(event: type[Any], *, right: str) -> None:
    """Let open pages of those who hold ``right`` hear that ``event`` happened."""
    LIVE[event.name] = right


def may_hear(name: str, rights: frozenset[str]) -> bool:
    """Whether somebody with ``rights`` hears events called ``name``."""
    return LIVE.get(name) in rights


@dataclass(frozen=True)
class Pass:
    """What somebody without a log-in may hear: the events called ``names`` of one ``aggregate``."""

    aggregate: str
    names: frozenset[str]


Door = Callable[[Mapping[str, str]], Pass | None]
DOORS: list[Door] = []


def register_live_key(door: Door) -> Door:
    """Register a function that looks at what a page's address asks for and gives a pass to who holds its secret."""
    DOORS.append(door)
    return door


def pass_for(values: Mapping[str, str]) -> Pass | None:
    """The pass that ``asked`` opens; None where it opens nothing."""
    return next((live_pass for door in DOORS if (live_pass := door(values)) is not None), None)

"""How an app announces and hears events.

An event is a frozen dataclass of plain values in an app's ``events.py``, named in the past tense, with a class variable
``name`` such as ``"reporting.ReturnPublished"`` and a property ``aggregate``: events of one aggregate arrive in order.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any, ClassVar, Protocol, TypeVar


class Event(Protocol):
    """What every announced event offers."""

    name: ClassVar[str]

    @property
    def aggregate(self) -> str: ...


E = TypeVar("E", bound=Event)
Listener = Callable[[Any], None]


@dataclass(frozen=True)
class Subscription:
    """One listener of one kind of event."""

    event: type[Any]
    listener: Listener


SUBSCRIPTIONS: dict[str, list[Subscription]] = {}


def register_listener(event: type[E]) -> Callable[[Callable[[E], None]], Callable[[E], None]]:
    """Let the decorated function hear ``event``: at least once, in order per aggregate, in a transaction of its own.

    The listener must bear repetition.
    """

    def subscribe(listener: Callable[[E], None]) -> Callable[[E], None]:
        SUBSCRIPTIONS.setdefault(event.name, []).append(Subscription(event, listener))
        return listener

    return subscribe


def restore_event(event: type[Any], payload: dict[str, Any]) -> Any:
    """The event that ``payload`` was made of; fields that a newer version dropped are ignored."""
    field_names = {item.name for item in fields(event)}
    return event(**{key: value for key, value in payload.items() if key in field_names})

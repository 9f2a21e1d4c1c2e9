"""What depends on one snapshot is made once and kept in memory: fifty who ask the same cost one answer."""

from collections.abc import Callable
from hashlib import sha256
from typing import TypeVar

from django.core.cache import cache
from django.utils.translation import get_language

from tinhso.ioc.queries.frame import Frame

SECONDS = 3600
T = TypeVar("T")


def kept(at: Frame, key: tuple[object, ...], make: Callable[[], T]) -> T:
    """What ``make`` gives, from memory where it was made for the same ``key`` before.

    The key must name all that the answer depends on beside the snapshot, the audience, the units, the day and the
    language.
    """
    full = (at.number, at.at, at.audience, at.known_at, at.places.version, at.today, get_language(), *key)
    name = f"ioc:{sha256(repr(full).encode()).hexdigest()}"
    found: T | None = cache.get(name)
    if found is None:
        found = make()
        cache.set(name, found, SECONDS)
    return found

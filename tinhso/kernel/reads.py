"""Questions to the database that can wait for each other, so that many of them travel together."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

T_co = TypeVar("T_co", covariant=True)
Row = dict[str, Any]


@dataclass(frozen=True)
class DeferredRead(Generic[T_co]):
    """A question and what is made of its answer.

    ``rows`` is a query set of ``values()``, nothing of which was asked yet. ``make`` gets its rows, in their order, as
    a mapping of names to values.
    """

    rows: Any
    make: Callable[[list[Row]], T_co]

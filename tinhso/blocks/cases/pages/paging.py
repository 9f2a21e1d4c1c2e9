"""Pages of long lists: counted no further than anybody turns pages."""

from collections.abc import Callable
from hashlib import sha256
from typing import Any

from django.core.cache import cache
from django.core.exceptions import EmptyResultSet
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL
from django.utils.functional import cached_property

MOST = 1000
REMEMBERED = 3600  # seconds
Rows = QuerySet[Any]


def _count_cache_key(found: Rows) -> str:
    """Under what a list is remembered; empty where a filter is known to leave nothing."""
    try:
        return f"more-than-{MOST}-{sha256(str(found.query).encode()).hexdigest()}"
    except EmptyResultSet:
        return ""


class Bounded(Paginator):  # type: ignore[type-arg]
    """Pages of at most so many rows: what lies beyond is found by narrowing, and counting it would cost seconds.

    Keys of the rows ``found`` are asked for once; where they are few, a page is read by them, so that what was hard to
    find is sought once. ``arranged`` brings rows in order, with what a line shows of other tables. What ``grows`` only
    gets more rows: that there were too many to count is remembered for an hour.
    """

    def __init__(
        self,
        found: Rows,
        a_page: int,
        arranged: Callable[[Rows], Rows],
        known: int | None = None,
        *,
        grows: bool = False,
    ) -> None:
        super().__init__(arranged(found), a_page)
        self.found, self.arranged = found, arranged
        self.memory = _count_cache_key(found) if grows else ""
        self.known = MOST + 1 if known is None and grows and cache.get(self.memory) else known

    @cached_property
    def keys(self) -> list[Any]:
        """Primary keys in no order; one more than one can page through where there are more."""
        return list(self.found.order_by().values_list("pk", flat=True)[: MOST + 1])

    @cached_property
    def there(self) -> int:
        """How many there are, as far as was counted."""
        if self.known is None and self.memory and len(self.keys) > MOST:
            cache.set(self.memory, True, REMEMBERED)
        return len(self.keys) if self.known is None else self.known

    @cached_property
    def count(self) -> int:
        """How many one can page through."""
        return min(self.there, MOST)

    @property
    def more(self) -> bool:
        """Whether there are more than one can page through."""
        return self.there > MOST

    def page(self, number: int | str) -> "Page[Any]":
        """One page, in order."""
        number, few = self.validate_number(number), self.known is None and not self.more
        rows = self.arranged(self._by_keys() if few else self.found)
        return Page(rows[(number - 1) * self.per_page : min(number * self.per_page, self.count)], number, self)

    def _by_keys(self) -> Rows:
        """The rows that were found; their keys go as one array, since a thousand single ones take long to write."""
        rows: Rows = self.found.model._default_manager.all()
        return rows.filter(pk__in=RawSQL("SELECT unnest(%s::bigint[])", [self.keys]))

"""Pages of long lists: counted no further than anybody turns pages."""

from typing import Any

from django.core.paginator import Paginator
from django.utils.functional import cached_property

MOST = 5000


class Bounded(Paginator):  # type: ignore[type-arg]
    """Pages of at most so many rows: what lies beyond is found by narrowing, and counting it would cost seconds."""

    @cached_property
    def count(self) -> int:
        """How many rows there are to page through."""
        rows: Any = self.object_list
        return int(rows.order_by()[:MOST].count())

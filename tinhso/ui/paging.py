"""Pages of a list whose length somebody has counted already."""

from typing import Any

from django.core.paginator import Paginator


class CountedPaginator(Paginator):  # type: ignore[type-arg]
    """Pages of ``rows``, of which there are ``total``: asks the database for the rows of a page alone."""

    def __init__(self, rows: Any, per_page: int, *, total: int) -> None:
        super().__init__(rows, per_page)
        self.count = total

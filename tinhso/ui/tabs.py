"""Tabs of a page: links that choose by a parameter of the address, so that they work without script."""

from collections.abc import Callable, Mapping
from typing import Any

from django.http.request import QueryDict


def tabs_by(
    name: str,
    labels: Mapping[Any, object],
    chosen: object,
    *,
    counts: Mapping[Any, object] | None = None,
    query: QueryDict | None = None,
) -> list[dict[str, object]]:
    """Tabs for ``ui/components/tabs.html`` that set the parameter ``name`` to a key of ``labels``.

    ``counts``: how many stand behind a tab, where that is known. ``query``: the rest of the address, which stays but
    for its page.
    """
    rest = query.copy() if query is not None else QueryDict(mutable=True)
    rest.pop("page", None)

    def address(value: object) -> str:
        rest[name] = str(value)
        return f"?{rest.urlencode()}"

    return tabs_to(address, labels, chosen, counts=counts)


def tabs_to(
    address: Callable[[Any], str],
    labels: Mapping[Any, object],
    chosen: object,
    *,
    counts: Mapping[Any, object] | None = None,
) -> list[dict[str, object]]:
    """Tabs that lead to ``address`` of each key of ``labels``."""
    numbers = counts or {}
    return [
        {"label": label, "href": address(value), "active": value == chosen, "count": numbers.get(value, "")}
        for value, label in labels.items()
    ]

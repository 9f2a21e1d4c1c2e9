"""How an app lets everybody have its records: registered once, written anew every day, listed in the catalogue."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class OpenRecords:
    """Records that an app lets everybody have, one row each: written anew every day.

    ``columns``: name → what it means. ``rows`` gives the cells of each row in that order, plain text without people.
    """

    code: str
    name: str
    name_en: str
    description: str
    description_en: str
    columns: Mapping[str, str]
    rows: Callable[[], Iterator[Sequence[str]]]


RECORDS: dict[str, OpenRecords] = {}


def declare_open_records(records: OpenRecords) -> OpenRecords:
    """Register records for open data under their code."""
    RECORDS[records.code] = records
    return records

"""Records that may be the same thing twice."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q

from tinhso.blocks.registers.contract import Register
from tinhso.blocks.registers.queries import finding, registry
from tinhso.kernel.actor import Actor

MOST_GROUPS, MOST_OF_ONE = 100, 20


@dataclass(frozen=True)
class DuplicateGroup:
    """Records that agree in ``columns`` (their labels)."""

    columns: tuple[str, ...]
    entries: Sequence[Any]


def duplicate_groups(register: Register, by: Actor) -> list[DuplicateGroup]:
    """Groups of records that agree, however they are written, in all columns of one of the register's ``alike``."""
    rows = finding.visible_records(register, by).filter(ended_on__isnull=True)
    groups: list[DuplicateGroup] = []
    grouped_keys: set[frozenset[int]] = set()
    for alike in register.alike:
        names = ["name_key" if name == "name" else name for name in alike]
        filled = ~Q(**{names[0]: ""})
        same = rows.filter(filled).order_by().values(*names).annotate(n=Count("pk")).filter(n__gt=1)
        for values in same[: MOST_GROUPS - len(groups)]:
            values.pop("n")
            entries = list(rows.filter(**values).select_related("unit").order_by(F("pk"))[:MOST_OF_ONE])
            keys = frozenset(entry.pk for entry in entries)
            if keys not in grouped_keys:
                grouped_keys.add(keys)
                groups.append(DuplicateGroup(tuple(registry.column(register, name).label for name in alike), entries))
    return groups

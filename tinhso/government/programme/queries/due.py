"""Tasks and directives that fall due in a stretch of days, done or not."""

from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import BooleanField, Case, Q, QuerySet, Value, When
from django.urls import reverse
from django.utils.translation import gettext as _

from tinhso.blocks.indicators.contract import DueWork, DueWorkRead
from tinhso.government.programme.models import Directive, Task
from tinhso.government.programme.queries import lookup
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.reads import DeferredRead, Row
from tinhso.kernel.working_calendar import moment_at
from tinhso.ui.wording import in_language

COLUMNS = ("ref", "title", "due_on", "owner_name", "unit__name", "unit__name_en", "kind", "is_done")


def due_work(by: Actor, units: frozenset[int], start: datetime, end: datetime, limit: int) -> DueWorkRead:
    """What ``by`` may see of work due from ``start`` and before ``end``, all units when ``units`` is empty."""
    first, last = clock.local(start).date(), clock.local(end - timedelta(microseconds=1)).date()
    due = Q(due_on__gte=first, due_on__lte=last) & (Q(unit__in=units) if units else Q())
    tasks = lookup.visible_tasks(by).filter(due).exclude(state=Task.State.DROPPED)
    directives = lookup.visible_directives(by).filter(due).exclude(state=Directive.State.WITHDRAWN)
    rows = _marked_rows(tasks, "task", ~Q(state__in=lookup.TO_DO)).union(
        _marked_rows(directives, "directive", ~Q(state=Directive.State.OPEN)), all=True
    )
    return DeferredRead(rows.order_by("due_on", "ref")[:limit], lambda rows: [_due_item(row) for row in rows])


def _marked_rows(work: QuerySet[Any], kind: str, is_done: Q) -> QuerySet[Any]:
    marks = {
        "kind": Value(kind),
        "is_done": Case(When(is_done, then=Value(True)), default=Value(False), output_field=BooleanField()),
    }
    rows: QuerySet[Any] = work.annotate(**marks).order_by().values(*COLUMNS)
    return rows


def _due_item(row: Row) -> DueWork:
    kinds = {"task": _("Nhiệm vụ"), "directive": _("Chỉ đạo")}
    return DueWork(
        kind=kinds[row["kind"]],
        title=row["title"],
        href=reverse(f"programme:{row['kind']}", args=[row["ref"]]),
        due_at=moment_at(row["due_on"], time(17)),
        unit=in_language(row["unit__name"], row["unit__name_en"]),
        holder=row["owner_name"],
        done=int(row["is_done"]),
    )

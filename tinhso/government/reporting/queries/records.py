"""From a reading down to the returns that make it."""

from collections.abc import Iterable, Sequence

from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from tinhso.blocks.indicators.contract import Record, RecordQuery
from tinhso.government.reporting.models import Return, Row
from tinhso.government.reporting.queries.checks import number_text
from tinhso.government.reporting.queries.specs import DataSetSpec
from tinhso.kernel import periods
from tinhso.kernel.clock import VIETNAM
from tinhso.ui.wording import name_in_language


def return_records(spec: DataSetSpec, record_query: RecordQuery) -> Sequence[Record]:
    """The rows of published returns of ``spec`` about these units, months and members, newest period first."""
    rows = Row.objects.filter(
        _within_months("revision__parent__period_end", record_query.months),
        revision__parent__data_set__code=spec.code,
        revision__parent__published_revision=F("revision"),
        unit__ref__in=record_query.units,
    )
    if record_query.since is not None:
        rows = rows.filter(revision__parent__published_at__gt=record_query.since)
    if record_query.members:
        member_keys = [
            key for key in spec.members if all(f"{dim}={code}" in key.split(";") for dim, code in record_query.members)
        ]
        rows = rows.filter(member__in=member_keys)
    newest_first = rows.order_by("-revision__parent__period_end", "unit__sort_key", "member")
    chosen = newest_first.select_related("unit", "revision__parent__unit")[: record_query.limit]
    return [_row_record(spec, row) for row in chosen]


def timeliness_records(record_query: RecordQuery) -> Sequence[Record]:
    """The returns that these units owed in these months, the latest due first."""
    returns = Return.objects.filter(unit__ref__in=record_query.units).filter(_due_months(record_query.months))
    domains = [code for dim, code in record_query.members if dim == "domain"]
    if domains:
        returns = returns.filter(data_set__domain__in=domains)
    chosen = returns.select_related("unit", "data_set").order_by("-due_at", "unit__sort_key")[: record_query.limit]
    return [_return_record(unit_return) for unit_return in chosen]


def _within_months(column: str, months: Iterable[str]) -> Q:
    """Rows whose date is inside one of ``months``."""
    condition = Q(pk__in=[])
    for code in months:
        period = periods.parse(code)
        condition |= Q(**{f"{column}__range": (period.start, period.end)})
    return condition


def _due_months(months: Iterable[str]) -> Q:
    return Q(pk__in=[]) | Q(due_at__isnull=False) & _within_months("due_at__date", months)


def _row_record(spec: DataSetSpec, row: Row) -> Record:
    unit_return = row.revision.parent
    member = spec.members.get(row.member, row.member)
    return Record(
        title=f"{name_in_language(spec)} – {name_in_language(row.unit)}" + (f" ({member})" if member else ""),
        href=reverse("reporting:return", args=[unit_return.ref]),
        unit=name_in_language(row.unit),
        period=unit_return.period,
        status=unit_return.status,
        as_of=unit_return.published_at,
        by=row.revision.by_name or name_in_language(unit_return.unit),
        values=tuple(
            (name_in_language(field), number_text(row.values[field.code]))
            for field in spec.fields
            if row.values.get(field.code)
        ),
        why=row.revision.why,
    )


def _return_record(one: Return) -> Record:
    sent = one.first_submitted_at
    due = f"{one.due_at.astimezone(VIETNAM):%H:%M %d/%m/%Y}"
    return Record(
        title=f"{name_in_language(one.data_set)} – {name_in_language(one.unit)}",
        href=reverse("reporting:return", args=[one.ref]),
        unit=name_in_language(one.unit),
        period=one.period,
        status=one.state,
        as_of=sent,
        by=name_in_language(one.unit),
        values=(
            (_("Hạn gửi"), due),
            (_("Gửi lần đầu"), f"{sent.astimezone(VIETNAM):%H:%M %d/%m/%Y}" if sent else _("chưa gửi")),
        ),
    )

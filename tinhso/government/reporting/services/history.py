"""Loading returns of past periods that were already published: many at a time, each with its one sealed revision."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.blocks.bulk.services import copy_rows
from tinhso.blocks.outbox import services as outbox
from tinhso.government.reporting import events
from tinhso.government.reporting.models import DataSet, Return, Revision, Row
from tinhso.government.reporting.queries import calendar as calendars
from tinhso.government.reporting.queries import data_sets as queries
from tinhso.government.reporting.rights import MANAGE_DATA_SETS
from tinhso.government.reporting.services.opening import PREFIX
from tinhso.government.reporting.services.values import RowEntry
from tinhso.kernel import refs, working_calendar
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.kernel.periods import Period

BATCH = 200


@dataclass(frozen=True)
class PastReturn:
    """A published return of the past. ``unit`` and the entries' units are keys; values are stored numbers ("84.5")."""

    unit: int
    period: Period
    entries: Sequence[RowEntry]
    submitted_at: datetime
    approved_at: datetime
    published_at: datetime
    submitted_by: str = ""
    submitted_by_name: str = ""
    status: str = Return.Status.OFFICIAL
    times_sent_back: int = 0


@transaction.atomic
def load_history(*, data_set: DataSet, returns: Iterable[PastReturn], by: Actor, is_demo: bool = False) -> int:
    """Store past returns of one data set as published; returns how many.

    A return that already has values is refused and nothing is stored. The values are trusted to follow the rules:
    check them first with ``queries.checks.check`` where that is not certain.
    """
    by.must_be_able_to(MANAGE_DATA_SETS)
    spec, days = queries.spec_of(data_set), working_calendar.working_days()
    count = 0
    for batch in _batches_of_returns(returns):
        new_returns = [
            _past_return(data_set, past, calendars.due_at(spec, past.period, days), is_demo) for past in batch
        ]
        _drop_empty_drafts(data_set, new_returns)
        Return.objects.bulk_create(new_returns)
        _fill_revisions(new_returns, batch)
        count += len(new_returns)
    if count:
        audit.record(by=by, did="loaded history", to=("reporting.DataSet", data_set.code), after={"returns": count})
        outbox.emit(events.HistoryLoaded(data_set=data_set.code, returns=count))
    return count


def _batches_of_returns(returns: Iterable[PastReturn]) -> Iterator[list[PastReturn]]:
    rest = iter(returns)
    while batch := list(islice(rest, BATCH)):
        yield batch


def _past_return(data_set: DataSet, past: PastReturn, due_at: datetime, is_demo: bool) -> Return:
    return Return(
        ref=refs.new_ref(PREFIX),
        data_set=data_set,
        unit_id=past.unit,
        period=past.period.code,
        period_end=past.period.end,
        due_at=due_at,
        state=Return.State.DRAFT,
        status=past.status,
        first_submitted_at=past.submitted_at,
        submitted_at=past.submitted_at,
        submitted_by=past.submitted_by,
        approved_at=past.approved_at,
        published_at=past.published_at,
        times_sent_back=past.times_sent_back,
        is_demo=is_demo,
    )


def _drop_empty_drafts(data_set: DataSet, made: Sequence[Return]) -> None:
    """Opened returns without values give way; one with values is somebody's work."""
    new_keys = {(new_return.unit_id, new_return.period) for new_return in made}
    stored = Return.objects.filter(data_set__code=data_set.code, period__in={new_return.period for new_return in made})
    returns = [
        stored_return
        for stored_return in stored.select_for_update(of=("self",))
        if (stored_return.unit_id, stored_return.period) in new_keys
    ]
    filled_return = next((stored_return for stored_return in returns if stored_return.revision_id is not None), None)
    if filled_return is not None:
        raise Refused(
            "already_filled",
            _("Báo cáo %(ref)s kỳ %(at)s đã có số liệu."),
            ref=filled_return.ref,
            at=filled_return.period,
        )
    Return.objects.filter(pk__in=[stored_return.pk for stored_return in returns]).delete()


def _fill_revisions(returns: Sequence[Return], batch: Sequence[PastReturn]) -> None:
    """Revisions, their rows by COPY, then the seal."""
    revisions = Revision.objects.bulk_create(
        Revision(
            parent=stored_return,
            number=1,
            at=past.submitted_at,
            by=past.submitted_by,
            by_name=past.submitted_by_name,
            via="history",
        )
        for stored_return, past in zip(returns, batch, strict=True)
    )
    copy_rows(
        Row,
        ("revision_id", "unit_id", "member", "values"),
        (
            (revision.pk, entry.unit, entry.member, json.dumps(dict(entry.values)))
            for revision, past in zip(revisions, batch, strict=True)
            for entry in past.entries
        ),
    )
    Revision.objects.filter(pk__in=[revision.pk for revision in revisions]).update(sealed=True)
    for new_return, revision in zip(returns, revisions, strict=True):
        new_return.state, new_return.revision, new_return.published_revision = (
            Return.State.PUBLISHED,
            revision,
            revision,
        )
    Return.objects.bulk_update(returns, ["state", "revision", "published_revision"])

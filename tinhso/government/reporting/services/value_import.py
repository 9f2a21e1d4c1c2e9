"""Values from programs elsewhere become drafts of returns: filled in, never handed in, approved or published here."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from tinhso.blocks.dhis2.contract import EntryForm, GivenValue, HeldValue, ImportOutcome, Strategy
from tinhso.government.reporting.models import Return
from tinhso.government.reporting.queries import value_import as queries
from tinhso.government.reporting.queries.numbers import canonical_text, is_stored
from tinhso.government.reporting.queries.returns import OPEN
from tinhso.government.reporting.queries.value_import import ReturnTarget
from tinhso.government.reporting.services.returns import may_fill_in, revise, save_draft
from tinhso.government.reporting.services.values import RowEntry
from tinhso.kernel import clock, periods
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Forbidden, Refused
from tinhso.kernel.periods import Period

VIA = "import"
PLAIN = re.compile(r"-?\d{1,30}(\.\d{1,30})?")


class Returns:
    """Data sets and their returns, as something that takes values."""

    def forms(self) -> Sequence[EntryForm]:
        """Every data set that is filled in today."""
        return queries.open_forms()

    def units(self, form: str) -> Collection[str]:
        """References of the units that the rows of a data set are about today."""
        return queries.units_of(form)

    def held_values(
        self, form: str, *, periods: Iterable[Period], units: Collection[str], by: Actor
    ) -> Iterable[HeldValue]:
        """The newest values of these units and periods, drafts included, of returns that ``by`` may see."""
        return queries.held_values(form, wanted=periods, units=units, by=by)

    def store_values(
        self, given: Sequence[GivenValue], *, strategy: Strategy, dry_run: bool, why: str, by: Actor, now: datetime
    ) -> list[ImportOutcome]:
        """Fill in drafts; a published return is opened again only where a value really changes."""
        return put_values(given=given, strategy=strategy, dry_run=dry_run, why=why, by=by, now=now)


@dataclass
class ReturnBatch:
    """Values that go into one return, and what they change there: (unit key, member) → field → new value."""

    target: ReturnTarget
    changes: dict[tuple[int, str], dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    fresh: set[tuple[int, str, str]] = field(default_factory=set)


@transaction.atomic
def put_values(
    *, given: Sequence[GivenValue], strategy: Strategy, dry_run: bool, why: str, by: Actor, now: datetime
) -> list[ImportOutcome]:
    """Store what the rights, the forms and the state of the returns allow; answers for each value in its order."""
    batches: dict[tuple[str, str, str], ReturnBatch | ImportOutcome] = {}
    shared: dict[tuple[str, str], bool] = {}
    outcomes = []
    for given_value in given:
        key = (given_value.form, given_value.period, "" if _is_shared_form(given_value, shared) else given_value.unit)
        if key not in batches:
            batches[key] = _batch_for(given_value, by=by, now=now)
        outcomes.append(_place_value(batches[key], given_value, strategy))
    if not dry_run:
        for batch in batches.values():
            if isinstance(batch, ReturnBatch):
                _write_batch(batch, why=why, by=by, now=now)
    return outcomes


def _is_shared_form(given_value: GivenValue, known: dict[tuple[str, str], bool]) -> bool:
    if (given_value.form, given_value.period) not in known:
        try:
            known[given_value.form, given_value.period] = queries.is_shared(
                given_value.form, periods.parse(given_value.period)
            )
        except Refused:
            known[given_value.form, given_value.period] = True
    return known[given_value.form, given_value.period]


def _batch_for(given_value: GivenValue, *, by: Actor, now: datetime) -> ReturnBatch | ImportOutcome:
    """The return that takes values like this one, or why none does."""
    period = periods.parse(given_value.period)
    if period.kind is not queries.period_type(given_value.form):
        return ImportOutcome.WRONG_PERIOD_TYPE
    if period.start > clock.local(now).date():
        return ImportOutcome.FUTURE
    try:
        target = queries.locked_target(given_value.form, period, given_value.unit)
    except Refused:
        return ImportOutcome.NOT_OPEN
    if not target.rows:
        return ImportOutcome.FOREIGN_UNIT
    if target.one is None:
        return ImportOutcome.NOT_OPEN
    try:
        may_fill_in(target.one, by)
    except Forbidden:
        return ImportOutcome.NO_RIGHT
    return (
        ImportOutcome.LOCKED
        if target.one.state in (Return.State.SUBMITTED, Return.State.APPROVED)
        else ReturnBatch(target)
    )


def _place_value(batch: ReturnBatch | ImportOutcome, given_value: GivenValue, strategy: Strategy) -> ImportOutcome:
    if isinstance(batch, ImportOutcome):
        return batch
    spec = batch.target.spec
    if given_value.unit not in batch.target.rows or given_value.element not in spec.by_code:
        return ImportOutcome.FOREIGN_UNIT
    if given_value.combo not in spec.members:
        return ImportOutcome.FOREIGN_COMBO
    value = None if given_value.value is None or strategy is Strategy.DELETE else _canonical_value(given_value.value)
    if value is not None and not is_stored(value, decimals=spec.by_code[given_value.element].decimals):
        return ImportOutcome.BAD_VALUE
    return _change_cell(
        batch, (batch.target.rows[given_value.unit], given_value.combo), given_value.element, value, strategy
    )


def _canonical_value(value: str) -> str:
    """Plain digits as they are stored; other text stays as it is and is refused."""
    return canonical_text(Decimal(value)) if PLAIN.fullmatch(value) else value


def _change_cell(
    batch: ReturnBatch, row: tuple[int, str], element: str, value: str | None, strategy: Strategy
) -> ImportOutcome:
    cell = (*row, element)
    if cell in batch.fresh:  # given twice for an empty cell: the first one stands
        return ImportOutcome.IGNORED
    before = batch.target.values.get(row, {}).get(element, "")
    if value is None:
        if not before or strategy is Strategy.CREATE:
            return ImportOutcome.IGNORED
        batch.changes[row][element] = ""
        return ImportOutcome.DELETED
    if before and strategy is not Strategy.CREATE:
        batch.changes[row][element] = value
        return ImportOutcome.UPDATED
    if before or strategy is Strategy.UPDATE:
        return ImportOutcome.IGNORED
    batch.fresh.add(cell)
    batch.changes[row][element] = value
    return ImportOutcome.IMPORTED


def _write_batch(batch: ReturnBatch, *, why: str, by: Actor, now: datetime) -> None:
    unit_return, values = batch.target.one, batch.target.values
    changed = {
        row: new
        for row, fields in batch.changes.items()
        if (new := {code: value for code, value in fields.items() if values.get(row, {}).get(code, "") != value})
    }
    if unit_return is None or not changed:
        return
    if unit_return.state not in OPEN:
        revise(ref=unit_return.ref, why=queries.must_have_reason(why), by=by, now=now)
    entries = [RowEntry(unit, member, fields) for (unit, member), fields in changed.items()]
    save_draft(ref=unit_return.ref, entries=entries, by=by, now=now, via=VIA, whole=False)

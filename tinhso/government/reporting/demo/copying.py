"""Loading the generated returns in bulk, past the models: COPY is a hundred times faster than saving one by one.

Rows go in while their revisions are still open, since the database refuses rows of sealed ones; the revisions are
sealed last. Keys and indexes of the rows are taken off and put back inside the transaction: one check of all rows
instead of several for each.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from django.db import connection

from tinhso.blocks.bulk.services import copy_rows, copy_statement, reserve_keys
from tinhso.government.reporting.demo import rows
from tinhso.government.reporting.demo.filing import DemoFiling
from tinhso.government.reporting.demo.frames import DemoFrame
from tinhso.government.reporting.demo.profile import Profile
from tinhso.government.reporting.demo.values import FieldNumbers
from tinhso.government.reporting.models import Return, Revision, Row
from tinhso.kernel import refs

VIA = "demo"
CLERK, CLERK_NAME = "demo:clerk", "Cán bộ lập báo cáo (minh họa)"
SENT_BACK_WHY = "Số liệu chưa khớp với kỳ trước, đề nghị rà soát và gửi lại (minh họa)."
CORRECTED_WHY = "Hiệu chỉnh sau khi rà soát lại số liệu (minh họa)."
RETURN_COLUMNS = [
    *("id", "ref", "data_set_id", "unit_id", "period", "period_end", "due_at", "state", "status"),
    *("revision_id", "published_revision_id", "first_submitted_at", "submitted_at", "submitted_by"),
    *("approved_at", "published_at", "sent_back_why", "times_sent_back", "delegate", "delegate_name", "is_demo"),
]
REVISION_COLUMNS = ["id", "parent_id", "number", "at", "by", "by_name", "via", "why", "sealed", "warnings"]
ROW_COLUMNS = ["revision_id", "unit_id", "member", "values"]
BLOCK = 5_000
Line = tuple[Any, ...]


@dataclass(frozen=True)
class Placed:
    """A filing with its keys; ``earlier`` is the revision before a correction."""

    filing: DemoFiling
    key: int
    revision: int | None
    earlier: int | None


class ReturnLedger:
    """Hands out keys and keeps the lines of returns and revisions until they are written."""

    def __init__(self, profile: Profile) -> None:
        self.seed = profile.seed
        self.returns: list[Line] = []
        self.revisions: list[Line] = []
        self.sealed: list[int] = []
        self.keys: Mapping[str, Iterator[int]] = {}

    def reserve(self, count: int) -> None:
        """Keys for at most ``count`` more returns, each with at most two revisions."""
        self.keys = {
            "return": reserve_keys(Return, count),
            "revision": reserve_keys(Revision, 2 * count),
        }

    def enter(self, frame: DemoFrame, data_set: int, filing: DemoFiling) -> Placed:
        """Note a return and its revisions."""
        key = next(self.keys["return"])
        earlier = self._revision(key, 1, filing, "") if filing.corrected else None
        number, why = (2, CORRECTED_WHY) if filing.corrected else (1, "")
        revision = None if filing.filled == "nothing" else self._revision(key, number, filing, why)
        self.returns.append(self._return(frame, data_set, filing, key, revision))
        return Placed(filing, key, revision, earlier)

    def _return(self, frame: DemoFrame, data_set: int, filing: DemoFiling, key: int, revision: int | None) -> Line:
        sent_back = filing.state == Return.State.SENT_BACK
        later = timedelta(days=20) if filing.corrected else timedelta()
        return (
            key,
            self._ref(frame, filing),
            data_set,
            filing.unit,
            filing.period.code,
            filing.period.end,
            filing.due,
            filing.state,
            filing.status,
            revision,
            revision if filing.published else None,
            filing.submitted,
            _moment_plus(filing.submitted, later),
            CLERK if filing.submitted else "",
            _moment_plus(filing.approved, later),
            _moment_plus(filing.published, later),
            SENT_BACK_WHY if sent_back else "",
            int(sent_back),
            "",
            "",
            True,
        )

    def _revision(self, parent: int, number: int, filing: DemoFiling, why: str) -> int:
        key = next(self.keys["revision"])
        when = filing.submitted or min(filing.due, filing.due - timedelta(hours=3))
        when += timedelta(days=20) * (number - 1)
        self.revisions.append((key, parent, number, when, CLERK, CLERK_NAME, VIA, why, False, "[]"))
        if filing.submitted:
            self.sealed.append(key)
        return key

    def _ref(self, frame: DemoFrame, filing: DemoFiling) -> str:
        """A reference that is the same each time the same province is loaded."""
        name = f"{self.seed}/{frame.spec.code}/{filing.unit_ref}/{filing.period.code}".encode()
        number = int.from_bytes(hashlib.blake2b(name, digest_size=8).digest())
        letters = []
        for _ in range(10):
            number, rest = divmod(number, len(refs.ALPHABET))
            letters.append(refs.ALPHABET[rest])
        return "BC-" + "".join(letters)


def _moment_plus(moment: datetime | None, more: timedelta) -> datetime | None:
    return None if moment is None else moment + more


def row_lines(frame: DemoFrame, made: Mapping[str, FieldNumbers], step: int, placed: Sequence[Placed]) -> Iterator[str]:
    """Lines of COPY for all rows of one data set and period."""
    numbers = rows.of_units(frame, made, step)
    members, codes = list(frame.spec.members), list(made)
    units = [unit for unit in rows.units_of(frame, step) for _ in members]
    labels = members * (len(units) // len(members))
    for keys, documents in _document_versions(frame, made, numbers, codes, placed):
        for unit, label, document in zip(units, labels, documents, strict=True):
            key = keys.get(unit) if frame.spec.filed_by == "commune" else keys.get(0)
            if key is not None:
                yield f"{key}\t{unit}\t{label}\t{document}\n"


def _document_versions(
    frame: DemoFrame, made: Mapping[str, FieldNumbers], numbers: Any, codes: list[str], placed: Sequence[Placed]
) -> Iterator[tuple[dict[int, int], Iterable[str]]]:
    """The whole forms, the half-filled drafts, and what was handed in before a correction: revisions by unit."""
    own = frame.spec.filed_by == "commune"
    complete_revisions = {p.filing.unit * own: p.revision for p in placed if p.revision and p.filing.filled == "whole"}
    half = {p.filing.unit * own: p.revision for p in placed if p.revision and p.filing.filled == "half"}
    early = {p.filing.unit * own: p.earlier for p in placed if p.earlier}
    if complete_revisions:
        yield complete_revisions, rows.row_documents(numbers, made, codes)
    if half:
        yield half, rows.row_documents(numbers, made, codes[: (len(codes) + 1) // 2])
    if early:
        yield early, rows.row_documents(rows.before_correction(numbers), made, codes)


def write_ledger(ledger: ReturnLedger, lines: Iterable[str]) -> int:
    """Write everything; returns how many rows there were."""
    copy_rows(Return, RETURN_COLUMNS, ledger.returns)
    copy_rows(Revision, REVISION_COLUMNS, ledger.revisions)
    with _without_indexes(Row._meta.db_table) as cursor:
        written = 0
        with cursor.copy(copy_statement(Row, ROW_COLUMNS)) as copy:
            for block in _blocks_of_lines(lines):
                copy.write("".join(block))
                written += len(block)
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {Revision._meta.db_table} SET sealed = true WHERE id = ANY(%s)", [ledger.sealed])
    return written


def _blocks_of_lines(lines: Iterable[str]) -> Iterator[list[str]]:
    rest = iter(lines)
    while block := list(islice(rest, BLOCK)):
        yield block


@contextmanager
def _without_indexes(table: str) -> Iterator[Any]:
    """A cursor while ``table`` is without its keys and indexes (but the primary one); all come back before commit."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE conrelid = %s::regclass AND contype IN ('f', 'u') ORDER BY contype DESC",
            [table],
        )
        constraints = cursor.fetchall()
        for name, _ in constraints:
            cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        cursor.execute(
            "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index"
            " WHERE indrelid = %s::regclass AND NOT indisprimary",
            [table],
        )
        indexes = cursor.fetchall()
        for name, _ in indexes:
            cursor.execute(f"DROP INDEX {name}")
        yield cursor
        for _, definition in indexes:
            cursor.execute(definition)
        for name, definition in constraints:
            cursor.execute(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")

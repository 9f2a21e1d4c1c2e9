"""Reading and verifying the audit log."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Q, QuerySet

from tinhso.blocks.audit.models import Entry


@dataclass(frozen=True)
class ChainCheck:
    """What verification found: how many entries, the head to note down elsewhere, the first broken position if any."""

    entries: int
    head: str
    broken_at: int | None

    @property
    def is_whole(self) -> bool:
        """Whether no entry was changed, removed or slipped in."""
        return self.broken_at is None


VERIFY = """
    SELECT count(*), encode((array_agg(hash ORDER BY position DESC))[1], 'hex'),
           min(position) FILTER (WHERE NOT whole)
    FROM (SELECT position, hash,
                 position IS NOT NULL
                 AND position = row_number() OVER (ORDER BY position, id)
                 AND previous_hash IS NOT DISTINCT FROM lag(hash) OVER (ORDER BY position, id)
                 AND hash = audit_entry_hash(e, previous_hash) AS whole
          FROM audit_entry e) checked
"""
# the last entry of the chain as the database sealed it: a cut-off tail shows here
SEALED = "SELECT position, encode(hash, 'hex') FROM audit_chain_head"

ACTS = """
    WITH RECURSIVE hop AS (
        (SELECT did FROM audit_entry ORDER BY did LIMIT 1)
        UNION ALL
        SELECT (SELECT e.did FROM audit_entry e WHERE e.did > hop.did ORDER BY e.did LIMIT 1)
        FROM hop WHERE hop.did IS NOT NULL
    )
    SELECT did FROM hop WHERE did IS NOT NULL
"""


def verify_chain() -> ChainCheck:
    """Recompute every hash of the chain inside the database and compare with the sealed head."""
    with connection.cursor() as cursor:
        cursor.execute(VERIFY)
        entries, head, broken = cursor.fetchone()
        cursor.execute(SEALED)
        position, sealed = cursor.fetchone() or (0, None)
    if broken is None and (position != entries or (sealed or "") != (head or "")):
        broken = min(position, entries) + 1 if position != entries else entries
    return ChainCheck(entries, head or "", broken)


def history_of_subject(kind: str, subject: str) -> QuerySet[Entry]:
    """All acts on one subject, oldest first."""
    return Entry.objects.filter(subject_kind=kind, subject=subject).order_by("id")


def recent_entries(
    *,
    actor: str = "",
    did: str = "",
    subject: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
) -> QuerySet[Entry]:
    """Entries newest first, narrowed by who (reference or part of a name), what, to what, when (before ``until``)."""
    entries = Entry.objects.order_by("-id")
    if actor:
        entries = entries.filter(Q(actor=actor) | Q(actor_name__icontains=actor))
    filters = {"did": did, "subject__startswith": subject, "at__gte": since, "at__lt": until}
    return entries.filter(**{key: value for key, value in filters.items() if value})


def kinds_of_act() -> list[str]:
    """Every kind of act that the log holds, for a filter; found by hopping along an index, however long the log is."""
    with connection.cursor() as cursor:
        cursor.execute(ACTS)
        return [row[0] for row in cursor.fetchall()]

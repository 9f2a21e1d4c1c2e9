"""Writing to the audit log."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from django.core.cache import cache
from django.db import models

from tinhso.blocks.audit.models import Entry
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.ui.rows import insert_together

RECORDED_A_MINUTE = 60  # refusals to one actor that are written down one by one: nobody fills the log by knocking
OF_STRANGERS = 600  # refusals in a minute to all whom no log-in tells apart, whatever address each comes from


def record(
    *,
    by: Actor,
    did: str,
    to: models.Model | tuple[str, str],
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Write down, in the transaction at hand, what ``by`` did to ``to`` (a record, or a kind and a reference)."""
    insert_together(entry_of_act(by=by, did=did, to=to, before=before, after=after))


def entry_of_act(
    *,
    by: Actor,
    did: str,
    to: models.Model | tuple[str, str],
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> Entry:
    """The row that :func:`record` writes, for a caller who writes it together with others."""
    kind, subject = to if isinstance(to, tuple) else (to._meta.label, str(getattr(to, "ref", to.pk)))
    return Entry(
        at=clock.now(),
        actor=by.ref,
        actor_name=by.name,
        address=by.address,
        did=did,
        subject_kind=kind,
        subject=subject,
        before=dict(before) if before is not None else None,
        after=dict(after) if after is not None else None,
    )


def record_view(*, by: Actor, what: models.Model | tuple[str, str], why: str = "") -> None:
    """Write down that personal data was looked at (Luật 91/2025/QH15)."""
    record(by=by, did="viewed", to=what, after={"why": why} if why else None)


def record_refusal(*, by: Actor, did: str, to: models.Model | tuple[str, str], after: Mapping[str, Any]) -> None:
    """Write down that something was refused to ``by``, unless that happened to them very often within this minute.

    Each actor is counted apart, and strangers by their address, so that nobody hides the refusals of another.
    ``did`` names the kind of refusal; stand outside a transaction that will be rolled back.
    """
    who = by.ref if by.is_someone else f"address {by.address}"
    if _count_within_minute(did, who) > RECORDED_A_MINUTE or (
        not by.is_someone and _count_within_minute(did, "strangers") > OF_STRANGERS
    ):
        return
    record(by=by, did=did, to=to, after=after)


def _count_within_minute(did: str, who: str) -> int:
    """How often ``did`` happened to ``who`` within this minute, this time included."""
    key = f"audit-refused:{sha256(f'{did}|{who}'.encode()).hexdigest()}"
    cache.add(key, 0, 60)
    try:
        return cache.incr(key)
    except ValueError:  # it has just run out
        cache.set(key, 1, 60)
        return 1

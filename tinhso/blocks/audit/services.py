"""Writing to the audit log."""

from collections.abc import Mapping
from typing import Any

from django.core.cache import cache
from django.db import models

from tinhso.blocks.audit.models import Entry
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor

RECORDED_A_MINUTE = 60  # refusals of one kind that are written down one by one: nobody fills the log by knocking


def record(
    *,
    by: Actor,
    did: str,
    to: models.Model | tuple[str, str],
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Write down, in the transaction at hand, what ``by`` did to ``to`` (a record, or a kind and a reference)."""
    kind, subject = to if isinstance(to, tuple) else (to._meta.label, str(getattr(to, "ref", to.pk)))
    Entry.objects.create(
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


def viewed(*, by: Actor, what: models.Model | tuple[str, str], why: str = "") -> None:
    """Write down that personal data was looked at (Luật 91/2025/QH15)."""
    record(by=by, did="viewed", to=what, after={"why": why} if why else None)


def refused(*, by: Actor, did: str, to: models.Model | tuple[str, str], after: Mapping[str, Any]) -> None:
    """Write down that something was refused to ``by``, unless that happened very often within this minute.

    ``did`` names the kind of refusal, which is what is counted; stand outside a transaction that will be rolled back.
    """
    key = f"audit-refused:{did}".replace(" ", "-")
    cache.add(key, 0, 60)
    if cache.incr(key) <= RECORDED_A_MINUTE:
        record(by=by, did=did, to=to, after=after)

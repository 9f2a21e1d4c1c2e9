"""Writing down who looked at which people's work."""

from tinhso.blocks.audit import services as audit
from tinhso.kernel.actor import Actor

SUBJECT = "ioc.actors"


def note_actors_seen(*, unit: str, period: str, by: Actor) -> None:
    """``by`` saw by name how quick the officials of a unit were (Luật 91/2025/QH15)."""
    audit.record_view(by=by, what=(SUBJECT, unit), why=period)

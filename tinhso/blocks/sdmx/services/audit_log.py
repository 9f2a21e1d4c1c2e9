"""Who took figures away as an SDMX message."""

from tinhso.blocks.audit import services as audit
from tinhso.kernel.actor import Actor


def note_taken(*, flow: str, query: str, form: str, snapshot: int, by: Actor) -> None:
    """Write down that ``by`` read data of a dataflow; what is for everybody is taken by nobody in particular."""
    if by.is_someone:
        after = {"form": form, "query": query[:1000], "snapshot": snapshot}
        audit.record(by=by, did="exported", to=("sdmx.Dataflow", flow), after=after)

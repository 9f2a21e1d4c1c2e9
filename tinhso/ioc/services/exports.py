"""Who took figures away as a file."""

from collections.abc import Sequence

from tinhso.blocks.audit import services as audit
from tinhso.kernel.actor import Actor

RIGHT = "see indicators"


def note_export(*, code: str, form: str, unit: str, basis: str, period: str, member: str, by: Actor) -> None:
    """Write down that ``by`` took readings of an indicator as a file; refuses who may not see indicators."""
    by.must_be_able_to(RIGHT)
    after = {"form": form, "unit": unit, "basis": basis, "period": period, "member": member}
    audit.record(by=by, did="exported", to=("indicators.Indicator", code), after=after)


def note_explored(*, query: str, form: str, codes: Sequence[str], by: Actor) -> None:
    """Write down that ``by`` took all figures of an explored choice as a file, one entry for each indicator."""
    by.must_be_able_to(RIGHT)
    for code in codes:
        audit.record(by=by, did="exported", to=("indicators.Indicator", code), after={"form": form, "query": query})

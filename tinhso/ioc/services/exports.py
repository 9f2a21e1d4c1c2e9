"""Who took figures away as a file."""

from collections.abc import Sequence

from tinhso.blocks.audit import services as audit
from tinhso.blocks.units.rights import SEE_INDICATORS
from tinhso.kernel.actor import Actor


def note_export(*, code: str, form: str, unit: str, basis: str, period: str, member: str, by: Actor) -> None:
    """Write down that ``by`` took readings of an indicator as a file; refuses who may not see indicators."""
    by.must_be_able_to(SEE_INDICATORS)
    after = {"form": form, "unit": unit, "basis": basis, "period": period, "member": member}
    audit.record(by=by, did="exported", to=("indicators.Indicator", code), after=after)


def note_explored(*, query: str, form: str, codes: Sequence[str], by: Actor) -> None:
    """Write down that ``by`` took all figures of an explored choice as a file, one entry for each indicator."""
    by.must_be_able_to(SEE_INDICATORS)
    for code in codes:
        audit.record(by=by, did="exported", to=("indicators.Indicator", code), after={"form": form, "query": query})


def note_week(*, week: str, unit: str, form: str, by: Actor) -> None:
    """Write down that ``by`` took a week of a unit as a file."""
    by.must_be_able_to(SEE_INDICATORS)
    audit.record(by=by, did="exported", to=("units.Unit", unit), after={"form": form, "week": week})

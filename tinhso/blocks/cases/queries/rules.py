"""What the province says of its cases: prefixes of codes, reasons to choose from, words of printed forms, the front.

All of it is data (``cases.toml``), as the national code lists of organisations could not be verified.
"""

from collections.abc import Mapping
from dataclasses import field
from typing import Annotated, Any

from django.core.cache import cache
from pydantic import Field

from tinhso.blocks.units.models import Alias, Unit
from tinhso.kernel.province_table import province_table, table

KEPT_SECONDS = 60
ORGANISATION = "org_code"  # the kind of alias that holds a unit's national organisation code


@table
class Reason:
    """A reason to choose from, and to edit: ``kind`` is supplement, decline, stop or extend."""

    kind: str
    text: str


@table
class PublicFilingRules:
    """The citizens' own way in: whether it is open, and how often an hour one address without an account may use it.

    ``wrong_keys``: after how many wrong keys of an hour an address opens no case any more.
    """

    online: bool = True
    per_hour: int = 60
    wrong_keys: int = 30


@table
class Organisation:
    """What codes of cases begin with where a unit's national organisation code is not known."""

    prefix: str = ""
    verified: bool = False
    source: str = ""


@table
class CaseRules:
    """What ``cases.toml`` says; ``head`` and ``form`` are its words for printed forms, which lie over our own."""

    organisation: Organisation = Organisation()
    reasons: Annotated[tuple[Reason, ...], Field(alias="reason")] = ()
    front: PublicFilingRules = PublicFilingRules()
    head: Annotated[Mapping[str, str], Field(alias="letterhead")] = field(default_factory=dict)
    form: tuple[Mapping[str, Any], ...] = ()

    @property
    def forms(self) -> Mapping[int, Mapping[str, Any]]:
        """Words of printed forms by the form's number."""
        return {int(form["form"]): form for form in self.form}

    def reasons_for(self, kind: str) -> list[str]:
        """The texts of one kind."""
        return [reason.text for reason in self.reasons if reason.kind == kind]


rules = province_table("cases.toml", CaseRules)


def organisation_code(unit: Unit) -> str:
    """The code of ``unit`` that its cases begin with: its national one where it is known, else the province's prefix
    with the unit's own code."""
    national_code = str(
        cache.get_or_set(f"cases.organisation:{unit.pk}", lambda: _national_code(unit), KEPT_SECONDS) or ""
    )
    prefix = rules().organisation.prefix
    return national_code or (f"{prefix}.{unit.code}" if prefix else unit.code)


def _national_code(unit: Unit) -> str:
    alias = Alias.objects.filter(unit=unit, kind=ORGANISATION).order_by("-verified", "pk").first()
    return alias.value if alias is not None else ""

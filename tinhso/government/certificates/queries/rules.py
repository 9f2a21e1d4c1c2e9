"""What the province says of certificates (``certificates.toml``): fields of requests, terms, reasons, mergers."""

from collections.abc import Mapping
from dataclasses import field
from typing import Annotated, Literal

import pydantic

from tinhso.kernel.province_table import province_table, table
from tinhso.ui.wording import name_in_language

CHANGE, REVOKE, NONE = "change", "revoke", "none"


@table
class Named:
    """A code with its name in two languages."""

    code: str
    name: str
    name_en: str = ""

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return name_in_language(self)


@table
class RequestQuestion(Named):
    """A question of a request. ``sets`` is what of the certificate its answer changes; ``personal`` is masked."""

    asks: tuple[str, ...] = field(kw_only=True)
    type: Literal["text", "long", "date", "id_number", "phone", "choice", "reason"] = "text"
    kinds: tuple[str, ...] = ()
    required: bool = False
    sets: str = ""
    personal: bool = False
    choices: tuple[tuple[str, str], ...] = ()


@table
class Validity:
    """Most years of a new certificate and of a renewed one; days before the end on which holders hear of it; days from
    a unit's reorganisation within which its certificates change."""

    most_years: int = 5
    most_renewal_years: int = 3
    warn_days: tuple[int, ...] = (90, 60, 30)
    change_within_days: int = 60


@table
class CertificateRules:
    """Everything that the file says. ``terms`` are working days by step; ``merger`` by kind of holder and of end;
    ``unknown_keys``: ``note`` or ``refuse`` keys at the signing desk whose certificate the register does not know."""

    verified: bool = False
    source: str = ""
    validity: Validity = Validity()
    unknown_keys: Literal["note", "refuse"] = "note"
    terms: Mapping[str, int] = field(default_factory=dict)
    merger: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    reasons: Annotated[tuple[Named, ...], pydantic.Field(alias="reason")] = ()
    fields: Annotated[tuple[RequestQuestion, ...], pydantic.Field(alias="field")] = ()
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def of(self, ask: str, kind: str) -> tuple[RequestQuestion, ...]:
        """The questions of a kind of request about a kind of certificate."""
        return tuple(
            request_question
            for request_question in self.fields
            if ask in request_question.asks and (not request_question.kinds or kind in request_question.kinds)
        )

    def reason(self, code: str) -> str:
        """A reason for revocation in the reader's language."""
        return next((named.label for named in self.reasons if named.code == code), code)


rules = province_table("certificates.toml", CertificateRules)

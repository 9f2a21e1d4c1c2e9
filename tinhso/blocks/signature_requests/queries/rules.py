"""How a province lets documents go from draft to issue: ``signature_requests.toml`` of its folder."""

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field

from tinhso.blocks.documents.contract import CAPACITIES
from tinhso.kernel.province_table import province_table, table


@table
class DocumentKind:
    """A kind of document that may be drafted: its name, and the notation of its numbers (empty: it gets none)."""

    name: str
    notation: str = ""


@table
class FormOfSigning:
    """In what capacity somebody signs, such as "KT.", and in words."""

    code: str
    name: str


@table
class SigningFlow:
    """How documents go from draft to issue: working hours for all signatures, most of them in one confirmation, the
    level of signatures (empty: B-T where there is a timestamp service, else B-B), whether numbers are given ``before``
    the first signature or ``after`` the last, forms of signing and their words, kinds of documents."""

    hours: int = 16
    batch: int = 100
    level: str = ""
    numbering: Literal["before", "after"] = "after"
    form: tuple[FormOfSigning, ...] = ()
    kinds: Annotated[tuple[DocumentKind, ...], Field(alias="kind")] = ()

    @cached_property
    def forms(self) -> Mapping[str, str]:
        """Forms of signing and their words, the usual ones where the province names none."""
        return {form.code: form.name for form in self.form} or dict(CAPACITIES)


@table
class Rules:
    """What ``signature_requests.toml`` says."""

    flow: Annotated[SigningFlow, Field(alias="workflow")] = SigningFlow()


rules = province_table("signature_requests.toml", Rules)


def notation_of(kind: str) -> str:
    """The notation that numbers documents of a kind; empty where the province gives none."""
    return next((document_kind.notation for document_kind in rules().flow.kinds if document_kind.name == kind), "")

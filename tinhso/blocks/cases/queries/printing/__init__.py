"""Forms 01–07 of cases on paper (Thông tư 03/2025/TT-VPCP, phụ lục I): which there are, and what they say."""

from tinhso.blocks.cases.queries.printing.building import form_document
from tinhso.blocks.cases.queries.printing.choosing import OWN, Printable, entry_for, last_slip, printable_forms
from tinhso.blocks.cases.queries.printing.register import (
    CaseRegisterQuery,
    as_xlsx,
    asked_for,
    in_register,
    register_pdf,
)
from tinhso.blocks.cases.queries.printing.wording import letterhead, wording_of_form

__all__ = [
    "OWN",
    "CaseRegisterQuery",
    "Printable",
    "as_xlsx",
    "asked_for",
    "form_document",
    "entry_for",
    "in_register",
    "last_slip",
    "letterhead",
    "printable_forms",
    "register_pdf",
    "wording_of_form",
]

"""Forms 01–07 of dossiers on paper (Thông tư 03/2025/TT-VPCP, phụ lục I): which there are, and what they say."""

from tinhso.blocks.cases.queries.printing.building import document
from tinhso.blocks.cases.queries.printing.choosing import OWN, Printable, entry_for, last_slip, printable
from tinhso.blocks.cases.queries.printing.register import Asked, as_xlsx, asked_for, in_register, register_pdf
from tinhso.blocks.cases.queries.printing.wording import letterhead, wording

__all__ = [
    "OWN",
    "Asked",
    "Printable",
    "as_xlsx",
    "asked_for",
    "document",
    "entry_for",
    "in_register",
    "last_slip",
    "letterhead",
    "printable",
    "register_pdf",
    "wording",
]

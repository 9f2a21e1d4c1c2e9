"""Every read of documents: issued ones, and a document as PDF, DOCX or HTML."""

from tinhso.blocks.documents.queries.issued import (
    FORMS,
    MEDIA,
    Check,
    check,
    file_of,
    hashes,
    letters_without_type,
    one,
)
from tinhso.blocks.documents.queries.markup import Pieces, numbered, pieces
from tinhso.blocks.documents.queries.pdf import as_pdf
from tinhso.blocks.documents.queries.versions import versions
from tinhso.blocks.documents.queries.word import as_docx

__all__ = [
    "FORMS",
    "MEDIA",
    "Check",
    "Pieces",
    "as_docx",
    "as_pdf",
    "check",
    "file_of",
    "hashes",
    "letters_without_type",
    "numbered",
    "one",
    "pieces",
    "versions",
]

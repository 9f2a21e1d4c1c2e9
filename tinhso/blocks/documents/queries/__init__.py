"""Every read of documents: issued ones, files, papers, what can be verified; a document as PDF, DOCX or HTML."""

from tinhso.blocks.documents.queries.certified import certification, certifying
from tinhso.blocks.documents.queries.codes import qr_png, qr_svg
from tinhso.blocks.documents.queries.files import (
    HEIC,
    INSPECTING,
    begun,
    chunks,
    is_in_use,
    limits,
    lost_files,
    stored,
    unused_files,
    without_row,
)
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
from tinhso.blocks.documents.queries.papers import (
    Figures,
    digitisation,
    figures,
    masked_owner,
    owner_mark,
    paper,
    readable_by,
    reusable,
    used_in,
    vault,
)
from tinhso.blocks.documents.queries.pdf import as_pdf
from tinhso.blocks.documents.queries.verification import begins_with, same_bytes, verification, verify_url
from tinhso.blocks.documents.queries.versions import versions
from tinhso.blocks.documents.queries.word import as_docx

__all__ = [
    "FORMS",
    "HEIC",
    "INSPECTING",
    "MEDIA",
    "Check",
    "Figures",
    "Pieces",
    "as_docx",
    "as_pdf",
    "begins_with",
    "begun",
    "certification",
    "certifying",
    "check",
    "chunks",
    "digitisation",
    "figures",
    "file_of",
    "hashes",
    "is_in_use",
    "letters_without_type",
    "limits",
    "lost_files",
    "masked_owner",
    "numbered",
    "one",
    "owner_mark",
    "paper",
    "pieces",
    "qr_png",
    "qr_svg",
    "readable_by",
    "reusable",
    "same_bytes",
    "stored",
    "unused_files",
    "used_in",
    "vault",
    "verification",
    "verify_url",
    "versions",
    "without_row",
]

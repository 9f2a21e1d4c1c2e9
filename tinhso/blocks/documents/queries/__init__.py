"""Every read of documents: issued ones, files, papers, what can be verified; a document as PDF, DOCX or HTML."""

from tinhso.blocks.documents.queries.certified import certification, certifying_rules
from tinhso.blocks.documents.queries.codes import qr_png, qr_svg
from tinhso.blocks.documents.queries.files import (
    HEIC,
    INSPECTING,
    checked_chunks,
    chunks,
    file_by_ref,
    is_in_use,
    limits,
    lost_files,
    unused_files,
    without_row,
)
from tinhso.blocks.documents.queries.issued import (
    FORMS,
    MEDIA,
    RebuildCheck,
    compare_with_issued,
    file_of,
    issued_document,
    issued_hashes,
    letters_without_type,
    printable_text,
)
from tinhso.blocks.documents.queries.markup import Pieces, document_pieces, heading_numbers
from tinhso.blocks.documents.queries.papers import (
    Figures,
    digitisation_by_ref,
    masked_owner,
    owner_mark,
    paper,
    paper_figures,
    papers_of_owner,
    readable_by,
    reusable_papers,
    used_in,
)
from tinhso.blocks.documents.queries.pdf import as_pdf
from tinhso.blocks.documents.queries.verification import begins_with, same_bytes, verification, verify_url
from tinhso.blocks.documents.queries.versions import program_versions
from tinhso.blocks.documents.queries.word import as_docx

__all__ = [
    "FORMS",
    "HEIC",
    "INSPECTING",
    "MEDIA",
    "RebuildCheck",
    "Figures",
    "Pieces",
    "as_docx",
    "as_pdf",
    "begins_with",
    "checked_chunks",
    "certification",
    "certifying_rules",
    "compare_with_issued",
    "chunks",
    "digitisation_by_ref",
    "paper_figures",
    "file_of",
    "issued_hashes",
    "is_in_use",
    "letters_without_type",
    "limits",
    "lost_files",
    "masked_owner",
    "heading_numbers",
    "issued_document",
    "owner_mark",
    "printable_text",
    "paper",
    "document_pieces",
    "qr_png",
    "qr_svg",
    "readable_by",
    "reusable_papers",
    "same_bytes",
    "file_by_ref",
    "unused_files",
    "used_in",
    "papers_of_owner",
    "verification",
    "verify_url",
    "program_versions",
    "without_row",
]

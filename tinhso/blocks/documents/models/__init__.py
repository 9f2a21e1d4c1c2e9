"""Issued documents, files, papers, scans, what can be verified, certified copies."""

from tinhso.blocks.documents.models.certified import Certification, CertifiedCopy
from tinhso.blocks.documents.models.files import StoredFile
from tinhso.blocks.documents.models.issued import Issued, IssuedFile, NumberSeries
from tinhso.blocks.documents.models.papers import Digitisation, DigitisedPart, Paper, PaperUse
from tinhso.blocks.documents.models.verification import Verification

__all__ = [
    "Certification",
    "CertifiedCopy",
    "Digitisation",
    "DigitisedPart",
    "Issued",
    "IssuedFile",
    "NumberSeries",
    "Paper",
    "PaperUse",
    "StoredFile",
    "Verification",
]

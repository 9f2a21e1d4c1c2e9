"""Issued documents, their bytes, and whether the same bytes can be made again."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from django.utils.translation import gettext as _

from tinhso.blocks.documents import contract
from tinhso.blocks.documents.models import Issued, IssuedFile
from tinhso.blocks.documents.queries.pdf import as_pdf, typeface_file
from tinhso.blocks.documents.queries.versions import changed_versions
from tinhso.blocks.documents.queries.word import as_docx
from tinhso.kernel.errors import Refused

FORMS = {"pdf": as_pdf, "docx": as_docx}
MEDIA = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
SAME, OTHER_PROGRAMS, DIFFERENT, DAMAGED = "same", "other_programs", "different", "damaged"


@dataclass(frozen=True)
class RebuildCheck:
    """Whether a document can be made again, by form: ``same`` bytes, other bytes by ``other_programs``, ``different``
    bytes by the same programs, or kept bytes that are ``damaged``. ``content``: whether what it says is the same.
    """

    content: bool
    forms: Mapping[str, str]
    programs: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def holds(self) -> bool:
        """Nothing is wrong: the content is the same, and so are the bytes unless other programs made them."""
        return self.content and not {DIFFERENT, DAMAGED} & set(self.forms.values())

    @property
    def is_exact(self) -> bool:
        """Every byte is the same."""
        return self.content and set(self.forms.values()) == {SAME}


def issued_document(ref: str) -> Issued:
    """The document with a reference; refuses an unknown one."""
    issued = Issued.objects.filter(ref=ref).select_related("unit", "replaces").first()
    if issued is None:
        raise Refused("unknown_document", _("Không có văn bản nào có mã “%(ref)s”."), ref=ref)
    return issued


def file_of(ref: str, form: str) -> IssuedFile:
    """The bytes of a document in a form; refuses an unknown document or form."""
    issued_file = IssuedFile.objects.filter(document__ref=ref, form=form).select_related("document").first()
    if issued_file is None:
        raise Refused("unknown_document", _("Không có văn bản nào có mã “%(ref)s”."), ref=f"{ref}.{form}")
    return issued_file


def issued_hashes(document: Issued) -> dict[str, str]:
    """SHA-256 of each form as issued."""
    return dict(document.files.order_by("form").values_list("form", "sha256"))


def compare_with_issued(document: Issued, again: contract.Document | None = None) -> RebuildCheck:
    """Make the files again, from ``again`` (what somebody rebuilt) or else from the kept content, and compare."""
    stored_document = contract.from_plain(document.content)
    compared_document = again or stored_document
    programs = changed_versions(document.versions)
    forms = {}
    for file in document.files.order_by("form"):
        if hashlib.sha256(bytes(file.content)).hexdigest() != file.sha256:
            forms[file.form] = DAMAGED
        elif hashlib.sha256(FORMS[file.form](compared_document)).hexdigest() == file.sha256:
            forms[file.form] = SAME
        else:
            forms[file.form] = OTHER_PROGRAMS if programs and compared_document == stored_document else DIFFERENT
    return RebuildCheck(compared_document == stored_document, forms, programs)


@lru_cache(maxsize=1)
def _letters_of_typeface() -> frozenset[int]:
    from fontTools.ttLib import TTFont

    with TTFont(typeface_file("400Regular"), lazy=True) as font:
        return frozenset(font.getBestCmap())


def letters_without_type(text: str) -> list[str]:
    """Characters that the typeface of documents cannot show (an emoji, a foreign script), each once."""
    supported_codes = _letters_of_typeface()
    return sorted({letter for letter in text if ord(letter) not in supported_codes and letter not in "\n\r\t"})


def printable_text(text: str) -> str:
    """Text with "?" for each letter that the typeface lacks, so that no machine's own typeface fills in."""
    for letter in letters_without_type(text):
        text = text.replace(letter, "?")
    return text

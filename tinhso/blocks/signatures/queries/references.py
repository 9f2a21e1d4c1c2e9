"""Reading a PDF by the letter of the standard, also where the letter forgives.

Loaded by the program ``apart.py`` before ``pdf_validation.py``. Nothing of the project is imported here.
"""

from io import BytesIO
from typing import Any

from pyhanko.pdf_utils.generic import NullObject, Reference
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.xref import ObjStreamRef, XRefCache


class _References(XRefCache):
    """Where objects lie. One that lies nowhere was nowhere from the beginning, and no later revision brought it."""

    def get_introducing_revision(self, ref: Reference) -> int:
        try:
            revision: int = super().get_introducing_revision(ref)
        except KeyError:
            return 0
        return revision


class Reader(PdfFileReader):
    """Reads by the letter, also where the letter forgives: a reference to an object that is not there is no error but
    null (ISO 32000-1, 7.3.10)."""

    def __init__(self, stream: BytesIO, *, strict: bool) -> None:
        super().__init__(stream, strict=strict)
        self.xrefs = _References(self, self.xrefs._xref_sections)

    def _read_object(
        self,
        ref: Reference,
        marker: int | ObjStreamRef | None,
        never_decrypt: bool = False,
        as_metadata_stream: bool = False,
    ) -> Any:
        if marker is not None:
            return super()._read_object(ref, marker, never_decrypt, as_metadata_stream)
        nothing = NullObject()
        nothing.container_ref = ref
        return nothing

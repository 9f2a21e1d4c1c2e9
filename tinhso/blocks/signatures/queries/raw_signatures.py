"""What can be said of a PDF's signatures by their bytes alone, also where the structure around them cannot be read.

Loaded by the program ``apart.py`` before ``pdf_validation.py``. Nothing of the project is imported here.
"""

import hashlib
import re
from datetime import datetime
from functools import lru_cache
from typing import Any

from asn1crypto import cms, x509
from pyhanko.sign.general import extract_signer_info
from pyhanko.sign.validation.generic_cms import extract_certs_for_validation, validate_sig_integrity
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

RANGES = re.compile(rb"/ByteRange\s*\[\s*(\d{1,12})\s+(\d{1,12})\s+(\d{1,12})\s+(\d{1,12})\s*\]")
END, BLANK, MOST = b"%%EOF", b"\0\t\n\f\r ", 20
STAMP = "signature_time_stamp_token"
HASHES = ("sha256", "sha384", "sha512", "sha1")


def warm() -> None:
    """Keep what names become when they are compared (RFC 4518): the library works it out anew for each comparison,
    a sixth of the judging, and a text always becomes the same."""
    prepared = lru_cache(maxsize=512)(x509.NameTypeAndValue()._ldap_string_prep)
    x509.NameTypeAndValue._ldap_string_prep = lambda _self, text: prepared(text)


def is_raw_signature_intact(found: EmbeddedPdfSignature) -> bool:
    """Whether the hash of what was signed is the one that was signed, and by the key of the certificate."""
    intact, valid = validate_sig_integrity(found.signer_info, found.signer_cert, "data", found.compute_digest())
    return bool(intact and valid)


def says_nothing(field: Any) -> bool:
    """Whether a filled signature field has a value that is no signature: no ranges, or no CMS."""
    value = field["/V"]
    if not hasattr(value, "raw_get"):
        return False
    try:
        extract_signer_info(cms.ContentInfo.load(value.raw_get("/Contents").original_bytes)["content"])
    except Exception:
        return True
    return "/ByteRange" not in value


def behind_the_end(content: bytes) -> int:
    """How many bytes lie after the end of the file without being an update that a reader could show."""
    rest = _bytes_after_end(content)
    return len(rest) if rest.strip(BLANK) and b"obj" not in rest and b"xref" not in rest else 0


def has_a_loose_end(content: bytes) -> bool:
    """Whether the file goes on behind its end: readers differ in whether they show an update that has no end."""
    return bool(_bytes_after_end(content).strip(BLANK))


def _bytes_after_end(content: bytes) -> bytes:
    end = content.rfind(END)
    return content[end + len(END) :].lstrip(b"\r\n") if end >= 0 else b""


def state_of(content: bytes) -> str:
    """What signed ranges tell of a file that no reader opens: ``altered_file``, ``cut``, ``unread`` where every hash
    holds, or ``broken_file`` where nothing can be told."""
    ranges = [tuple(int(side) for side in match.groups()) for match in RANGES.finditer(content)][:MOST]
    if any(start + length > len(content) for _first, _length, start, length in ranges):
        return "cut"
    range_results = [_is_range_signed(content, range) for range in ranges]
    if False in range_results:
        return "altered_file"
    return "unread" if range_results and all(range_results) else "broken_file"


def _is_range_signed(content: bytes, sides: tuple[int, ...]) -> bool | None:
    """Whether one range is what was signed; None where there is no signature to tell it by."""
    first, length, start, rest = sides
    try:
        signature = bytes.fromhex(content[first + length : start].strip(BLANK).strip(b"<>").decode("ascii"))
        signed = cms.ContentInfo.load(signature)["content"]
        about = extract_signer_info(signed)
        name = about["digest_algorithm"]["algorithm"].native
        kind = signed["encap_content_info"]["content_type"].native
        if name not in HASHES or kind != "data":
            return None
        digest = hashlib.new(name, content[first : first + length] + content[start : start + rest]).digest()
        certificate = extract_certs_for_validation(signed).signer_cert
        intact, valid = validate_sig_integrity(about, certificate, kind, digest)
    except MemoryError:
        raise
    except Exception:  # no signature that could be read: nothing is known
        return None
    return bool(intact and valid)


def signature_timestamps(found: EmbeddedPdfSignature) -> list[cms.SignedData]:
    """Timestamps over a signature itself."""
    attributes = [
        attribute for attribute in found.signer_info["unsigned_attrs"] or [] if attribute["type"].native == STAMP
    ]
    return [value["content"] for attribute in attributes for value in attribute["values"]]


def stamp_given(found: EmbeddedPdfSignature) -> datetime:
    """When the first of them says that it was given."""
    moment: datetime = signature_timestamps(found)[0]["encap_content_info"]["content"].parsed["gen_time"].native
    return moment


def stamp_certificates(found: EmbeddedPdfSignature) -> list[x509.Certificate]:
    """Certificates that they bring along."""
    parts = [
        part
        for signature_timestamp in signature_timestamps(found)
        for part in signature_timestamp["certificates"] or []
    ]
    return [part.chosen for part in parts if part.name == "certificate"]

"""Every write of signatures: making them, judging what strangers send, renewing what is archived."""

from tinhso.blocks.signatures.services.archive_timestamps import note_stamps, renew, renew_due
from tinhso.blocks.signatures.services.illustrative_keys import illustrative_key
from tinhso.blocks.signatures.services.key_files import FileKey, from_file
from tinhso.blocks.signatures.services.pades import Signed, sign_pdf
from tinhso.blocks.signatures.services.signing import sign, sign_issued
from tinhso.blocks.signatures.services.signing_methods import opened, ways
from tinhso.blocks.signatures.services.trust_services import forget, timestamp
from tinhso.blocks.signatures.services.validation import check, programs, take_turn, too_large
from tinhso.blocks.signatures.services.xades import sign_xml

__all__ = [
    "FileKey",
    "Signed",
    "check",
    "forget",
    "from_file",
    "illustrative_key",
    "note_stamps",
    "opened",
    "programs",
    "renew",
    "renew_due",
    "sign",
    "sign_issued",
    "sign_pdf",
    "sign_xml",
    "take_turn",
    "timestamp",
    "too_large",
    "ways",
]

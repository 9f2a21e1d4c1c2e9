"""Every write of signatures: making them, judging what strangers send, renewing what is archived."""

from tinhso.blocks.signatures.services.archive_timestamps import note_stamps, renew_archive_stamp, renew_due
from tinhso.blocks.signatures.services.illustrative_keys import illustrative_key
from tinhso.blocks.signatures.services.key_files import FileKey, from_file
from tinhso.blocks.signatures.services.pades import Signed, sign_pdf
from tinhso.blocks.signatures.services.signing import sign_content, sign_issued
from tinhso.blocks.signatures.services.signing_methods import available_ways, open_key
from tinhso.blocks.signatures.services.trust_services import clear_fetch_cache, timestamp_token
from tinhso.blocks.signatures.services.validation import check_file, programs, take_turn, too_large
from tinhso.blocks.signatures.services.xades import sign_xml

__all__ = [
    "FileKey",
    "Signed",
    "check_file",
    "clear_fetch_cache",
    "from_file",
    "illustrative_key",
    "note_stamps",
    "open_key",
    "programs",
    "renew_archive_stamp",
    "renew_due",
    "sign_content",
    "sign_issued",
    "sign_pdf",
    "sign_xml",
    "take_turn",
    "timestamp_token",
    "too_large",
    "available_ways",
]

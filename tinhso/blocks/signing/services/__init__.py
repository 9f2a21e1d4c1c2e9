"""Every write of signing: signing and sealing, keys, and checking what strangers send."""

from tinhso.blocks.signing.services.checking import check, programs, take_turn, too_large
from tinhso.blocks.signing.services.fetching import forget
from tinhso.blocks.signing.services.keys import FileKey, TokenKey, from_file, from_token, seal_of
from tinhso.blocks.signing.services.pdf import Signed, sign_pdf
from tinhso.blocks.signing.services.signing import sign, sign_issued

__all__ = [
    "FileKey",
    "Signed",
    "TokenKey",
    "check",
    "forget",
    "from_file",
    "from_token",
    "programs",
    "seal_of",
    "sign",
    "sign_issued",
    "sign_pdf",
    "take_turn",
    "too_large",
]

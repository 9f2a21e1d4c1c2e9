"""Every write of signing: signing and sealing, keys, and checking what strangers send."""

from tinhso.blocks.signing.services.checking import check, programs, take_turn, too_large
from tinhso.blocks.signing.services.fetching import forget
from tinhso.blocks.signing.services.illustrative import illustrative_key
from tinhso.blocks.signing.services.keys import FileKey, TokenKey, from_file, from_token, seal_of
from tinhso.blocks.signing.services.pdf import Signed, sign_pdf
from tinhso.blocks.signing.services.requests.acting import (
    Outcome,
    level,
    number,
    refuse,
    seal,
    seal_many,
    sign_many,
    sign_turn,
)
from tinhso.blocks.signing.services.requests.drafting import cancel, draft, new_version, send
from tinhso.blocks.signing.services.requests.standing_in import colleagues_of, end_stand_in, stand_in
from tinhso.blocks.signing.services.signing import sign, sign_issued
from tinhso.blocks.signing.services.ways import opened, ways

__all__ = [
    "FileKey",
    "Outcome",
    "Signed",
    "TokenKey",
    "cancel",
    "check",
    "colleagues_of",
    "draft",
    "end_stand_in",
    "forget",
    "from_file",
    "from_token",
    "illustrative_key",
    "level",
    "new_version",
    "number",
    "opened",
    "programs",
    "refuse",
    "seal",
    "seal_many",
    "seal_of",
    "send",
    "sign",
    "sign_issued",
    "sign_many",
    "sign_pdf",
    "sign_turn",
    "stand_in",
    "take_turn",
    "too_large",
    "ways",
]

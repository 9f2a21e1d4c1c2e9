"""Every write of signing: signing and sealing, keys, and checking what strangers send."""

from tinhso.blocks.signing.services.abroad import RemoteKey, from_csc, keys_abroad, log_in_abroad
from tinhso.blocks.signing.services.access import end as end_access
from tinhso.blocks.signing.services.access import holder, let_in, register_application, taken_once
from tinhso.blocks.signing.services.archiving import note_stamps, renew, renew_due
from tinhso.blocks.signing.services.authorising import (
    Wanted,
    authorise,
    extend,
    must_be_in_bounds,
    must_be_usable,
    must_take_pin,
    prove,
    sign_hashes,
)
from tinhso.blocks.signing.services.checking import check, programs, take_turn, too_large
from tinhso.blocks.signing.services.codes import send_code
from tinhso.blocks.signing.services.credentials import certify, disable_key, make_key, request_of
from tinhso.blocks.signing.services.documents import AskedDocument, sign_documents
from tinhso.blocks.signing.services.fetching import forget, timestamp
from tinhso.blocks.signing.services.illustrative import illustrative_key
from tinhso.blocks.signing.services.keys import FileKey, TokenKey, from_file, seal_of
from tinhso.blocks.signing.services.oauth import OUR as OUR_ADDRESS
from tinhso.blocks.signing.services.oauth import server as oauth_server
from tinhso.blocks.signing.services.pdf import Signed, sign_pdf
from tinhso.blocks.signing.services.phones import (
    SimKey,
    begin_on_phone,
    from_sim,
    poll_phone,
    verification_code,
)
from tinhso.blocks.signing.services.requests.acting import level, number, refuse, seal, sign_turn
from tinhso.blocks.signing.services.requests.drafting import cancel, draft, new_version, send
from tinhso.blocks.signing.services.requests.later import ask_later, follow, give_up, look
from tinhso.blocks.signing.services.requests.standing_in import colleagues_of, end_stand_in, stand_in
from tinhso.blocks.signing.services.requests.together import Outcome, seal_many, sign_many
from tinhso.blocks.signing.services.signing import sign, sign_issued
from tinhso.blocks.signing.services.sims import Caller, authorise_on_phone, confirm_sim, register_sim
from tinhso.blocks.signing.services.vault import keeper
from tinhso.blocks.signing.services.ways import opened, ways
from tinhso.blocks.signing.services.ways_afar import OwnKey, SimCard
from tinhso.blocks.signing.services.xml import sign_xml

__all__ = [
    "OUR_ADDRESS",
    "AskedDocument",
    "Caller",
    "FileKey",
    "Outcome",
    "OwnKey",
    "RemoteKey",
    "Signed",
    "SimCard",
    "SimKey",
    "TokenKey",
    "Wanted",
    "ask_later",
    "authorise",
    "authorise_on_phone",
    "begin_on_phone",
    "cancel",
    "certify",
    "check",
    "colleagues_of",
    "confirm_sim",
    "disable_key",
    "draft",
    "end_access",
    "end_stand_in",
    "extend",
    "follow",
    "forget",
    "from_csc",
    "from_file",
    "from_sim",
    "give_up",
    "holder",
    "illustrative_key",
    "keeper",
    "keys_abroad",
    "let_in",
    "level",
    "log_in_abroad",
    "look",
    "make_key",
    "must_be_in_bounds",
    "must_be_usable",
    "must_take_pin",
    "new_version",
    "note_stamps",
    "number",
    "oauth_server",
    "opened",
    "poll_phone",
    "programs",
    "prove",
    "refuse",
    "register_application",
    "register_sim",
    "renew",
    "renew_due",
    "request_of",
    "seal",
    "seal_many",
    "seal_of",
    "send",
    "send_code",
    "sign",
    "sign_documents",
    "sign_hashes",
    "sign_issued",
    "sign_many",
    "sign_pdf",
    "sign_turn",
    "sign_xml",
    "stand_in",
    "take_turn",
    "taken_once",
    "timestamp",
    "too_large",
    "verification_code",
    "ways",
]

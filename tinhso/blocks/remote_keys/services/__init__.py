"""Every write of remote keys: keys and their permissions, codes, programs, phones, and seals in a token."""

from tinhso.blocks.remote_keys.services.authorisations import (
    SignatureScope,
    authorise_by_pin,
    extend_permission,
    must_be_in_bounds,
    must_be_usable,
    must_take_pin,
    require_pin_and_code,
    sign_hashes,
)
from tinhso.blocks.remote_keys.services.credentials import certify_key, disable_key, make_key, request_of
from tinhso.blocks.remote_keys.services.csc_client import RemoteKey, from_csc, keys_abroad, log_in_abroad
from tinhso.blocks.remote_keys.services.document_signing import AskedDocument, sign_documents
from tinhso.blocks.remote_keys.services.oauth_server import OUR as OUR_ADDRESS
from tinhso.blocks.remote_keys.services.oauth_server import server as oauth_server
from tinhso.blocks.remote_keys.services.oauth_tokens import access_of_token, let_in, register_application, taken_once
from tinhso.blocks.remote_keys.services.oauth_tokens import end_token as end_access
from tinhso.blocks.remote_keys.services.one_time_codes import send_code
from tinhso.blocks.remote_keys.services.phone_signatures import (
    SimKey,
    begin_on_phone,
    from_sim,
    poll_phone,
    verification_code,
)
from tinhso.blocks.remote_keys.services.remote_key_methods import OwnKey, SimCard
from tinhso.blocks.remote_keys.services.seal_keys import TokenKey, seal_of
from tinhso.blocks.remote_keys.services.sim_credentials import (
    SigningProgram,
    authorise_on_phone,
    confirm_sim,
    register_sim,
)
from tinhso.blocks.remote_keys.services.vault import keeper

__all__ = [
    "AskedDocument",
    "SigningProgram",
    "OUR_ADDRESS",
    "OwnKey",
    "RemoteKey",
    "SimCard",
    "SimKey",
    "TokenKey",
    "SignatureScope",
    "authorise_by_pin",
    "authorise_on_phone",
    "begin_on_phone",
    "certify_key",
    "confirm_sim",
    "disable_key",
    "end_access",
    "extend_permission",
    "from_csc",
    "from_sim",
    "access_of_token",
    "keeper",
    "keys_abroad",
    "let_in",
    "log_in_abroad",
    "make_key",
    "must_be_in_bounds",
    "must_be_usable",
    "must_take_pin",
    "oauth_server",
    "poll_phone",
    "require_pin_and_code",
    "register_application",
    "register_sim",
    "request_of",
    "seal_of",
    "send_code",
    "sign_documents",
    "sign_hashes",
    "taken_once",
    "verification_code",
]

"""Every read of remote keys: the province's rules, keys and whose they are, programs, phones that ring."""

from tinhso.blocks.remote_keys.queries.credentials import (
    KeyLine,
    application_by_ref,
    certificate_status,
    credential_by_ref,
    credential_of,
    credentials_of,
    key_lines,
    keys_with_mail,
    last_ring,
    masked_mailbox,
    masked_number,
    may_not_enter,
    phone_signature,
    rings_of,
    usable_credentials,
)
from tinhso.blocks.remote_keys.queries.rules import Remote, Rules, rules

__all__ = [
    "KeyLine",
    "Remote",
    "Rules",
    "application_by_ref",
    "certificate_status",
    "credential_by_ref",
    "credential_of",
    "credentials_of",
    "key_lines",
    "keys_with_mail",
    "last_ring",
    "masked_mailbox",
    "masked_number",
    "may_not_enter",
    "phone_signature",
    "rings_of",
    "rules",
    "usable_credentials",
]

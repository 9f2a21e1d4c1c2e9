"""Every write to people: roles, posts, passwords, sessions, programs' tokens, the demo's personas."""

from tinhso.blocks.identity.services.codes import spend_step, trying_code
from tinhso.blocks.identity.services.loading import load_personas, load_roles
from tinhso.blocks.identity.services.passwords import PasswordLength, reset_password, set_password, unlock_person
from tinhso.blocks.identity.services.people import (
    appoint_person,
    close_personas,
    create_person,
    disable_person,
    disable_unused,
    enable_person,
    end_post,
)
from tinhso.blocks.identity.services.sessions import begin_session, end_session, forget_session, touch_session
from tinhso.blocks.identity.services.tokens import make_token, revoke_token, token_used
from tinhso.blocks.identity.services.turns import (
    at_most,
    count_failed_log_in,
    must_have_log_ins_left,
    take_turn,
    try_secret,
)

__all__ = [
    "PasswordLength",
    "appoint_person",
    "at_most",
    "begin_session",
    "close_personas",
    "count_failed_log_in",
    "create_person",
    "disable_person",
    "disable_unused",
    "enable_person",
    "end_post",
    "end_session",
    "forget_session",
    "load_personas",
    "load_roles",
    "make_token",
    "must_have_log_ins_left",
    "reset_password",
    "revoke_token",
    "set_password",
    "spend_step",
    "take_turn",
    "token_used",
    "touch_session",
    "try_secret",
    "trying_code",
    "unlock_person",
]

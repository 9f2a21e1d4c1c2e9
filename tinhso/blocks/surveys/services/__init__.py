"""Every write of surveys: versions, filled-in forms, keys."""

from tinhso.blocks.surveys.services.correcting import add_remark
from tinhso.blocks.surveys.services.drafting import Draft, draft
from tinhso.blocks.surveys.services.keys import make_key, opened, program_opened, revoke_key
from tinhso.blocks.surveys.services.looking import exported, let_go_of_waiting, reveal
from tinhso.blocks.surveys.services.publishing import load, must_be_new, publish
from tinhso.blocks.surveys.services.taking import NotRight, attach, file_for, hold, instance_of, survey_of, take
from tinhso.blocks.surveys.services.taking import opened as opened_form

__all__ = [
    "Draft",
    "NotRight",
    "add_remark",
    "attach",
    "draft",
    "exported",
    "file_for",
    "hold",
    "instance_of",
    "let_go_of_waiting",
    "load",
    "make_key",
    "must_be_new",
    "opened",
    "opened_form",
    "program_opened",
    "publish",
    "reveal",
    "revoke_key",
    "survey_of",
    "take",
]

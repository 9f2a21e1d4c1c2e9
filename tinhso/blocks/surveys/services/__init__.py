"""Every write of surveys: versions, filled-in forms, keys."""

from tinhso.blocks.surveys.services.correcting import add_remark
from tinhso.blocks.surveys.services.drafting import WorkbookDraft, draft_of_workbook
from tinhso.blocks.surveys.services.keys import actor_by_key, make_key, program_opened, revoke_key
from tinhso.blocks.surveys.services.looking import let_go_of_waiting, record_export, reveal_answers
from tinhso.blocks.surveys.services.publishing import must_be_new, publish_folder, publish_version
from tinhso.blocks.surveys.services.taking import (
    NotRight,
    attach_file,
    file_for,
    hold_files,
    instance_of,
    survey_of,
    take_form,
)
from tinhso.blocks.surveys.services.taking import open_sent_form as opened_form

__all__ = [
    "WorkbookDraft",
    "NotRight",
    "add_remark",
    "attach_file",
    "draft_of_workbook",
    "record_export",
    "file_for",
    "hold_files",
    "instance_of",
    "let_go_of_waiting",
    "publish_folder",
    "make_key",
    "must_be_new",
    "actor_by_key",
    "opened_form",
    "program_opened",
    "publish_version",
    "reveal_answers",
    "revoke_key",
    "survey_of",
    "take_form",
]

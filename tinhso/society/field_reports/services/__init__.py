"""Every write of field reports. Channels need ``take``, ``confirm``, ``follow`` and ``status``."""

from tinhso.society.field_reports.services.handling import (
    add_note,
    add_photo,
    assign_report,
    begin_work,
    classify_report,
    decline_report,
    escalate_report,
    present_result,
    put_right,
    reconsider_report,
    resolve_report,
    send_back_to_crew,
)
from tinhso.society.field_reports.services.joining import merge_reports, split_report, unmerge_report
from tinhso.society.field_reports.services.limiting import open_with_key, take_turn
from tinhso.society.field_reports.services.moving import decide_unit, follow_units, hand_over, settle_successor
from tinhso.society.field_reports.services.pictures import keep_photo, prepare_picture
from tinhso.society.field_reports.services.revealing import look_at, look_at_places, reveal_reporter
from tinhso.society.field_reports.services.taking import (
    ask_again,
    confirm_contact,
    expire_unconfirmed,
    reporting_actor,
    submit_report,
)
from tinhso.society.field_reports.services.telling import (
    follow_report,
    rate_report,
    report_by_key,
    report_status,
    say_mended,
    say_not_mended,
    stop_following,
    unfollow_report,
)
from tinhso.society.field_reports.services.timing import close_silent, forget_reporters, remind_of_deadlines
from tinhso.society.field_reports.services.voices import keep_voice

__all__ = [
    "add_photo",
    "ask_again",
    "assign_report",
    "begin_work",
    "classify_report",
    "close_silent",
    "confirm_contact",
    "decide_unit",
    "decline_report",
    "escalate_report",
    "expire_unconfirmed",
    "follow_report",
    "follow_units",
    "forget_reporters",
    "hand_over",
    "keep_photo",
    "keep_voice",
    "merge_reports",
    "add_note",
    "open_with_key",
    "report_by_key",
    "prepare_picture",
    "present_result",
    "put_right",
    "rate_report",
    "reconsider_report",
    "remind_of_deadlines",
    "reporting_actor",
    "resolve_report",
    "look_at",
    "look_at_places",
    "reveal_reporter",
    "say_mended",
    "say_not_mended",
    "send_back_to_crew",
    "settle_successor",
    "split_report",
    "report_status",
    "stop_following",
    "submit_report",
    "take_turn",
    "unfollow_report",
    "unmerge_report",
]

"""Every write of field reports. Channels need ``take``, ``confirm``, ``follow`` and ``status``."""

from tinhso.society.field_reports.services.handling import (
    add_photo,
    assign,
    begin,
    classify,
    decline,
    escalate,
    note,
    present,
    put_right,
    reconsider,
    resolve,
    send_back_to_crew,
)
from tinhso.society.field_reports.services.joining import merge, split, unmerge
from tinhso.society.field_reports.services.limiting import open_with_key, take_turn
from tinhso.society.field_reports.services.moving import decide, follow_units, hand_over, settle
from tinhso.society.field_reports.services.pictures import keep_photo, prepare
from tinhso.society.field_reports.services.revealing import look_at, look_at_places, reveal
from tinhso.society.field_reports.services.taking import ask_again, confirm, expire, reporter, take
from tinhso.society.field_reports.services.telling import (
    follow,
    opened,
    rate,
    say_mended,
    say_not_mended,
    status,
    stop_following,
    unfollow,
)
from tinhso.society.field_reports.services.timing import close_silent, forget, remind
from tinhso.society.field_reports.services.voices import keep_voice

__all__ = [
    "add_photo",
    "ask_again",
    "assign",
    "begin",
    "classify",
    "close_silent",
    "confirm",
    "decide",
    "decline",
    "escalate",
    "expire",
    "follow",
    "follow_units",
    "forget",
    "hand_over",
    "keep_photo",
    "keep_voice",
    "merge",
    "note",
    "open_with_key",
    "opened",
    "prepare",
    "present",
    "put_right",
    "rate",
    "reconsider",
    "remind",
    "reporter",
    "resolve",
    "look_at",
    "look_at_places",
    "reveal",
    "say_mended",
    "say_not_mended",
    "send_back_to_crew",
    "settle",
    "split",
    "status",
    "stop_following",
    "take",
    "take_turn",
    "unfollow",
    "unmerge",
]

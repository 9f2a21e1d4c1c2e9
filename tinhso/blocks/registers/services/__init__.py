"""Every write of registers."""

from tinhso.blocks.registers.services.filters import drop_filter, keep_filter
from tinhso.blocks.registers.services.many import change_many, merge_records, move_units, undo_act
from tinhso.blocks.registers.services.one import add_record, change_record, correct_record, end_record

__all__ = [
    "add_record",
    "change_record",
    "change_many",
    "correct_record",
    "drop_filter",
    "end_record",
    "keep_filter",
    "merge_records",
    "move_units",
    "undo_act",
]

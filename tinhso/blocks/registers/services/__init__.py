"""Every write of registers."""

from tinhso.blocks.registers.services.filters import drop_filter, keep_filter
from tinhso.blocks.registers.services.many import change_many, merge, move_units, undo
from tinhso.blocks.registers.services.one import add, change, correct, end

__all__ = [
    "add",
    "change",
    "change_many",
    "correct",
    "drop_filter",
    "end",
    "keep_filter",
    "merge",
    "move_units",
    "undo",
]

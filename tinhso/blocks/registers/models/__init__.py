"""Tables of registers: what every register's table has, acts, versions, files on their way in, saved filters."""

from tinhso.blocks.registers.models.derived import facets_of, key_of, words_of
from tinhso.blocks.registers.models.entries import ALIVE, LYING, Entry, indexes_of
from tinhso.blocks.registers.models.history import Act, Cell, Version
from tinhso.blocks.registers.models.imports import Fault, Import, Staged
from tinhso.blocks.registers.models.views import SavedFilter

__all__ = [
    "ALIVE",
    "LYING",
    "Act",
    "Cell",
    "Entry",
    "Fault",
    "Import",
    "SavedFilter",
    "Staged",
    "Version",
    "facets_of",
    "indexes_of",
    "key_of",
    "words_of",
]

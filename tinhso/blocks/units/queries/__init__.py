"""Every read of units: as of a day, as known at a moment, up and down the tree, forward and back through succession."""

from tinhso.blocks.units.queries.lookup import (
    agency,
    at,
    by_ref,
    forget,
    history_of,
    known,
    known_now,
    level_name,
    named,
    place_name,
    province,
    search,
)
from tinhso.blocks.units.queries.places import containing
from tinhso.blocks.units.queries.reach import REACH_KINDS, Reach, ReachRow, reach_of, reach_rows
from tinhso.blocks.units.queries.succession import Succession, is_there, spread, successors
from tinhso.blocks.units.queries.tree import Node, Tree, forest, tree

__all__ = [
    "REACH_KINDS",
    "Node",
    "Reach",
    "ReachRow",
    "Succession",
    "Tree",
    "agency",
    "at",
    "by_ref",
    "containing",
    "forest",
    "forget",
    "history_of",
    "is_there",
    "known",
    "known_now",
    "level_name",
    "named",
    "place_name",
    "province",
    "reach_of",
    "reach_rows",
    "search",
    "spread",
    "successors",
    "tree",
]

"""Every read of units: as of a day, as known at a moment, up and down the tree, forward and back through succession."""

from tinhso.blocks.units.queries.lookup import (
    agency,
    at,
    by_code,
    by_ref,
    clear_levels_cache,
    history_of,
    known_at_moment,
    known_now,
    level_name,
    place_name,
    province,
    search_units,
)
from tinhso.blocks.units.queries.places import commune_containing
from tinhso.blocks.units.queries.reach import REACH_KINDS, Reach, ReachRow, reach_of, reach_rows
from tinhso.blocks.units.queries.succession import SuccessionEdges, is_there, shares_on_day, successors
from tinhso.blocks.units.queries.tree import Tree, UnitNode, all_nodes, tree

__all__ = [
    "REACH_KINDS",
    "UnitNode",
    "Reach",
    "ReachRow",
    "SuccessionEdges",
    "Tree",
    "agency",
    "at",
    "by_ref",
    "commune_containing",
    "all_nodes",
    "clear_levels_cache",
    "history_of",
    "is_there",
    "known_at_moment",
    "known_now",
    "level_name",
    "by_code",
    "place_name",
    "province",
    "reach_of",
    "reach_rows",
    "search_units",
    "shares_on_day",
    "successors",
    "tree",
]

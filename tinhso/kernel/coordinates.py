"""Coordinate systems: the one home of turning places from one into another.

Between WGS 84 and VN-2000 the operation is named: EPSG 6960, "VN-2000 to WGS 84 (2)", whose seven parameters are those
of Quyết định 05/2007/QĐ-BTNMT. PROJ knows several for the same pair and chooses by itself; its choice lies 0.8 m off.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from pyproj import CRS
from pyproj.exceptions import ProjError
from pyproj.transformer import Transformer, TransformerGroup

CRS84 = "OGC:CRS84"  # longitude before latitude; EPSG:4326 has latitude first
VN_2000_TO_WGS_84 = 6960  # EPSG's number of the operation
DIGITS_OF_DEGREES, DIGITS_OF_METRES = 8, 3  # a millimetre each
Box = tuple[float, float, float, float]

__all__ = ["CRS84", "Box", "ProjError", "CoordinateTransform", "coordinate_transform"]


@dataclass(frozen=True)
class CoordinateTransform:
    """The way from one system to another; ``operation`` names it as EPSG does.

    Coordinates stand in the order of axes that each system declares.
    """

    operation: str
    transformer: Transformer
    digits: int
    swaps: bool

    def point(self, first: float, second: float) -> tuple[float, float]:
        """One place, rounded to about a millimetre in the unit of the target. Raises :class:`ProjError`."""
        x, y = self.transformer.transform(first, second, errcheck=True)
        return round(x, self.digits), round(y, self.digits)

    def box(self, sides: Box) -> Box:
        """The box around a box (first and second axis at its least, then at its most). Raises :class:`ProjError`.

        Where only the axes change places, so do the sides: a box over the 180th meridian stays one.
        """
        if self.swaps:
            first, second, third, fourth = sides
            return second, first, fourth, third
        left, bottom, right, top = self.transformer.transform_bounds(*sides, errcheck=True)
        return left, bottom, right, top


@lru_cache(maxsize=64)
def coordinate_transform(source: str, target: str) -> CoordinateTransform:
    """The way from ``source`` to ``target``, each as ``EPSG:9210`` or ``OGC:CRS84``. Raises :class:`ProjError`."""
    ways = TransformerGroup(source, target).transformers
    if not ways:
        raise ProjError(f"no operation leads from {source} to {target}")
    way = next((transformer for transformer in ways if VN_2000_TO_WGS_84 in _epsg_numbers(transformer)), ways[0])
    unit = CRS.from_user_input(target).axis_info[0].unit_name
    pair = {source, target}
    return CoordinateTransform(
        operation=_operation_name(way),
        transformer=way,
        digits=DIGITS_OF_DEGREES if unit == "degree" else DIGITS_OF_METRES,
        swaps=pair == {CRS84, "EPSG:4326"},
    )


def _operation_steps(way: Transformer) -> list[tuple[str, int]]:
    """Names and EPSG numbers of the operations on the way; a way of a single one is its own step."""
    rows = [operation.to_json_dict() for operation in way.operations or ()] or [way.to_json_dict()]
    return [(str(operation.get("name", "")), _epsg_number(operation.get("id", {}))) for operation in rows]


def _epsg_number(mark: Mapping[str, object]) -> int:
    code = str(mark.get("code", ""))
    return int(code) if code.isdigit() and "EPSG" in str(mark.get("authority", "")) else 0


def _epsg_numbers(way: Transformer) -> set[int]:
    return {number for _name, number in _operation_steps(way)}


def _operation_name(way: Transformer) -> str:
    steps = [f"{name} (EPSG:{number})" if number else name for name, number in _operation_steps(way)]
    return " + ".join(steps) or way.description

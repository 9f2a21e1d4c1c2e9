"""From grains to the rows of a return: units' totals as text, exactly as a clerk's file would be stored."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from tinhso.government.reporting.demo.frames import DemoFrame
from tinhso.government.reporting.demo.grains import Ints
from tinhso.government.reporting.demo.values import FieldNumbers


def of_units(frame: DemoFrame, made: Mapping[str, FieldNumbers], step: int) -> dict[str, Ints]:
    """Each field's numbers by unit and member in one period; what does not add up is averaged by people."""
    return {code: _unit_means(frame, field_numbers, step) for code, field_numbers in made.items()}


def _unit_means(frame: DemoFrame, field_numbers: FieldNumbers, step: int) -> Ints:
    if not frame.spread_out:
        unit_values: Ints = field_numbers.values[step]
        return unit_values
    era = frame.eras[step]
    here = field_numbers.values[step][era.grains]
    if field_numbers.adds:
        return np.add.reduceat(here, era.starts, axis=0)
    weight = frame.people[step][era.grains][:, None]
    mean = np.add.reduceat(here * weight, era.starts, axis=0) / np.add.reduceat(weight, era.starts, axis=0)
    return np.floor(mean + 0.5).astype(np.int64)


def units_of(frame: DemoFrame, step: int) -> list[int]:
    """Keys of the units that the rows of a period are about, in the order of ``of_units``."""
    era = frame.eras[step]
    return [node.pk for node in era.communes] if frame.spread_out else [era.province.pk]


def number_texts(numbers: Ints, places: int) -> list[str]:
    """Numbers as they are stored: a point, no needless zeros, no exponent; row by row."""
    plain = numbers.ravel().tolist()
    if places == 0:
        return [str(number) for number in plain]
    return [_number_text(number, places) for number in plain]


def _number_text(number: int, places: int) -> str:
    integer_part, rest = divmod(number, 10**places)
    return f"{integer_part}.{rest:0{places}d}".rstrip("0").rstrip(".")


def row_documents(numbers: Mapping[str, Ints], made: Mapping[str, FieldNumbers], codes: Sequence[str]) -> Iterator[str]:
    """Each row's values as JSON; only ``codes`` are given."""
    pattern = "{" + ", ".join(f'"{code}": "%s"' for code in codes) + "}"
    columns = [number_texts(numbers[code], made[code].places) for code in codes]
    return (pattern % row for row in zip(*columns, strict=True))


def before_correction(numbers: Mapping[str, Ints]) -> dict[str, Ints]:
    """What was first handed in of a return corrected later: the first unit had counted a tenth too little."""
    first = {code: values.copy() for code, values in numbers.items()}
    for values in first.values():
        values[0] = values[0] * 9 // 10
    return first

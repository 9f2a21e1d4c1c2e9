"""What a province says of its data's quality: limits of the tests, what is natural, and sources that should agree."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from tinhso.kernel.province_table import province_table, table
from tinhso.ui.wording import name_in_language

Column = Annotated[str, Field(pattern=r"^[^.]+\.[^.]+$")]  # DATA-SET.column
Number = Annotated[float, Field(ge=0)]
Count = Annotated[int, Field(ge=0)]


@table
class ColumnPair:
    """Two sources that should agree: columns written ``DATA-SET.column``, month by month, per ``unit`` or in all.

    ``tolerance`` is the share of the larger one by which they may differ.
    """

    code: str
    name: str
    left: Column
    right: Column
    name_en: str = ""
    by: Literal["unit", "all"] = "unit"
    tolerance: Annotated[Decimal, Field(ge=0, lt=1)] = Decimal("0.02")

    @property
    def label(self) -> str:
        """What should agree, in the reader's language."""
        return name_in_language(self)

    def column(self, side: str) -> tuple[str, str]:
        """(data set, column) of ``left`` or ``right``."""
        data_set, _dot, column = str(getattr(self, side)).partition(".")
        return data_set, column


@table
class QualityLimits:
    """Limits of the tests; a province changes them in ``quality.toml``. Each is explained in the handbook."""

    months: Count = 24
    run_length: Count = 6
    run_least: Count = 30
    copy_digits: Number = 10
    jump_tolerance: Number = 0.15
    jump_scatter: Number = 0.12
    jump_least: Count = 10
    heap_values: Count = 36
    heap_share: Number = 0.5
    zero_before: Count = 8
    zero_least: Count = 20
    natural_share: Number = 0.02
    remind_again_days: Count = 3
    keep_per_test: Count = 200
    may_be_negative: frozenset[str] = frozenset()
    may_stand_still: frozenset[str] = frozenset()
    may_exceed: frozenset[str] = frozenset()
    pairs: Annotated[tuple[ColumnPair, ...], Field(alias="pair")] = ()


limits = province_table("quality.toml", QualityLimits)

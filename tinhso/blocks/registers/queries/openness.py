"""Registers as open data: the open columns of living records, a file each day, in the catalogue (DCAT-AP)."""

from collections.abc import Iterator, Sequence

from tinhso.blocks.open_data.contract import OpenRecords
from tinhso.blocks.registers.contract import Register
from tinhso.blocks.registers.queries import exports


def records_of(register: Register) -> OpenRecords:
    """What the catalogue of open data offers of a register; its app gives that to ``open_data.contract.publishes``."""
    columns = exports.columns_of(register, open_only=True)

    def rows() -> Iterator[Sequence[str]]:
        records = register.model.objects.filter(removed=False, ended_on__isnull=True)
        cells = exports.ExportCells(columns)
        for ref, values in exports.current_rows(records, columns):
            yield [ref, *(str(cell) for cell in cells.of(values))]

    return OpenRecords(
        code=f"danh-muc-{register.code}",
        name=register.name,
        name_en=register.name_en,
        description=register.description,
        description_en=register.description_en,
        rows=rows,
        columns={"ref": "tham chiếu"} | {column.name: column.label for column in columns},
    )

"""Open data that is no figures: records of apps, a file for each day."""

from datetime import date
from pathlib import Path

from django.conf import settings

from tinhso.blocks.open_data.contract import RECORDS, OpenRecords
from tinhso.kernel.errors import Refused, gettext_noop

FORMS = ("csv", "json")


def all_records() -> list[OpenRecords]:
    """Everything that apps let everybody have, by code."""
    return [RECORDS[code] for code in sorted(RECORDS)]


def records_by_code(code: str) -> OpenRecords:
    """The records with this code; refuses an unknown one."""
    if code not in RECORDS:
        raise Refused("unknown_open_set", gettext_noop("Không có bộ dữ liệu mở “%(code)s”."), code=code[:60])
    return RECORDS[code]


def path_of(open_records: OpenRecords, form: str, day: date) -> Path:
    """Where the compressed file of a day is kept."""
    return Path(settings.VAR) / "open-data" / f"records-{open_records.code}-{day:%Y%m%d}.{form}.gz"


def newest_file(open_records: OpenRecords, form: str) -> Path | None:
    """The newest file that is there."""
    paths = sorted((Path(settings.VAR) / "open-data").glob(f"records-{open_records.code}-[0-9]*.{form}.gz"))
    return paths[-1] if paths else None


def day_of(path: Path) -> str:
    """The day that a file was written for, as YYYY-MM-DD."""
    digits = path.name.partition(".")[0].rpartition("-")[2]
    return f"{digits[:4]}-{digits[4:6]}-{digits[6:]}"

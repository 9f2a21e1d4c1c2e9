"""What differs from province to province and the code needs to know: read from its ``province.toml``."""

from collections.abc import Mapping
from dataclasses import field
from datetime import date
from pathlib import Path
from typing import Any

from tinhso.kernel.errors import Refused, gettext_noop
from tinhso.kernel.province_table import province_table, table


@table
class Units:
    """References into the province's own units and dates (``[units]``): the unit that pages open at, the province as it
    is and as it was before (empty when there was none), the date whose units are the basis "old", the days on which
    series break."""

    home_unit_ref: str = ""
    current_province_ref: str = ""
    current_province_code: str = ""
    old_province_ref: str = ""
    old_basis_date: date | None = None
    change_dates: tuple[date, ...] = ()


@table
class Theme:
    """How a province looks: one accent colour (another shade of it on dark ground) and the letters of its mark."""

    accent: str = "#0b6e4f"
    accent_on_dark: str = ""
    mark: str = ""


@table
class Contact:
    """Whom people turn to about the portal (``[contact]``), shown on the front page and in every foot; what is empty is
    left out."""

    office: str = ""
    address: str = ""
    hotline: str = ""
    hours: str = ""
    email: str = ""


@table
class Demo:
    """Of a demo: what its pages say of illustrative figures, the seed that they grow from, their first and last month
    (``YYYY-MM``)."""

    illustrative: bool = False
    label: str = ""
    label_en: str = ""
    notice: str = ""
    notice_en: str = ""
    seed: int = 0
    first_period: str = ""
    last_period: str = ""


@table
class ProvinceFacts:
    """What the file says; sections that are mappings are described where they are used."""

    code: str = ""
    name: str = ""
    name_en: str = ""
    subtitle: str = ""
    subtitle_en: str = ""
    units: Units = Units()
    theme: Theme = Theme()
    demo: Demo = Demo()
    contact: Contact = Contact()
    locale: Mapping[str, Any] = field(default_factory=dict)
    map: Mapping[str, Any] = field(default_factory=dict)
    coordinates: Mapping[str, Any] = field(default_factory=dict)
    documents: Mapping[str, Any] = field(default_factory=dict)
    papers: Mapping[str, Any] = field(default_factory=dict)
    certified_copies: Mapping[str, Any] = field(default_factory=dict)
    open_data: Mapping[str, Any] = field(default_factory=dict)
    sdmx: Mapping[str, Any] = field(default_factory=dict)

    @property
    def home(self) -> str:
        """The unit that pages open at."""
        return self.units.home_unit_ref

    @property
    def former(self) -> str:
        """The province that it was before; empty when there was none."""
        return self.units.old_province_ref

    @property
    def old_day(self) -> date:
        """The date whose units are the basis "old". Raises Refused: ``bad_province`` where the file says none."""
        self.must_have_units()
        return self.units.old_basis_date or date.min

    def must_have_units(self) -> None:
        """Refuse a province that says neither its home nor its former units (``bad_province``)."""
        if self.units.old_basis_date is None or not self.home:
            words = gettext_noop("province.toml thiếu [units] home_unit_ref hoặc old_basis_date.")
            raise Refused("bad_province", words)

    @property
    def change_dates(self) -> tuple[date, ...]:
        """The days on which series break."""
        return self.units.change_dates


facts = province_table("province.toml", ProvinceFacts)


def province_facts(folder: Path | None = None) -> ProvinceFacts:
    """The facts of the province at hand or in ``folder``. Raises Refused: ``no_province``, ``bad_province``."""
    path, changed = facts.version(folder)
    if not changed:
        raise Refused("no_province", gettext_noop("Không có tệp %(path)s."), path=str(path))
    read_facts = facts.read_folder(path.parent)
    read_facts.must_have_units()
    return read_facts

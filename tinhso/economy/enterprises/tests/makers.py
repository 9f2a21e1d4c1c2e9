"""Firms and households of two communes, and a province that has a questionnaire."""

import shutil
from pathlib import Path
from typing import Any

from tinhso.blocks.forms import services as forms
from tinhso.blocks.registers import services as records
from tinhso.blocks.registers.contract import REGISTERS
from tinhso.blocks.registers.tests.makers import MONDAY
from tinhso.blocks.units.models import Unit
from tinhso.economy.enterprises.models import Firm, Household
from tinhso.kernel.actor import Actor, program_actor

PROVINCE = Path(__file__).parents[4] / "provinces" / "ben_tre"
CODES = ("0100233488", "0314409058", "0100112437")  # published examples of the rule
RIGHTS = ("see enterprises", "manage enterprises", "see indicators")


def an_officer(*places: Unit) -> Actor:
    """Who keeps the registers of the economy everywhere, or at some places."""
    if places:
        keys = frozenset(one.pk for one in places)
        return Actor(ref="officer", name="Cán bộ", reach=dict.fromkeys(RIGHTS, keys))
    return Actor(ref="officer", name="Cán bộ", everywhere=frozenset(RIGHTS))


def a_firm(code: str = CODES[0], **told: Any) -> Firm:
    """A firm of the western commune."""
    values = {
        "code": code,
        "name": f"Công ty {code}",
        "unit": "W",
        "kind": "firm",
        "sector": "trade",
        "size": "small",
        "told_on": "2026-11-01",
    } | told
    day = values.pop("valid_from", None)
    made = records.add_record(register=REGISTERS["firms"], values=values, by=an_officer(), now=MONDAY, valid_from=day)
    assert isinstance(made, Firm)
    return made


def a_household(number: str = "HKD-1", **told: Any) -> Household:
    """A household business of the western commune."""
    values = {"number": number, "name": f"Tạp hóa {number}", "unit": "W", "sector": "trade", "told_on": "2026-11-01"}
    day = told.pop("valid_from", None)
    made = records.add_record(
        register=REGISTERS["households"], values=values | told, by=an_officer(), now=MONDAY, valid_from=day
    )
    assert isinstance(made, Household)
    return made


def a_questionnaire(settings: Any, folder: Path) -> None:
    """The questionnaire of Bến Tre, in a province of its own."""
    (folder / "forms").mkdir()
    shutil.copy(PROVINCE / "enterprises.toml", folder)
    shutil.copy(PROVINCE / "province.toml", folder)
    shutil.copy(PROVINCE / "forms" / "tu-danh-gia-doanh-nghiep.json", folder / "forms")
    settings.PROVINCE_DIR = folder
    forms.load_forms(folder=folder / "forms", by=program_actor("test", rights=["manage forms"]), now=MONDAY)

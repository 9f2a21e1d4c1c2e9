"""Messages of SDMX-JSON: what is said of the message itself, structures, and errors."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from tinhso.blocks.sdmx.queries.artefacts import Artefact
from tinhso.blocks.sdmx.queries.desk import SdmxDesk
from tinhso.blocks.sdmx.queries.names import LANGUAGES, name_labels
from tinhso.blocks.sdmx.queries.structures import bodies_by_collection
from tinhso.ui.context import served_province

SCHEMAS = "https://raw.githubusercontent.com/sdmx-twg/sdmx-json/master"
SCHEMA = {
    "structure": f"{SCHEMAS}/structure-message/tools/schemas/2.0.0/sdmx-json-structure-schema.json",
    "data": f"{SCHEMAS}/data-message/tools/schemas/2.0.0/sdmx-json-data-schema.json",
}


def message_header(desk: SdmxDesk, kind: str, *, now: datetime) -> dict[str, Any]:
    """Who sends the message, when, and whether its figures are illustrative."""
    province = served_province()
    others = [language for language in LANGUAGES if language != desk.language]
    return {
        "schema": SCHEMA[kind],
        "id": message_id(desk, now),
        "test": province.demo,
        "prepared": now.isoformat(timespec="seconds"),
        "contentLanguages": [desk.language, *others],
        "sender": {"id": desk.agency, **name_labels(province.name, province.name_en, language=desk.language)},
    }


def message_id(desk: SdmxDesk, now: datetime) -> str:
    """A name for the message: the snapshot that it was drawn from and the moment."""
    return f"TINHSO-{desk.number}-{now:%Y%m%d%H%M%S%f}"


def structure_json(desk: SdmxDesk, artefacts: Iterable[Artefact], *, now: datetime) -> str:
    """A structure message of SDMX-JSON 2.0."""
    return json.dumps(
        {"meta": message_header(desk, "structure", now=now), "data": bodies_by_collection(artefacts)},
        ensure_ascii=False,
    )


def error_json(sender: str, status: int, message: str, *, language: str, now: datetime) -> str:
    """An error message of SDMX-JSON 2.0."""
    values = {"code": status, "title": message, "titles": {language: message}}
    head = {
        "id": f"TINHSO-{now:%Y%m%d%H%M%S%f}",
        "prepared": now.isoformat(timespec="seconds"),
        "sender": {"id": sender},
    }
    return json.dumps({"meta": head, "errors": [values]}, ensure_ascii=False)

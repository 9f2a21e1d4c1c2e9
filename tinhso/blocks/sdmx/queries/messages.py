"""Messages of SDMX-JSON: what is said of the message itself, structures, and errors."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from tinhso.blocks.sdmx.queries.artefacts import Artefact
from tinhso.blocks.sdmx.queries.desk import Desk
from tinhso.blocks.sdmx.queries.names import LANGUAGES, labels
from tinhso.blocks.sdmx.queries.structures import bodies
from tinhso.ui.context import province

SCHEMAS = "https://raw.githubusercontent.com/sdmx-twg/sdmx-json/master"
SCHEMA = {
    "structure": f"{SCHEMAS}/structure-message/tools/schemas/2.0.0/sdmx-json-structure-schema.json",
    "data": f"{SCHEMAS}/data-message/tools/schemas/2.0.0/sdmx-json-data-schema.json",
}


def meta(desk: Desk, kind: str, *, now: datetime) -> dict[str, Any]:
    """Who sends the message, when, and whether its figures are illustrative."""
    shown = province()
    others = [one for one in LANGUAGES if one != desk.language]
    return {
        "schema": SCHEMA[kind],
        "id": message_id(desk, now),
        "test": shown.demo,
        "prepared": now.isoformat(timespec="seconds"),
        "contentLanguages": [desk.language, *others],
        "sender": {"id": desk.agency, **labels(shown.name, shown.name_en, language=desk.language)},
    }


def message_id(desk: Desk, now: datetime) -> str:
    """A name for the message: the snapshot that it was drawn from and the moment."""
    return f"TINHSO-{desk.number}-{now:%Y%m%d%H%M%S%f}"


def structure_json(desk: Desk, found: Iterable[Artefact], *, now: datetime) -> str:
    """A structure message of SDMX-JSON 2.0."""
    return json.dumps({"meta": meta(desk, "structure", now=now), "data": bodies(found)}, ensure_ascii=False)


def error_json(sender: str, status: int, message: str, *, language: str, now: datetime) -> str:
    """An error message of SDMX-JSON 2.0."""
    said = {"code": status, "title": message, "titles": {language: message}}
    head = {
        "id": f"TINHSO-{now:%Y%m%d%H%M%S%f}",
        "prepared": now.isoformat(timespec="seconds"),
        "sender": {"id": sender},
    }
    return json.dumps({"meta": head, "errors": [said]}, ensure_ascii=False)

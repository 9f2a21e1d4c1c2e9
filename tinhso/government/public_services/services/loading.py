"""Loading a province's procedures and life events from its folder."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.blocks.bpmn.rights import MANAGE_PROCEDURES
from tinhso.government.public_services.models import LifeEvent
from tinhso.government.public_services.queries import files
from tinhso.government.public_services.queries.changes import SAME
from tinhso.government.public_services.services.catalogue import put_versions
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused

EVENTS = "life_events.toml"


@dataclass(frozen=True)
class CatalogueLoad:
    """How many versions the folder holds, and how many of them were new or different."""

    versions: int
    changed: int


@transaction.atomic
def load_procedures(*, folder: Path, by: Actor, now: datetime) -> CatalogueLoad:
    """Take over ``life_events.toml`` and all other ``*.toml`` of ``folder``; doing it twice changes nothing.

    ``[common]`` of a file holds what its ``[[procedure]]`` do not say themselves; ``[[procedure.former]]`` says what an
    earlier version said otherwise. A fault names file, procedure and field.
    """
    by.must_be_able_to(MANAGE_PROCEDURES)
    _load_events(folder / EVENTS)
    items: list[Mapping[str, Any]] = []
    places: list[str] = []
    for path in sorted(folder.glob("*.toml")):
        if path.name != EVENTS:
            values = _read_toml(path)
            for version in _listed_versions(values):
                items.append(version)
                places.append(f"{path.name}, {version.get('code', '?')}")
    file_read = files.checked_items(items, lambda at, path: (places[at], ".".join(map(str, path))))
    if file_read.problems:
        first = file_read.problems[0]
        raise Refused(
            "bad_procedure", _("%(place)s: %(field)s %(why)s."), place=first.sheet, field=first.cell, why=first.why
        )
    done = put_versions(given=file_read.documents, by=by, now=now)
    return CatalogueLoad(len(file_read.documents), len(file_read.documents) - done.plan.count(SAME))


def _listed_versions(values: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for entry in values.get("procedure", []):
        newest = {**values.get("common", {}), **entry}
        formers = newest.pop("former", [])
        yield newest
        yield from ({**newest, **former} for former in formers)


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"), parse_float=str)
    except tomllib.TOMLDecodeError as error:
        raise Refused("bad_toml", _("Tệp %(name)s sai cú pháp: %(why)s."), name=path.name, why=str(error)) from error


def _load_events(path: Path) -> None:
    if not path.exists():
        return
    for order, event in enumerate(_read_toml(path).get("life_event", [])):
        values = {
            "name": event["name"],
            "name_en": event.get("name_en", ""),
            "audience": event.get("audience", "citizen"),
        }
        LifeEvent.objects.update_or_create(code=event["code"], defaults={**values, "order": order})

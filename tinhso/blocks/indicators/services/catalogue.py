"""Loading a province's domains, indicators and claimed figures from its folder."""

import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.blocks.indicators.models import Claim, Definition, Domain
from tinhso.blocks.indicators.queries import catalogue, definitions
from tinhso.blocks.indicators.rights import MANAGE_INDICATORS
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused


@transaction.atomic
def load_catalogue(folder: Path, *, by: Actor, today: date) -> int:
    """Load ``domains.toml``, ``indicators/*.toml`` and ``figures.toml``; returns how many definitions there are.

    A definition that differs from the one in force ends it and begins today. Everything is checked together before
    anything is kept: a fault names the indicator and the field.
    """
    by.must_be_able_to(MANAGE_INDICATORS)
    for order, domain in enumerate(_read_tables(folder / "domains.toml", "domain")):
        Domain.objects.update_or_create(
            code=domain["code"],
            defaults={
                "name": domain["name"],
                "name_en": domain.get("name_en", ""),
                "icon": domain.get("icon", ""),
                "order": order,
            },
        )
    specs = [
        spec for path in sorted((folder / "indicators").glob("*.toml")) for spec in _read_tables(path, "indicator")
    ]
    changed = _load_definitions(specs, today)
    catalogue(day=today, fresh=True)
    _load_claims(folder / "figures.toml")
    audit.record(by=by, did="loaded catalogue", to=("indicators.Definition", "all"), after={"changed": changed})
    return len(specs)


def _load_definitions(specs: list[dict[str, Any]], today: date) -> int:
    codes = [spec.get("code") for spec in specs]
    for code in codes:
        if codes.count(code) > 1:
            raise Refused("twice", _("Chỉ tiêu %(code)s được định nghĩa hai lần."), code=code)
    definitions_by_key = {
        definition.code: definition for definition in Definition.objects.filter(effective__upper_inf=True)
    }
    changed = 0
    for spec in specs:
        definitions.read_indicator(spec)
        former = definitions_by_key.pop(spec["code"], None)
        if former is None:
            Definition.objects.create(code=spec["code"], spec=spec, effective=DateRange(None, None))
        elif former.spec != spec:
            _replace_definition(former, spec, today)
        changed += former is None or former.spec != spec
    for former in definitions_by_key.values():
        former.effective = DateRange(former.effective.lower, today, "[)")
        former.save(update_fields=["effective"])
    return changed


def _replace_definition(former: Definition, spec: dict[str, Any], today: date) -> None:
    """End the former version today; one that began today is simply replaced."""
    begin = former.effective.lower
    if begin == today:
        former.delete()
    else:
        former.effective = DateRange(begin, today, "[)")
        former.save(update_fields=["effective"])
    Definition.objects.create(code=spec["code"], spec=spec, effective=DateRange(today, None, "[)"))


def _load_claims(path: Path) -> None:
    for figure in _read_tables(path, "figure"):
        plain = {key: value for key, value in figure.items() if key not in {"code", "wording", "date", "source"}}
        Claim.objects.update_or_create(
            code=figure["code"],
            defaults={"wording": figure["wording"], "date": figure["date"], "source": figure["source"], "spec": plain},
        )


def _read_tables(path: Path, name: str) -> Iterator[dict[str, Any]]:
    if path.exists():
        try:
            yield from tomllib.loads(path.read_text(encoding="utf-8")).get(name, [])
        except tomllib.TOMLDecodeError as error:
            raise Refused(
                "bad_toml", _("Tệp %(name)s sai cú pháp: %(why)s."), name=path.name, why=str(error)
            ) from error

"""The catalogue as a snapshot was made of it, so that a past page names and judges things as it did then."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from tinhso.blocks.indicators.contract import Dimension, Fact, FactColumn, Member, Nature
from tinhso.blocks.indicators.models import Domain, PublishedCatalogue, Snapshot
from tinhso.blocks.indicators.queries import definitions
from tinhso.blocks.indicators.queries.catalogue import Catalogue, assemble_catalogue, offered_facts

DOMAIN = ("code", "name", "name_en", "icon", "order")
FACT = ("code", "name", "name_en", "level", "every", "domain", "agency")
COLUMN = ("code", "name", "name_en", "decimals", "unit_of_measure")


def content_of(catalogue: Catalogue) -> dict[str, Any]:
    """A catalogue as plain data."""
    return {
        "domains": [{name: getattr(domain, name) for name in DOMAIN} for domain in catalogue.domains.values()],
        "facts": [_fact_spec(catalogue.facts[code]) for code in sorted(catalogue.facts)],
        "indicators": [definitions.definition_as_data(indicator) for indicator in catalogue.indicators.values()],
    }


def digest_of(content: Mapping[str, Any]) -> str:
    """What two equal catalogues share."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def catalogue_of(snapshot: int) -> Catalogue | None:
    """The catalogue that a snapshot was made of; None for snapshots of a time when it was not kept."""
    key = _catalogue_key(snapshot)
    return None if key is None else restored_catalogue(key)


@lru_cache(maxsize=64)
def _catalogue_key(snapshot: int) -> int | None:
    """The key of the catalogue of a snapshot, which never changes."""
    return Snapshot.objects.filter(number=snapshot).values_list("catalogue", flat=True).first()


@lru_cache(maxsize=4)
def restored_catalogue(key: int) -> Catalogue:
    """The published catalogue with a key."""
    content = PublishedCatalogue.objects.values_list("content", flat=True).get(pk=key)
    domains = [Domain(**{name: domain_values[name] for name in DOMAIN}) for domain_values in content["domains"]]
    living = {fact.code: fact for fact in offered_facts()}
    facts = [_restored_fact(spec, living.get(spec["code"])) for spec in content["facts"]]
    return assemble_catalogue(facts, domains, [definitions.read_indicator(spec) for spec in content["indicators"]])


def _fact_spec(fact: Fact) -> dict[str, Any]:
    return {name: getattr(fact, name) for name in FACT} | {
        "columns": [
            {name: getattr(fact_column, name) for name in COLUMN} | {"nature": str(fact_column.nature)}
            for fact_column in fact.columns
        ],
        "dims": [
            {
                "code": dim.code,
                "name": dim.name,
                "name_en": dim.name_en,
                "members": [vars(member) for member in dim.members],
            }
            for dim in fact.dims
        ],
    }


def _restored_fact(spec: Mapping[str, Any], living: Fact | None) -> Fact:
    """The fact as it was described; the way down to its records is today's."""
    columns = tuple(
        FactColumn(**(column_values | {"nature": Nature(column_values["nature"])})) for column_values in spec["columns"]
    )
    dims = tuple(
        Dimension(
            dim["code"], dim["name"], dim["name_en"], tuple(Member(**member_values) for member_values in dim["members"])
        )
        for dim in spec["dims"]
    )
    plain = {name: spec[name] for name in FACT}
    if living is not None:
        return replace(living, **plain, columns=columns, dims=dims)
    return Fact(select="", fingerprints="", columns=columns, dims=dims, **plain)


def clear_published_cache() -> None:
    """Drop what is kept in memory."""
    restored_catalogue.cache_clear()
    _catalogue_key.cache_clear()

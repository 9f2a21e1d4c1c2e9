"""Keeping the forms as the province's data describes them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from tinhso.blocks.audit import services as audit
from tinhso.government.reporting.models import DataSet, Return
from tinhso.government.reporting.queries import data_sets as queries
from tinhso.government.reporting.queries.specs import DataSetSpec
from tinhso.government.reporting.rights import MANAGE_DATA_SETS
from tinhso.kernel.actor import Actor


@dataclass(frozen=True)
class LoadedDataSets:
    """What loading did, by data set code."""

    added: tuple[str, ...]
    corrected: tuple[str, ...]
    new_versions: tuple[str, ...]
    unchanged: tuple[str, ...]


@transaction.atomic
def load_data_sets(*, folder: Path, by: Actor) -> LoadedDataSets:
    """Take over all ``*.toml`` of ``folder``; doing it twice changes nothing.

    What asks for other numbers than a form already handed in becomes a new version from the next period on.
    """
    by.must_be_able_to(MANAGE_DATA_SETS)
    done: dict[str, list[str]] = {"added": [], "corrected": [], "new_versions": [], "unchanged": []}
    for spec in queries.read_specs(folder):
        done[_store_spec(spec, by)].append(spec.code)
    return LoadedDataSets(**{key: tuple(value) for key, value in done.items()})


def _store_spec(spec: DataSetSpec, by: Actor) -> str:
    stored = DataSet.objects.select_for_update().filter(code=spec.code).order_by("-effective").first()
    if stored is None:
        _add_data_set(spec, spec.first.start, by)
        return "added"
    if stored.spec == spec.raw:
        return "unchanged"
    latest = queries.last_handed_in(spec.code)
    if latest is None or queries.spec_of(stored).asks_the_same(spec) or latest.period_end < stored.effective.lower:
        _correct_data_set(stored, spec, by)
        return "corrected"
    start = max(latest.period_end + timedelta(days=1), spec.first.start)
    _succeed_data_set(stored, spec, start, by)
    return "new_versions"


def _data_set_columns(spec: DataSetSpec) -> Mapping[str, Any]:
    return {
        "name": spec.name,
        "name_en": spec.name_en,
        "domain": spec.domain,
        "agency": spec.agency,
        "period_type": str(spec.period),
        "spec": spec.raw,
    }


def _add_data_set(spec: DataSetSpec, start: date, by: Actor) -> DataSet:
    end = spec.last.end + timedelta(days=1) if spec.last else None
    added = DataSet.objects.create(code=spec.code, effective=DateRange(start, end), **_data_set_columns(spec))
    audit.record(by=by, did="added", to=(DataSet._meta.label, spec.code), after={"spec": spec.raw})
    return added


def _correct_data_set(stored: DataSet, spec: DataSetSpec, by: Actor) -> None:
    before = stored.spec
    for name, value in _data_set_columns(spec).items():
        setattr(stored, name, value)
    is_first = not DataSet.objects.filter(code=spec.code, effective__lt=stored.effective).exists()
    start = spec.first.start if is_first else stored.effective.lower
    stored.effective = DateRange(start, spec.last.end + timedelta(days=1) if spec.last else None)
    stored.save()
    label = (DataSet._meta.label, spec.code)
    audit.record(by=by, did="corrected", to=label, before={"spec": before}, after={"spec": spec.raw})


def _succeed_data_set(stored: DataSet, spec: DataSetSpec, start: date, by: Actor) -> None:
    """End the stored version before ``start``; drafts of later periods follow the new version."""
    stored.effective = DateRange(stored.effective.lower, start)
    stored.save(update_fields=["effective"])
    added = _add_data_set(spec, start, by)
    Return.objects.filter(data_set=stored, period_end__gte=start).update(data_set=added)

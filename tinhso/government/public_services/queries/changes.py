"""What taking in documents would change: new procedures, next versions, corrections, ends. Nothing is written here."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tinhso.government.public_services.models import Alias, Procedure, Version
from tinhso.government.public_services.queries.documents import Document, document_differences, document_of
from tinhso.government.public_services.queries.shape import ENDING

NEW, NEXT, CORRECTED, ENDED, SAME = KINDS = ("new", "version", "corrected", "ended", "same")


@dataclass(frozen=True)
class VersionChange:
    """What happens to one version: ``fields`` are key, former and new value."""

    kind: str
    code: str
    name: str
    since: str
    until: str = ""
    fields: tuple[tuple[str, str, str], ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """For a report that is kept."""
        return {**self.__dict__, "fields": [list(field_change) for field_change in self.fields]}


@dataclass
class PlannedStep:
    """One row to write: ``live`` is what is kept now (None for a version that is not there yet)."""

    document: Document
    live: Version | None = None


@dataclass
class CataloguePlan:
    """Everything that documents would do, in the order of codes and days."""

    changes: list[VersionChange] = field(default_factory=list)
    steps: list[PlannedStep] = field(default_factory=list)
    aliases: dict[str, list[str]] = field(default_factory=dict)
    procedures: Mapping[str, Procedure] = field(default_factory=dict)

    def count(self, kind: str) -> int:
        """How many versions a kind of change befalls."""
        return sum(change.kind == kind for change in self.changes)


@dataclass
class _KnownProcedure:
    """What is kept of one procedure now."""

    versions: dict[str, Version] = field(default_factory=dict)
    aliases: list[str] = field(default_factory=list)


def plan_changes(documents: Iterable[Document], *, whole_from: date | None = None) -> CataloguePlan:
    """Compare ``documents`` with what is known now.

    ``whole_from`` says that they are the whole catalogue from that day: what is in force then and not among them ends.
    """
    by_code: dict[str, list[Document]] = defaultdict(list)
    for document in documents:
        by_code[document["code"]].append(document)
    known_procedures_by_key = _known_versions(None if whole_from else list(by_code))
    catalogue_plan = CataloguePlan(
        procedures=Procedure.objects.in_bulk(list({*by_code, *known_procedures_by_key}), field_name="code")
    )
    for code in sorted({*by_code, *known_procedures_by_key}):
        rows = by_code.get(code, [])
        if rows:
            _of_one(code, rows, known_procedures_by_key.get(code, _KnownProcedure()), catalogue_plan)
        elif whole_from:
            _end_procedure(known_procedures_by_key[code], whole_from.isoformat(), catalogue_plan)
    return catalogue_plan


def _known_versions(codes: Sequence[str] | None) -> dict[str, _KnownProcedure]:
    live = Version.objects.filter(known__upper_inf=True).select_related("procedure").order_by("effective")
    aliases = Alias.objects.select_related("procedure")
    if codes is not None:
        live, aliases = live.filter(procedure__code__in=codes), aliases.filter(procedure__code__in=codes)
    known_procedures_by_key: dict[str, _KnownProcedure] = defaultdict(_KnownProcedure)
    for version in live:
        known_procedures_by_key[version.procedure.code].versions[version.effective.lower.isoformat()] = version
    for alias in aliases:
        if alias.procedure.code in known_procedures_by_key:
            known_procedures_by_key[alias.procedure.code].aliases.append(alias.value)
    return dict(known_procedures_by_key)


def _of_one(code: str, rows: list[Document], known_procedure: _KnownProcedure, catalogue_plan: CataloguePlan) -> None:
    """Lay what is given over what is known: each version lasts until its own end, at most until the next begins."""
    aliases = sorted({*known_procedure.aliases, *(alias for values in rows for alias in values["aliases"])})
    if set(aliases) - set(known_procedure.aliases):
        catalogue_plan.aliases[code] = aliases
    document_by_start = {values["effective_from"]: values | {"aliases": aliases} for values in rows}
    existing_by_start = {
        start: document_of(version, known_procedure.aliases) for start, version in known_procedure.versions.items()
    }
    starts = sorted({*document_by_start, *existing_by_start})
    for start, after in zip(starts, [*starts[1:], ""], strict=True):
        document = document_by_start.get(start) or existing_by_start[start]
        ends = [day for day in (document["effective_to"], after) if day]
        document = document | {"effective_to": min(ends, default="")}
        former = existing_by_start.get(start)
        if former is None:
            before = existing_by_start.get(
                max((existing_start for existing_start in existing_by_start if existing_start < start), default="")
            )
            _add_version(document, before, catalogue_plan)
        elif start in document_by_start or former["effective_to"] != document["effective_to"]:
            _compare_version(
                document, former, known_procedure.versions[start], catalogue_plan, is_given=start in document_by_start
            )


def _add_version(document: Document, before: Document | None, catalogue_plan: CataloguePlan) -> None:
    fields = tuple(document_differences(before, document)) if before else ()
    kind = NEXT if before else NEW
    catalogue_plan.changes.append(_version_change(kind, document, fields))
    catalogue_plan.steps.append(PlannedStep(document))


def _compare_version(
    document: Document, former: Document, live: Version, catalogue_plan: CataloguePlan, *, is_given: bool
) -> None:
    fields = document_differences(former, document)
    moved = former["effective_to"] != document["effective_to"]
    if not fields and not moved:
        catalogue_plan.changes.append(_version_change(SAME, document))
        return
    catalogue_plan.steps.append(PlannedStep(document, live))
    if is_given:
        ended = moved and document["effective_to"] and all(key in ENDING for key, _old, _new in fields)
        field_changes = [
            *fields,
            *([("effective_to", former["effective_to"], document["effective_to"])] if moved else []),
        ]
        catalogue_plan.changes.append(_version_change(ENDED if ended else CORRECTED, document, tuple(field_changes)))


def _end_procedure(known_procedure: _KnownProcedure, day: str, catalogue_plan: CataloguePlan) -> None:
    """End what is in force on ``day``; what begins later stays."""
    for start, version in known_procedure.versions.items():
        former = document_of(version, known_procedure.aliases)
        if start < day and (not former["effective_to"] or former["effective_to"] > day):
            document = former | {"effective_to": day}
            catalogue_plan.steps.append(PlannedStep(document, version))
            catalogue_plan.changes.append(
                _version_change(ENDED, document, (("effective_to", former["effective_to"], day),))
            )


def _version_change(kind: str, document: Document, fields: tuple[tuple[str, str, str], ...] = ()) -> VersionChange:
    since, until = document["effective_from"], document["effective_to"]
    return VersionChange(kind, document["code"], document["name"], since, until, fields)

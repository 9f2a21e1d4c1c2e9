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
        return {**self.__dict__, "fields": [list(one) for one in self.fields]}


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
    known = _known_versions(None if whole_from else list(by_code))
    found = CataloguePlan(procedures=Procedure.objects.in_bulk(list({*by_code, *known}), field_name="code"))
    for code in sorted({*by_code, *known}):
        given = by_code.get(code, [])
        if given:
            _of_one(code, given, known.get(code, _KnownProcedure()), found)
        elif whole_from:
            _end_procedure(known[code], whole_from.isoformat(), found)
    return found


def _known_versions(codes: Sequence[str] | None) -> dict[str, _KnownProcedure]:
    live = Version.objects.filter(known__upper_inf=True).select_related("procedure").order_by("effective")
    aliases = Alias.objects.select_related("procedure")
    if codes is not None:
        live, aliases = live.filter(procedure__code__in=codes), aliases.filter(procedure__code__in=codes)
    found: dict[str, _KnownProcedure] = defaultdict(_KnownProcedure)
    for version in live:
        found[version.procedure.code].versions[version.effective.lower.isoformat()] = version
    for alias in aliases:
        if alias.procedure.code in found:
            found[alias.procedure.code].aliases.append(alias.value)
    return dict(found)


def _of_one(code: str, given: list[Document], known: _KnownProcedure, found: CataloguePlan) -> None:
    """Lay what is given over what is known: each version lasts until its own end, at most until the next begins."""
    aliases = sorted({*known.aliases, *(alias for one in given for alias in one["aliases"])})
    if set(aliases) - set(known.aliases):
        found.aliases[code] = aliases
    wanted = {one["effective_from"]: one | {"aliases": aliases} for one in given}
    kept = {start: document_of(version, known.aliases) for start, version in known.versions.items()}
    starts = sorted({*wanted, *kept})
    for start, after in zip(starts, [*starts[1:], ""], strict=True):
        document = wanted.get(start) or kept[start]
        ends = [day for day in (document["effective_to"], after) if day]
        document = document | {"effective_to": min(ends, default="")}
        former = kept.get(start)
        if former is None:
            before = kept.get(max((one for one in kept if one < start), default=""))
            _add_version(document, before, found)
        elif start in wanted or former["effective_to"] != document["effective_to"]:
            _compare_version(document, former, known.versions[start], found, is_given=start in wanted)


def _add_version(document: Document, before: Document | None, found: CataloguePlan) -> None:
    fields = tuple(document_differences(before, document)) if before else ()
    kind = NEXT if before else NEW
    found.changes.append(_version_change(kind, document, fields))
    found.steps.append(PlannedStep(document))


def _compare_version(
    document: Document, former: Document, live: Version, found: CataloguePlan, *, is_given: bool
) -> None:
    fields = document_differences(former, document)
    moved = former["effective_to"] != document["effective_to"]
    if not fields and not moved:
        found.changes.append(_version_change(SAME, document))
        return
    found.steps.append(PlannedStep(document, live))
    if is_given:
        ended = moved and document["effective_to"] and all(key in ENDING for key, _old, _new in fields)
        shown = [*fields, *([("effective_to", former["effective_to"], document["effective_to"])] if moved else [])]
        found.changes.append(_version_change(ENDED if ended else CORRECTED, document, tuple(shown)))


def _end_procedure(known: _KnownProcedure, day: str, found: CataloguePlan) -> None:
    """End what is in force on ``day``; what begins later stays."""
    for start, version in known.versions.items():
        former = document_of(version, known.aliases)
        if start < day and (not former["effective_to"] or former["effective_to"] > day):
            document = former | {"effective_to": day}
            found.steps.append(PlannedStep(document, version))
            found.changes.append(_version_change(ENDED, document, (("effective_to", former["effective_to"], day),)))


def _version_change(kind: str, document: Document, fields: tuple[tuple[str, str, str], ...] = ()) -> VersionChange:
    since, until = document["effective_from"], document["effective_to"]
    return VersionChange(kind, document["code"], document["name"], since, until, fields)

"""What an import did, in the shape and with the error codes of DHIS2's own import summary."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tinhso.blocks.dhis2.contract import ImportOutcome

# code → (property that is wrong, kinds of the objects it names, sentence)
FAULTS: dict[str, tuple[str, tuple[str, ...], str]] = {
    "E7600": ("dataSet", ("dataSet",), "Data set not found or not accessible: `{0}`"),
    "E7603": ("orgUnit", ("organisationUnit",), "Org unit not found or not accessible: `{0}`"),
    "E7604": (
        "attributeOptionCombo",
        ("categoryOptionCombo",),
        "Attribute option combo not found or not accessible: `{0}`",
    ),
    "E7610": ("dataElement", ("dataElement",), "Data element not found or not accessible: `{0}`"),
    "E7611": ("period", ("period",), "Period not valid: `{0}`"),
    "E7612": ("orgUnit", ("organisationUnit",), "Organisation unit not found or not accessible: `{0}`"),
    "E7613": (
        "categoryOptionCombo",
        ("categoryOptionCombo",),
        "Category option combo not found or not accessible for writing data: `{0}`",
    ),
    "E7615": (
        "attributeOptionCombo",
        ("categoryOptionCombo",),
        "Attribute option combo not found or not accessible for writing data: `{0}`",
    ),
    "E7617": (
        "orgUnit",
        ("organisationUnit", "user"),
        "Organisation unit: `{0}` not in hierarchy of current user: `{1}`",
    ),
    "E7618": ("value", ("dataElement",), "Data value or comment not specified for data element: `{0}`"),
    "E7619": ("value", ("dataElement",), "Value must match data element's `{0}` type constraints: {1}"),
    "E7632": ("period", ("period", "dataElement"), "Period type of period: `{0}` not valid for data element: `{1}`"),
    "E7633": ("dataElement", ("dataElement", "dataSet"), "Data element: `{0}` is not part of dataset: `{1}`"),
    "E7634": (
        "categoryOptionCombo",
        ("categoryOptionCombo", "dataElement"),
        "Category option combo: `{0}` must be part of category combo of data element: `{1}`",
    ),
    "E7636": (
        "orgUnit",
        ("organisationUnit", "dataElement"),
        "Data element: `{1}` must be assigned through data sets to organisation unit: `{0}`",
    ),
    "E7641": (
        "period",
        ("period", "dataElement"),
        "Period: `{0}` is after latest open future period for data element: `{1}`",
    ),
    "E7642": (
        "orgUnit",
        ("organisationUnit", "period", "dataSet"),
        "Data already approved for data set: `{2}` period: `{1}` org unit: `{0}`",
    ),
    "E7643": ("period", ("period", "dataSet"), "Period: `{0}` is not open for this data set at this time: `{1}`"),
}
DONE = "Import process completed successfully"
ABORTED = "Import process was aborted"


@dataclass
class Conflict:
    """One thing wrong, with every place (counted from 0) at which it was found."""

    code: str
    objects: tuple[str, ...]
    places: list[int] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """As DHIS2 writes it."""
        name, kinds, words = FAULTS[self.code]
        return {
            "object": self.objects[0] if self.objects else "",
            "objects": dict(zip(kinds, self.objects, strict=False)),
            "value": words.format(*self.objects),
            "errorCode": self.code,
            "property": name,
            "indexes": self.places,
        }


@dataclass
class Summary:
    """Counts and conflicts; ``aborted`` when nothing was looked at because the whole set is wrong."""

    total: int
    options: Mapping[str, Any]
    counts: dict[ImportOutcome, int] = field(default_factory=lambda: dict.fromkeys(list(ImportOutcome)[:3], 0))
    conflicts: dict[tuple[str, tuple[str, ...]], Conflict] = field(default_factory=dict)
    aborted: bool = False

    def count(self, outcome: ImportOutcome) -> None:
        """One value was stored, changed or taken away; every other outcome is an ignored value."""
        if outcome in self.counts:
            self.counts[outcome] += 1

    def conflict(self, code: str, *objects: str, place: int | None = None) -> None:
        """Something is wrong at a place; the same thing at many places is one conflict."""
        conflict = self.conflicts.setdefault((code, objects), Conflict(code, objects))
        if place is not None:
            conflict.places.append(place)

    @property
    def status(self) -> str:
        """SUCCESS, WARNING (some values were refused) or ERROR (all of them, before looking)."""
        if self.aborted:
            return "ERROR"
        return "WARNING" if self.conflicts else "SUCCESS"

    @property
    def rejected(self) -> Sequence[int]:
        """Places of the refused values."""
        return sorted({place for conflict in self.conflicts.values() for place in conflict.places})

    def as_dict(self) -> dict[str, Any]:
        """As DHIS2 writes it."""
        counts = {str(outcome): count for outcome, count in self.counts.items()}
        counts["ignored"] = self.total - sum(counts.values())
        order = ("imported", "updated", "ignored", "deleted")
        return {
            "responseType": "ImportSummary",
            "status": self.status,
            "importOptions": dict(self.options),
            "description": ABORTED if self.aborted else DONE,
            "importCount": {name: counts[name] for name in order},
            "conflicts": [conflict.as_dict() for conflict in self.conflicts.values()],
            "rejectedIndexes": list(self.rejected),
            "dataSetComplete": "false",
        }

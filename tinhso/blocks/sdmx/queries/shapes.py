"""What of an observation is written, and under which labels: shared by the formats of data messages."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _

from tinhso.blocks.sdmx.queries import components as c
from tinhso.blocks.sdmx.queries.artefacts import Artefact, artefacts
from tinhso.blocks.sdmx.queries.data import DataQuestion
from tinhso.blocks.sdmx.queries.desk import SdmxDesk
from tinhso.blocks.sdmx.queries.errors import bad_request
from tinhso.blocks.sdmx.queries.values import Observation

ALL_DIMENSIONS = "AllDimensions"
GROUPS = {
    "dsd": tuple(component.id for component in c.ATTRIBUTES),
    "all": tuple(component.id for component in c.ATTRIBUTES),
    "series": tuple(component.id for component in c.ATTRIBUTES if component.role == c.INDICATOR),
    "obs": tuple(component.id for component in c.ATTRIBUTES if component.role == c.OBSERVATION),
    "none": (),
    "msd": (),
    "dataset": (),
}


@dataclass(frozen=True)
class DataflowAnswer:
    """One dataflow's observations, in the order in which they are written."""

    asked: DataQuestion
    observations: Iterator[Observation]


@dataclass(frozen=True)
class DataForm:
    """Which measure and attributes are written. Without both, each series is named once and nothing is told of it."""

    has_value: bool = True
    attributes: tuple[str, ...] = GROUPS["dsd"]

    @property
    def is_keys_only(self) -> bool:
        """Whether only the series are wanted."""
        return not self.has_value and not self.attributes

    def of(self, role: str) -> list[c.Component]:
        """The wanted attributes that are attached to ``role``."""
        return [component for component in c.ATTRIBUTES if component.role == role and component.id in self.attributes]


def data_form(attributes: str, measures: str) -> DataForm:
    """What ``attributes`` and ``measures`` ask for; refuses names that the structure does not have."""
    component_ids: set[str] = set()
    for name in attributes.split(","):
        if name not in GROUPS and not (name in c.BY_ID and c.BY_ID[name].is_attribute):
            raise bad_request(_("Cấu trúc này không có thuộc tính “%(name)s”."), name=name[:60])
        component_ids |= set(GROUPS.get(name, (name,)))
    if not set(measures.split(",")) <= {"all", "none", "OBS_VALUE"}:
        raise bad_request(_("Cấu trúc này chỉ có đại lượng OBS_VALUE."))
    return DataForm(
        measures != "none", tuple(component.id for component in c.ATTRIBUTES if component.id in component_ids)
    )


@dataclass(frozen=True)
class Labels:
    """The names of components and of their codes in the asker's language."""

    desk: SdmxDesk

    @cached_property
    def _lists(self) -> Mapping[str, Artefact]:
        return {
            artefact.id: artefact
            for artefact in artefacts(self.desk).values()
            if artefact.kind in ("codelist", "conceptscheme")
        }

    @cached_property
    def flows(self) -> Mapping[str, str]:
        """The name of every dataflow."""
        return {
            artefact.id: str(artefact.body["name"])
            for artefact in artefacts(self.desk).values()
            if artefact.kind == "dataflow"
        }

    @cached_property
    def components(self) -> Mapping[str, Mapping[str, object]]:
        """Name and names of every component."""
        return {item["id"]: _item_label(item) for item in self._lists["CS_INDICATORS"].items}

    @cached_property
    def codes(self) -> Mapping[str, Mapping[str, Mapping[str, object]]]:
        """Code list → code → its name, names and parent."""
        return {
            name: {item["id"]: _item_label(item) for item in artefact.items} for name, artefact in self._lists.items()
        }

    def code(self, component: str, code: str) -> str:
        """The name of a code; the code itself where it has none."""
        values = self.codes.get(c.BY_ID[component].codelist, {}).get(code)
        return str(values["name"]) if values else code


def _item_label(item: Mapping[str, object]) -> Mapping[str, object]:
    return {key: value for key, value in item.items() if key in ("name", "names", "parent")}

"""Which format an asker gets: by the media types of SDMX 3.0, by plain ones, or by ``format=`` in the address."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from tinhso.blocks.sdmx.queries.errors import NOT_OFFERED, No

JSON, CSV, XML = "json", "csv", "xml"
VERSIONS = {JSON: "2.0.0", CSV: "2.0.0", XML: "3.0.0"}
OFFERED = {"data": (JSON, CSV, XML), "structure": (JSON, XML)}
PLAIN = {"application/json": JSON, "text/csv": CSV, "application/csv": CSV, "application/xml": XML, "text/xml": XML}
OPTIONS = {
    "labels": ("id", "name", "both"),
    "keys": ("none", "obs", "series", "both"),
    "timeformat": ("original",),
}
_TYPE = re.compile(r"application/vnd\.sdmx\.([a-z]+)\+([a-z]+)")


@dataclass(frozen=True)
class Chosen:
    """A format with its options."""

    message: str
    name: str
    options: Mapping[str, str] = field(default_factory=dict)

    @property
    def media_type(self) -> str:
        """What the answer is called; clients choose their reader by it."""
        return f"application/vnd.sdmx.{self.message}+{self.name}; version={VERSIONS[self.name]}; charset=utf-8"


def choose_format(message: str, accept: str, text: str = "") -> Chosen:
    """The format wanted most among those offered for ``message``; refuses with 406 where there is none."""
    if text:
        if text not in OFFERED[message]:
            raise _not_offered(message)
        return Chosen(message, text)
    for part in _by_weight(accept or "*/*"):
        chosen = _format_of_part(message, part)
        if chosen is not None:
            return chosen
    raise _not_offered(message)


def _not_offered(message: str) -> No:
    offered_formats = ", ".join(
        Chosen(message, name).media_type.removesuffix("; charset=utf-8") for name in OFFERED[message]
    )
    return No(NOT_OFFERED, "not_acceptable", _("Chỉ có các định dạng: %(known)s."), known=offered_formats)


def _by_weight(accept: str) -> list[tuple[str, dict[str, str]]]:
    weighted_types = []
    for part in accept[:2000].split(","):
        name, *rest = (piece.strip() for piece in part.split(";"))
        options = {
            key.strip().lower(): value.strip(' "')
            for key, _eq, value in (parameter.partition("=") for parameter in rest)
        }
        weight = options.pop("q", "1")
        weighted_types.append(
            (float(weight) if re.fullmatch(r"[01](\.\d{0,3})?", weight) else 0.0, name.lower(), options)
        )
    accepted_types = [weighted_type for weighted_type in weighted_types if weighted_type[0] > 0]
    return [(name, options) for _weight, name, options in sorted(accepted_types, key=lambda one: -one[0])]


def _format_of_part(message: str, part: tuple[str, dict[str, str]]) -> Chosen | None:
    name, options = part
    if name in ("*/*", "application/*"):
        return Chosen(message, JSON)
    match = _TYPE.fullmatch(name)
    if match is None:
        plain = "csv" if name == "text/*" else PLAIN.get(name, "")
        return Chosen(message, plain) if plain in OFFERED[message] else None
    if match[1] != message or match[2] not in OFFERED[message]:
        return None
    if not _is_version(options.get("version", ""), VERSIONS[match[2]]):
        return None
    values = {key: value for key, value in options.items() if key in OPTIONS}
    return Chosen(message, match[2], values) if all(value in OPTIONS[key] for key, value in values.items()) else None


def _is_version(text: str, own: str) -> bool:
    """Whether ``2.0.0``, ``2.0+.0``, ``2`` and the like hold for the version that is written."""
    if not text:
        return True
    plain = [part.rstrip("+~*") or own.split(".")[place] for place, part in enumerate(text.split("."))][:3]
    return plain == own.split(".")[: len(plain)]

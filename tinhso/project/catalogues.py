"""Reads translations (.po) and writes the form that gettext loads (.mo), without the gettext programs."""

import ast
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class CatalogueMessage:
    """One entry of a catalogue; ``text`` has one form, or one for each plural form."""

    id: str = ""
    plural: str = ""
    context: str | None = None
    text: dict[int, str] = field(default_factory=dict)
    fuzzy: bool = False
    obsolete: bool = False

    @property
    def key(self) -> str:
        """What gettext looks up."""
        base = f"{self.context}\x04{self.id}" if self.context is not None else self.id
        return f"{base}\x00{self.plural}" if self.plural else base

    @property
    def is_translated(self) -> bool:
        """Whether every form has a translation that somebody has looked at."""
        return bool(self.text) and all(self.text.values()) and not self.fuzzy


def read_catalogue(path: Path) -> list[CatalogueMessage]:
    """All live entries of a .po file, the header (empty id) included. Raises ValueError with the line's number."""
    messages: list[CatalogueMessage] = []
    for block in _message_blocks(path.read_text(encoding="utf-8")):
        message = _parse_block(path, block)
        if message and not message.obsolete:
            messages.append(message)
    return messages


def compile_file(path: Path) -> Path:
    """Write the .mo beside a .po; entries that are untranslated or fuzzy are left out."""
    entries = sorted((m.key.encode(), _joined_forms(m).encode()) for m in read_catalogue(path) if m.is_translated)
    target = path.with_suffix(".mo")
    target.write_bytes(_mo_bytes(entries))
    return target


def _joined_forms(message: CatalogueMessage) -> str:
    return "\x00".join(message.text[number] for number in sorted(message.text))


def _message_blocks(text: str) -> Iterator[list[tuple[int, str]]]:
    block: list[tuple[int, str]] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            block.append((number, line.strip()))
        elif block:
            yield block
            block = []
    if block:
        yield block


def _parse_block(path: Path, block: list[tuple[int, str]]) -> CatalogueMessage | None:
    message = CatalogueMessage()
    keyword = ""
    for number, line in block:
        if line.startswith("#"):
            message.fuzzy = message.fuzzy or (line.startswith("#,") and "fuzzy" in line)
            message.obsolete = message.obsolete or line.startswith("#~")
            continue
        if not line.startswith('"'):
            keyword, _, line = line.partition(" ")
        try:
            _add_text(message, keyword, ast.literal_eval(line.strip()))
        except (SyntaxError, ValueError) as problem:
            raise ValueError(f"{path}:{number}: không đọc được dòng này của tệp dịch") from problem
    return message if keyword or message.obsolete else None


def _add_text(message: CatalogueMessage, keyword: str, value: str) -> None:
    if keyword == "msgid":
        message.id += value
    elif keyword == "msgid_plural":
        message.plural += value
    elif keyword == "msgctxt":
        message.context = (message.context or "") + value
    elif keyword.startswith("msgstr"):
        form = int(keyword[7:-1]) if keyword.startswith("msgstr[") else 0
        message.text[form] = message.text.get(form, "") + value
    else:
        raise ValueError(keyword)


def _mo_bytes(entries: list[tuple[bytes, bytes]]) -> bytes:
    """The GNU .mo layout: header, table of ids, table of texts, then the strings themselves."""
    count = len(entries)
    ids_at, texts_at, strings_at = 28, 28 + 8 * count, 28 + 16 * count
    header = struct.pack("<7I", 0x950412DE, 0, count, ids_at, texts_at, 0, strings_at)
    tables, strings, offset = b"", b"", strings_at
    for column in (0, 1):
        for entry in entries:
            value = entry[column]
            tables += struct.pack("<2I", len(value), offset)
            strings += value + b"\x00"
            offset += len(value) + 1
    return header + tables + strings

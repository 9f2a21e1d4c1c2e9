"""Looks into one file that somebody handed in: what it is, and whether anything in it would do harm.

Run apart (``kernel.apart``; ``limits`` as JSON on standard input), so that a file made to break a reader breaks only
this process. It prints JSON: ``type`` and ``pages``, or the ``code`` of what is wrong. Nothing of the project is
imported here.
"""

import contextlib
import json
import re
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

TAIL = 4096
OFFICE = {
    "docx": b"application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
MOST_ENTRIES, MOST_PDF_OBJECTS, DEEPEST = 5000, 500_000, 60
ACTIONS = {"/JavaScript", "/Launch", "/ImportData", "/RichMediaExecute", "/SubmitForm"}
SCRIPT_KEYS = {"/JS", "/JavaScript", "/XFA"}
FILE_KEYS = {"/EmbeddedFiles", "/EF"}
MACROS = re.compile(r"(^|/)(vbaProject|vbaData|oleObject|activeX)[^/]*\.(bin|xml)$", re.IGNORECASE)
PAGE_IN_IT = re.compile(rb"<\s*(script|html|svg|iframe|!doctype)\b|<\?php", re.IGNORECASE)


HEIC = {b"heic", b"heix", b"heim", b"heis", b"mif1"}  # brands of photos as phones write them
MOST_HEIC_IMAGES = 100


class FileFault(Exception):
    """What is wrong with the file, as one word."""


def main() -> None:
    """Look at the file named on the command line."""
    limits = json.load(sys.stdin)
    path = Path(sys.argv[1])
    try:
        media = kind_of(path)
        if media not in limits["media_types"]:
            raise FileFault("wrong_type")
        values: dict[str, Any] = {"type": media, "pages": LOOK[media](path, limits)}
    except FileFault as wrong:
        values = {"code": str(wrong)}
    except MemoryError:
        values = {"code": "too_heavy"}
    except Exception:  # a reader that stumbles over a file has said that the file is broken
        values = {"code": "broken_file"}
    print(json.dumps(values))


def kind_of(path: Path) -> str:
    """The media type by content alone; ``wrong_type`` where nothing is known."""
    import puremagic

    head = _first_bytes(path, 12)
    if head[4:8] == b"ftyp" and head[8:] in HEIC:
        return "image/heic"
    try:
        detected_types = {match.mime_type for match in puremagic.magic_file(str(path))}
    except (puremagic.PureError, ValueError) as unknown:
        raise FileFault("wrong_type") from unknown
    if _first_bytes(path).startswith(b"PK\x03\x04"):
        return _office_media_type(path)
    supported_types = [media for media in LOOK if media in detected_types]
    if not supported_types:
        raise FileFault("wrong_type")
    return supported_types[0]


def _first_bytes(path: Path, size: int = TAIL) -> bytes:
    with path.open("rb") as opened:
        return opened.read(size)


def _last_bytes(path: Path, size: int = TAIL) -> bytes:
    with path.open("rb") as opened:
        opened.seek(max(0, path.stat().st_size - size))
        return opened.read()


def _office_media_type(path: Path) -> str:
    with contextlib.suppress(zipfile.BadZipFile, KeyError), zipfile.ZipFile(path) as packed:
        info = packed.getinfo("[Content_Types].xml")
        if info.file_size < 1_000_000:
            types = packed.read(info)
            for media in OFFICE.values():
                if media + b".main+xml" in types:
                    return media.decode()
            if b"macroEnabled" in types:
                raise FileFault("macros")
    raise FileFault("wrong_type")


def look_at_office(path: Path, limits: dict[str, Any]) -> int:
    """Unpack all of it, counting; refuse bombs, macros, entities, and anything before or after the archive."""
    with zipfile.ZipFile(path) as packed:
        entries = packed.infolist()
        if packed.comment or _last_bytes(path, 22)[:4] != b"PK\x05\x06":
            raise FileFault("two_in_one")
        if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > limits["unpacked"]:
            raise FileFault("zip_bomb")
        if len({entry.filename for entry in entries}) != len(entries):
            raise FileFault("broken_file")
        if any(entry.flag_bits & 1 for entry in entries):
            raise FileFault("encrypted")
        total = 0
        for entry in entries:
            if MACROS.search(entry.filename):
                raise FileFault("macros")
            total += _unpacked_size(packed, entry, limits["unpacked"] - total)
        if total > limits["ratio"] * path.stat().st_size:
            raise FileFault("zip_bomb")
    return 0


def _unpacked_size(packed: zipfile.ZipFile, entry: zipfile.ZipInfo, left: int) -> int:
    size = 0
    with packed.open(entry) as opened:
        while chunk := opened.read(1 << 20):
            if not size and entry.filename.endswith((".xml", ".rels")) and b"<!DOCTYPE" in chunk[:TAIL].upper():
                raise FileFault("active_content")
            size += len(chunk)
            if size > left:
                raise FileFault("zip_bomb")
    return size


def look_at_pdf(path: Path, limits: dict[str, Any]) -> int:
    """Its pages; refuses encryption, scripts, programs to start, forms that send, files within, other files around."""
    import pikepdf

    if not _first_bytes(path).startswith(b"%PDF-") or zipfile.is_zipfile(path):
        raise FileFault("two_in_one")
    _before, mark, after = _last_bytes(path, 1 << 16).rpartition(b"%%EOF")
    if not mark or after.strip(b"\0 \t\r\n"):
        raise FileFault("two_in_one")
    try:
        with pikepdf.open(path) as pdf:
            if pdf.is_encrypted:
                raise FileFault("encrypted")
            if len(pdf.objects) > MOST_PDF_OBJECTS:
                raise FileFault("too_heavy")
            _look_at(pdf.trailer, 0)
            for object in pdf.objects:
                _look_at(object, 0)
            if not len(pdf.pages):
                raise FileFault("broken_file")
            return len(pdf.pages)
    except pikepdf.PasswordError as problem:
        raise FileFault("encrypted") from problem


def _look_at(thing: Any, depth: int) -> None:
    import pikepdf

    if depth > DEEPEST:
        raise FileFault("too_heavy")
    if isinstance(thing, (pikepdf.Dictionary, pikepdf.Stream)):
        keys = set(thing.keys())
        if keys & SCRIPT_KEYS or str(thing.get("/S", "")) in ACTIONS:
            raise FileFault("active_content")
        if keys & FILE_KEYS:
            raise FileFault("files_within")
        inside: Iterator[Any] = (thing.get(key) for key in keys)
    elif isinstance(thing, pikepdf.Array):
        inside = iter(thing)
    else:
        return
    for part in inside:
        if isinstance(part, pikepdf.Object) and not part.is_indirect:
            _look_at(part, depth + 1)


def look_at_image(path: Path, limits: dict[str, Any]) -> int:
    """Its frames, each decoded; refuses too many pixels, broken pictures, pages and archives hidden in them."""
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = None  # our own limit is asked before anything is decoded
    if (
        zipfile.is_zipfile(path)
        or b"%PDF-" in _first_bytes(path)
        or PAGE_IN_IT.search(_first_bytes(path) + _last_bytes(path))
    ):
        raise FileFault("two_in_one")
    with Image.open(path, formats=("JPEG", "PNG", "TIFF", "MPO")) as image:
        frames = getattr(image, "n_frames", 1)
        spent = 0
        for frame in range(min(frames, 2000)):
            image.seek(frame)
            spent += image.width * image.height
            if image.width * image.height > limits["pixels"] or spent > 20 * limits["pixels"]:
                raise FileFault("too_many_pixels")
            image.load()
    return int(frames)


def look_at_heic(path: Path, limits: dict[str, Any]) -> int:
    """One photo, decoded; refuses too many pixels before that, and pages and archives hidden in it."""
    import pi_heif

    if (
        zipfile.is_zipfile(path)
        or b"%PDF-" in _first_bytes(path)
        or PAGE_IN_IT.search(_first_bytes(path) + _last_bytes(path))
    ):
        raise FileFault("two_in_one")
    photo = pi_heif.open_heif(path, convert_hdr_to_8bit=True)
    if len(photo) > MOST_HEIC_IMAGES or photo.size[0] * photo.size[1] > limits["pixels"]:
        raise FileFault("too_many_pixels")
    photo.to_pillow().load()
    return 1


LOOK: dict[str, Callable[[Path, dict[str, Any]], int]] = {
    "application/pdf": look_at_pdf,
    "image/jpeg": look_at_image,
    "image/png": look_at_image,
    "image/tiff": look_at_image,
    "image/heic": look_at_heic,
    **{media.decode(): look_at_office for media in OFFICE.values()},
}

if __name__ == "__main__":
    main()

"""Which programs set a document: with the same ones the same document gives the same bytes."""

import hashlib
import sys
import zlib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

from tinhso.blocks.documents.contract import layout
from tinhso.blocks.documents.queries import codes, markup, pdf, pictures, word
from tinhso.kernel.errors import Refused
from tinhso.ui import plots

LIBRARIES = ("weasyprint", "pydyf", "fonttools", "tinycss2", "tinyhtml5", "python-docx", "lxml", "pillow", "segno")


@lru_cache(maxsize=1)
def program_versions() -> dict[str, str]:
    """Name and version of everything that shapes the bytes, our own code and the typeface by their hashes."""
    values = {name: version(name) for name in LIBRARIES}
    values |= {"python": f"{sys.version_info[0]}.{sys.version_info[1]}", "zlib": zlib.ZLIB_RUNTIME_VERSION}
    sources = [str(module.__file__) for module in (codes, layout, markup, pdf, pictures, word, plots)]
    values["tinhso"] = _digest_of_files(Path(name) for name in sources)
    return values | _set_by_machine()


def _set_by_machine() -> dict[str, str]:
    values = {"pango": "–", "typeface": "–"}
    try:
        values["typeface"] = _digest_of_files(pdf.typeface_file(name) for name in pdf.FACES)
        from weasyprint.text.ffi import pango

        number = int(pango.pango_version())
        values["pango"] = f"{number // 10000}.{number // 100 % 100}.{number % 100}"
    except (Refused, OSError):
        pass
    return values | _harfbuzz_version()


def _harfbuzz_version() -> dict[str, str]:
    from ctypes import CDLL, c_char_p
    from ctypes.util import find_library

    name = find_library("harfbuzz")
    if not name:
        return {"harfbuzz": "–"}
    library = CDLL(name)
    library.hb_version_string.restype = c_char_p
    return {"harfbuzz": library.hb_version_string().decode()}


def changed_versions(then: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """What is of another version now: name → (then, now)."""
    now = program_versions()
    names = sorted({*then, *now})
    return {name: (then.get(name, "–"), now.get(name, "–")) for name in names if then.get(name) != now.get(name)}


def _digest_of_files(paths: Iterable[Path]) -> str:
    total = hashlib.sha256()
    for path in paths:
        total.update(path.read_bytes())
    return total.hexdigest()[:16]

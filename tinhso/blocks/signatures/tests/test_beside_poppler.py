"""Verdicts beside those of Poppler's pdfsig: on honest and altered files, and on whatever PDFs the machine has."""

import gzip
import shutil
import subprocess
import sysconfig
from itertools import chain, islice
from pathlib import Path

import pytest

from tests.simulators.certificate_authority import Authorities
from tinhso.blocks.signatures import services
from tinhso.blocks.signatures.contract import CheckVerdict, PadesLevel
from tinhso.blocks.signatures.tests import attacks
from tinhso.blocks.signatures.tests.makers import signed
from tinhso.kernel import clock

PLACES = (Path("/usr/share/doc"), Path("/usr/share/texmf"), Path(sysconfig.get_path("purelib")))
MOST_FILES, LARGEST = 20, 5_000_000
pytestmark = [
    pytest.mark.conformance,
    pytest.mark.skipif(not shutil.which("pdfsig"), reason="máy không có pdfsig (apt install poppler-utils)"),
]


def pdfsig(folder: Path, content: bytes) -> str:
    """What Poppler says; who certificates are from is left out."""
    (folder / "a.pdf").write_bytes(content)
    ran = subprocess.run(["pdfsig", "-nocert", folder / "a.pdf"], capture_output=True, timeout=60)
    return (ran.stdout + ran.stderr).decode(errors="replace")


def is_whole(said: str) -> bool:
    """Whether every signature holds and the last of them covers the whole file."""
    return (
        "Signature is Valid" in said
        and said.count("Signature Validation:") == said.count("Signature is Valid")
        and "Total document signed" in said
    )


def test_what_is_whole_for_poppler_is_whole_for_us_and_what_is_altered_for_neither(
    offline: Authorities, tmp_path: Path
) -> None:
    honest = signed(offline, level=PadesLevel.B_B)
    files = {"honest": honest} | {one.__name__: one(honest) for one in attacks.ATTACKS}

    theirs = {name: is_whole(pdfsig(tmp_path, content)) for name, content in files.items()}
    ours = {
        name: services.check_file(content=content, now=clock.now()).verdict is not CheckVerdict.INVALID
        for name, content in files.items()
    }

    assert ours == theirs
    assert theirs["honest"]


def pdfs_of_this_machine() -> list[bytes]:
    """What people wrote and other programs made."""
    paths = chain.from_iterable(place.rglob(name) for place in PLACES for name in ("*.pdf", "*.pdf.gz"))
    found = islice((path for path in paths if path.is_file() and path.stat().st_size < LARGEST), MOST_FILES)
    return [gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes() for path in found]


def test_pdfs_of_others_are_read_as_poppler_reads_them(offline: Authorities, tmp_path: Path) -> None:
    contents = pdfs_of_this_machine()
    if not contents:
        pytest.skip("máy không có PDF của người khác ở /usr/share/doc")

    for content in contents:
        report = services.check_file(content=content, now=clock.now())
        unsigned = "does not contain any signatures" in pdfsig(tmp_path, content)
        assert (report.verdict is CheckVerdict.NOT_SIGNED) == unsigned or report.why[:1] in [
            ("broken_file",),
            ("encrypted",),
            ("too_many",),
        ]

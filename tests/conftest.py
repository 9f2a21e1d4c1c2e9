"""What the tests of the whole share: the browser of the machine, the vectors outside the repository."""

import os
import shutil
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
ROOT = Path(__file__).resolve().parents[1]
VECTORS = Path(os.environ.get("TINHSO_VECTORS", ROOT.parent / "shared" / "vectors"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip, by name, journeys on a machine without a browser."""
    for item in items:
        if item.get_closest_marker("journey"):
            # The browser's driver keeps an event loop in the test's thread, where Django would refuse to query.
            os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(reason="máy không có Chromium (apt install chromium)"))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Drive the machine's own Chromium, also as root, without its background traffic."""
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": QUIET}


@pytest.fixture(scope="session")
def vectors() -> Path:
    """The folder of reference vectors; tests that need it are skipped by name where it is absent."""
    if not VECTORS.is_dir():
        pytest.skip(f"không có thư mục mẫu đối chiếu (TINHSO_VECTORS, mặc định {VECTORS})")
    return VECTORS

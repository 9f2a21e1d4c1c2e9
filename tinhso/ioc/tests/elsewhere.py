"""Settings of another process of the same tests: the same database and files."""

import os
from pathlib import Path

from tinhso.project.settings import *  # noqa: F403

VAR = Path(os.environ["TINHSO_TEST_FILES"])
SNAPSHOT_DIR = VAR / "snapshots"
FACT_STORE = str(VAR / "facts")

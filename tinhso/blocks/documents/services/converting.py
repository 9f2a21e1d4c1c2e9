"""Pictures that browsers do not show, turned into ones that they do."""

import subprocess
import sys

from django.utils.translation import gettext as _

from tinhso.blocks.documents import queries
from tinhso.blocks.documents.models import StoredFile
from tinhso.blocks.documents.services import storing
from tinhso.kernel.errors import Refused

PATIENCE_SECONDS = 90


def jpeg_of(file: StoredFile, *, side: int = 4096) -> bytes:
    """A stored HEIC photo as JPEG with its EXIF, no side longer than ``side``; refuses one that cannot be read."""
    with storing.incoming() as path:
        with path.open("wb") as opened:
            opened.writelines(queries.chunks(file))
        try:
            done = subprocess.run(
                [sys.executable, "-I", queries.HEIC, str(path), str(side)],
                capture_output=True, timeout=PATIENCE_SECONDS, check=True,
            )  # fmt: skip
        except subprocess.SubprocessError as problem:
            raise Refused("broken_photo", _("Ảnh hỏng, không mở được. Hãy chụp lại hoặc chọn ảnh khác.")) from problem
    return done.stdout

"""Pictures that browsers do not show, turned into ones that they do."""

from django.utils.translation import gettext as _

from tinhso.blocks.documents import queries
from tinhso.blocks.documents.models import StoredFile
from tinhso.blocks.documents.services import storing
from tinhso.kernel import apart
from tinhso.kernel.errors import Refused

LIMITS = apart.ProcessLimits(memory=2_000_000_000, seconds=60, patience=90)


def jpeg_of(file: StoredFile, *, side: int = 4096) -> bytes:
    """A stored HEIC photo as JPEG with its EXIF, no side longer than ``side``; refuses one that cannot be read."""
    with storing.incoming_file() as path:
        with path.open("wb") as opened:
            opened.writelines(queries.chunks(file))
        try:
            return apart.program_output(queries.HEIC, str(path), str(side), limits=LIMITS)
        except apart.ProcessBroken as problem:
            raise Refused("broken_photo", _("Ảnh hỏng, không mở được. Hãy chụp lại hoặc chọn ảnh khác.")) from problem

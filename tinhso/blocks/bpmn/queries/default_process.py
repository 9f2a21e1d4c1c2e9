"""The process where the province has published none: its own file of that name, else what the runner brings."""

from pathlib import Path

from django.conf import settings

from tinhso.blocks.bpmn.contract import registered_runner

FOLDER, FILE = "processes", "default.bpmn"
CODE = "mac-dinh"


def usual_drawing() -> bytes:
    """The province's own drawing of the usual process, or the runner's."""
    path = Path(settings.PROVINCE_DIR) / FOLDER / FILE
    return path.read_bytes() if path.is_file() else registered_runner().drawing.encode()

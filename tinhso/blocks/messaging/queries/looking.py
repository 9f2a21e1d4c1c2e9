"""Looks into one picture that somebody sent: what it is, and whether it can be decoded and is nothing else besides.

Run apart (``kernel.apart``), so that a picture made to break a reader breaks only this process. It prints JSON:
``type``, or the ``code`` of what is wrong. Nothing of the project is imported here.
"""

import json
import re
import sys
import zipfile
from pathlib import Path

TAIL = 4096
TYPES = {"JPEG": "image/jpeg", "MPO": "image/jpeg", "PNG": "image/png"}
PAGE_IN_IT = re.compile(rb"<\s*(script|html|svg|iframe|!doctype)\b|<\?php|%PDF-", re.IGNORECASE)


class PictureFault(Exception):
    """What is wrong with the picture, as one word."""


def main() -> None:
    """Look at the file named on the command line, of at most so many pixels."""
    try:
        values = {"type": kind_of(Path(sys.argv[1]), int(sys.argv[2]))}
    except PictureFault as wrong:
        values = {"code": str(wrong)}
    except MemoryError:
        values = {"code": "too_heavy"}
    except Exception:  # a reader that stumbles over a picture has said that it is broken
        values = {"code": "broken_file"}
    print(json.dumps(values))


def kind_of(path: Path, pixels: int) -> str:
    """The media type of a harmless picture; raises :class:`Wrong`."""
    from PIL import Image, UnidentifiedImageError

    Image.MAX_IMAGE_PIXELS = None  # our own limit is asked before anything is decoded
    body = path.read_bytes()
    if zipfile.is_zipfile(path) or PAGE_IN_IT.search(body[:TAIL] + body[-TAIL:]):
        raise PictureFault("two_in_one")
    try:
        with Image.open(path, formats=("JPEG", "PNG", "MPO")) as image:
            if image.width * image.height > pixels:
                raise PictureFault("too_many_pixels")
            image.load()
            return TYPES[str(image.format)]
    except UnidentifiedImageError as unknown:
        raise PictureFault("wrong_type") from unknown


if __name__ == "__main__":
    main()

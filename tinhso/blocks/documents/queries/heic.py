"""Turns a photo of an iPhone (HEIC) into a JPEG with what the camera wrote into it.

Run apart (``kernel.apart``), as the decoder is written in C++: file name and the largest side on the command line, the
JPEG on standard output. Nothing of the project is imported here.
"""

import sys

UPRIGHT = 0x0112  # EXIF's Orientation


def main() -> None:
    """Convert the file that is named."""
    import pi_heif

    opened = pi_heif.open_heif(sys.argv[1], convert_hdr_to_8bit=True).to_pillow()
    camera, picture, side = opened.getexif(), opened.convert("RGB"), int(sys.argv[2])
    camera[UPRIGHT] = 1  # the decoder has turned it already
    picture.thumbnail((side, side))
    picture.save(sys.stdout.buffer, "JPEG", quality=92, exif=camera)


if __name__ == "__main__":
    main()

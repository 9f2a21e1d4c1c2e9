"""Photos: taken in, looked into by a program of its own, drawn anew without what the camera wrote into them."""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from PIL import ExifTags, Image, ImageOps

from tinhso.blocks.documents import queries as documents
from tinhso.blocks.documents.contract import UploadLimits
from tinhso.blocks.documents.models import StoredFile
from tinhso.blocks.documents.services import accepting, converting, storing
from tinhso.kernel.actor import Actor
from tinhso.kernel.clock import VIETNAM
from tinhso.kernel.errors import Refused
from tinhso.society.field_reports.models import Picture
from tinhso.society.field_reports.queries.rules import rules

SHOWN, SMALL = (1600, 1600), (320, 320)
MOST_PIXELS = 60_000_000
HEIC = "image/heic"
MODES = ("image/jpeg", "image/png", HEIC)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Camera:
    """What a camera wrote into its photo, as far as it can be true."""

    taken_at: datetime | None = None
    longitude: float | None = None
    latitude: float | None = None


def keep_photo(*, upload: accepting.Upload, file_name: str, by: Actor, now: datetime) -> Picture:
    """Take in a photo that somebody sends; refuses what is none, what is broken and what would blow up.

    Stands in a transaction of its own, as looking into a file takes long.
    """
    limits = UploadLimits(types=("jpeg", "png", "heic"), largest=rules().front.photo_bytes, pixels=MOST_PIXELS)
    file = accepting.accept_upload(upload=upload, file_name=file_name, limits=limits, by=by, now=now)
    return prepare_picture(file=file, now=now)


def prepare_picture(*, file: StoredFile, now: datetime) -> Picture:
    """The pictures to be shown of a stored photo, drawn once; refuses a file that is no photo."""
    existing_picture = Picture.objects.filter(original=file).select_related("shown", "small").first()
    if existing_picture is not None:
        return existing_picture
    if file.media_type not in MODES:
        raise Refused("not_a_photo", _("Tệp này không phải ảnh JPEG, PNG hoặc HEIC. Hãy chọn ảnh khác."))
    raw = converting.jpeg_of(file) if file.media_type == HEIC else b"".join(documents.chunks(file))
    try:
        with Image.open(BytesIO(raw)) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise Refused("too_many_pixels", _("Ảnh có quá nhiều điểm ảnh. Hãy chụp lại với cỡ nhỏ hơn."))
            camera = _camera_facts(opened, now)
            opened.draft("RGB", SHOWN)  # a JPEG is decoded small at once: less memory
            picture = ImageOps.exif_transpose(opened).convert("RGB")
    except Refused:
        raise
    except Exception as problem:  # whatever a broken picture makes the decoder raise
        raise Refused("broken_photo", _("Ảnh hỏng, không mở được. Hãy chụp lại hoặc chọn ảnh khác.")) from problem
    with transaction.atomic():
        display_image, small = (_store_image(picture, size, now) for size in (SHOWN, SMALL))
        return Picture.objects.get_or_create(
            original=file,
            defaults={
                "shown": display_image[0],
                "small": small[0],
                "width": display_image[1],
                "height": display_image[2],
                "taken_at": camera.taken_at,
                "longitude": camera.longitude,
                "latitude": camera.latitude,
            },
        )[0]


def _store_image(picture: Image.Image, size: tuple[int, int], now: datetime) -> tuple[StoredFile, int, int]:
    drawn = picture.copy()
    drawn.thumbnail(size, Image.Resampling.LANCZOS)
    clean = Image.new("RGB", drawn.size)  # a new picture has no metadata to carry over
    clean.paste(drawn)
    with storing.incoming_file() as path:
        _save_jpeg(clean, path)
        file, _is_new = storing.store_file(path, media_type="image/jpeg", now=now)
    return file, clean.width, clean.height


def _save_jpeg(picture: Image.Image, path: Path) -> None:
    with path.open("wb") as opened:
        picture.save(opened, "JPEG", quality=80, optimize=True, progressive=True)


def _camera_facts(opened: Image.Image, now: datetime) -> Camera:
    """What EXIF tells; nothing of what cannot be read, and no moment in the future."""
    try:
        exif = opened.getexif()
        place = exif.get_ifd(ExifTags.IFD.GPSInfo)
        latitude = _exif_degrees(place, ExifTags.GPS.GPSLatitude, ExifTags.GPS.GPSLatitudeRef, "S", 90)
        longitude = _exif_degrees(place, ExifTags.GPS.GPSLongitude, ExifTags.GPS.GPSLongitudeRef, "W", 180)
        capture_time_text = exif.get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.DateTimeOriginal) or exif.get(
            ExifTags.Base.DateTime
        )
    except Exception:  # EXIF is whatever somebody wrote
        return Camera()
    if latitude is None or longitude is None or (latitude == 0 and longitude == 0):
        latitude = longitude = None
    return Camera(_exif_moment(capture_time_text, now), longitude, latitude)


def _exif_degrees(place: Any, key: int, side: int, negative: str, most: int) -> float | None:
    parts = place.get(key)
    if not isinstance(parts, tuple) or len(parts) != 3:
        return None
    degrees, minutes, seconds = (float(part) for part in parts)
    value = degrees + minutes / 60 + seconds / 3600
    if not math.isfinite(value) or not 0 <= value <= most:
        return None
    return -value if str(place.get(side, "")).strip("\0 ").upper() == negative else value


def _exif_moment(told: Any, now: datetime) -> datetime | None:
    try:
        moment = datetime.strptime(str(told).strip("\0 "), "%Y:%m:%d %H:%M:%S").replace(tzinfo=VIETNAM)
    except ValueError:
        return None
    return moment if moment.year >= 2000 and moment <= now + DAY else None

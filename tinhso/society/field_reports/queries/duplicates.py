"""What a report may be told of already: near it, in like words, with a like photo; each with its reason."""

from dataclasses import dataclass
from io import BytesIO

from django.core.cache import cache
from django.utils.translation import gettext as _
from PIL import Image

from tinhso.blocks.documents import queries as documents
from tinhso.kernel import clock
from tinhso.society.field_reports.models import Attachment, Picture, Report
from tinhso.society.field_reports.queries import places, triage

WITHIN = 250  # metres
LOOKED_AT, MOST = 12, 3
LEAST = 0.45
SAME_PHOTO = 10  # bits of 64 that may differ between two pictures of one thing
WEEK = 7 * 24 * 3600


@dataclass(frozen=True)
class Likely:
    """A report that may tell of the same thing. ``likely`` from 0 to 1; ``because`` says why, in words."""

    ref: str
    text: str
    likely: float
    because: tuple[str, ...]


def score(metres: float, words: float, photo: bool, same_category: bool) -> float:
    """How likely two reports tell of one thing: place and words together, and a like photo above all."""
    near = max(0.0, 1 - metres / WITHIN)
    return min(1.0, 0.3 * near + 0.9 * words + (0.1 if same_category else 0.0) + (0.5 if photo else 0.0))


def of(report: Report) -> list[Likely]:
    """At most three open reports that may tell of the same thing, the likeliest first; none for one without a place."""
    if report.longitude is None or report.latitude is None or report.sensitive:
        return []
    found = places.nearby(report.longitude, report.latitude, now=clock.now(), metres=WITHIN, limit=LOOKED_AT)
    others = {one.ref: one for one in Report.objects.filter(ref__in=[near.ref for near in found]).exclude(pk=report.pk)}
    prints = _prints([report, *others.values()])
    likely = []
    for near in found:
        other = others.get(near.ref)
        if other is not None:
            words = triage.alike(report.text, other.text)
            photo = any(differ(a, b) <= SAME_PHOTO for a in prints[report.pk] for b in prints[other.pk])
            value = score(near.metres, words, photo, other.category == report.category)
            likely.append(Likely(other.ref, other.text, value, _why(near.metres, words, photo)))
    return sorted((one for one in likely if one.likely >= LEAST), key=lambda one: (-one.likely, one.ref))[:MOST]


def _why(metres: int, words: float, photo: bool) -> tuple[str, ...]:
    told = [_("cách %(metres)s m") % {"metres": metres}]
    if words >= 0.1:
        told.append(_("lời giống %(share)s%%") % {"share": round(words * 100)})
    if photo:
        told.append(_("ảnh gần như một"))
    return tuple(told)


def _prints(reports: list[Report]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {one.pk: [] for one in reports}
    rows = Attachment.objects.filter(report__in=reports, kind=Attachment.Kind.BEFORE).select_related("picture__small")
    for one in rows.order_by("pk"):
        if one.picture is not None:
            found[one.report_id].append(_print(one.picture))
    return found


def _print(picture: Picture) -> int:
    key = f"field_reports.print.{picture.pk}"
    known: int | None = cache.get(key)
    if known is None:
        known = fingerprint(b"".join(documents.chunks(picture.small)))
        cache.set(key, known, WEEK)
    return known


def fingerprint(content: bytes) -> int:
    """64 bits that change little when a picture is made smaller, brighter or saved again: which dots are darker."""
    with Image.open(BytesIO(content)) as opened:
        small = opened.convert("L").resize((9, 8), Image.Resampling.LANCZOS)
    dots, bits = small.tobytes(), 0
    for row in range(8):
        for column in range(8):
            bits = bits << 1 | (dots[row * 9 + column] < dots[row * 9 + column + 1])
    return bits


def differ(one: int, other: int) -> int:
    """In how many bits two fingerprints differ."""
    return (one ^ other).bit_count()

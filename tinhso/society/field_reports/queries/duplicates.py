"""What a report may be told of already: near it, in like words, with a like photo; each with its reason."""

from dataclasses import dataclass
from io import BytesIO
from operator import itemgetter
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.core.cache import cache
from django.db.models import Q
from django.utils.translation import gettext as _
from PIL import Image

from tinhso.blocks.documents import queries as documents
from tinhso.society.field_reports.models import Attachment, Picture, Report
from tinhso.society.field_reports.queries import places, triage
from tinhso.society.field_reports.queries.rules import rules

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


def likeness_score(metres: float, words: float, photo: bool, same_category: bool) -> float:
    """How likely two reports tell of one thing: place and words together, and a like photo above all."""
    near = max(0.0, 1 - metres / WITHIN)
    return min(1.0, 0.3 * near + 0.9 * words + (0.1 if same_category else 0.0) + (0.5 if photo else 0.0))


@dataclass(frozen=True)
class Neighbour:
    """An open report close by: how far away it lies, and prints of its photos."""

    report: Report
    metres: int
    prints: tuple[int, ...]


@dataclass(frozen=True)
class NearbyReports:
    """What lies around a report, the nearest first, and prints of its own photos."""

    prints: tuple[int, ...] = ()
    neighbours: tuple[Neighbour, ...] = ()

    def near(self, metres: int, limit: int) -> list[places.Near]:
        """Those within ``metres``, as a list to choose from shows them."""
        nears = [
            places.near_of(neighbour.report, neighbour.metres)
            for neighbour in self.neighbours
            if neighbour.metres <= metres
        ]
        return nears[:limit]


def nearby_reports(report: Report) -> NearbyReports:
    """Open reports around one, with prints of their photos, in one statement (pictures that are new are read)."""
    if report.longitude is None or report.latitude is None:
        return NearbyReports()
    here = (report.longitude, report.latitude)
    far = max(WITHIN, rules().front.nearby_metres)
    box = Q(pk__in=places.box_around(*here, far), status__in=places.OPEN_AROUND, sensitive=False)
    condition = Q(attachments__kind=Attachment.Kind.BEFORE, attachments__picture__isnull=False)
    rows: Any = Report.objects.filter(box | Q(pk=report.pk)).annotate(
        pictures=ArrayAgg("attachments__picture", filter=condition, default=[])
    )
    rows_by_distance = sorted(
        ((places.metres_between(here, _report_position(row)), row.pk, row) for row in rows), key=itemgetter(0, 1)
    )
    beside = [(round(away), row) for away, pk, row in rows_by_distance if pk != report.pk and away <= far][:LOOKED_AT]
    own = [row for _away, pk, row in rows_by_distance if pk == report.pk]
    prints = _photo_fingerprints(
        {picture for row in [*own, *(row for _away, row in beside)] for picture in row.pictures}
    )

    def of_one(one: Any) -> tuple[int, ...]:
        return tuple(prints[picture] for picture in one.pictures)

    return NearbyReports(of_one(own[0]), tuple(Neighbour(row, metres, of_one(row)) for metres, row in beside))


def _report_position(report: Report) -> tuple[float, float]:
    return report.longitude or 0.0, report.latitude or 0.0


def likely_duplicates(report: Report, beside: NearbyReports | None = None) -> list[Likely]:
    """At most three open reports that may tell of the same thing, the likeliest first; none for one without a place."""
    if report.sensitive:
        return []
    reports, likely = beside or nearby_reports(report), []
    for neighbour in reports.neighbours:
        other = neighbour.report
        if neighbour.metres > WITHIN:
            continue
        words = triage.text_likeness(report.text, other.text)
        photo = any(differing_bits(a, b) <= SAME_PHOTO for a in reports.prints for b in neighbour.prints)
        value = likeness_score(neighbour.metres, words, photo, other.category == report.category)
        likely.append(Likely(other.ref, other.text, value, _likeness_reasons(neighbour.metres, words, photo)))
    return sorted(
        (candidate for candidate in likely if candidate.likely >= LEAST),
        key=lambda candidate: (-candidate.likely, candidate.ref),
    )[:MOST]


def _likeness_reasons(metres: int, words: float, photo: bool) -> tuple[str, ...]:
    reasons = [_("cách %(metres)s m") % {"metres": metres}]
    if words >= 0.1:
        reasons.append(_("lời giống %(share)s%%") % {"share": round(words * 100)})
    if photo:
        reasons.append(_("ảnh gần như một"))
    return tuple(reasons)


def _photo_fingerprints(pictures: set[int]) -> dict[int, int]:
    """Prints of pictures by their keys: remembered for a week, as a picture never changes."""
    keys = {f"field_reports.print.{pk}": pk for pk in pictures}
    fingerprint_by_picture = {keys[key]: value for key, value in cache.get_many(keys).items()}
    unknown = pictures - fingerprint_by_picture.keys()
    for picture in Picture.objects.filter(pk__in=unknown).select_related("small") if unknown else ():
        fingerprint_by_picture[picture.pk] = fingerprint(b"".join(documents.chunks(picture.small)))
        cache.set(f"field_reports.print.{picture.pk}", fingerprint_by_picture[picture.pk], WEEK)
    return fingerprint_by_picture


def fingerprint(content: bytes) -> int:
    """64 bits that change little when a picture is made smaller, brighter or saved again: which dots are darker."""
    with Image.open(BytesIO(content)) as opened:
        small = opened.convert("L").resize((9, 8), Image.Resampling.LANCZOS)
    dots, bits = small.tobytes(), 0
    for row in range(8):
        for column in range(8):
            bits = bits << 1 | (dots[row * 9 + column] < dots[row * 9 + column + 1])
    return bits


def differing_bits(one: int, other: int) -> int:
    """In how many bits two fingerprints differ."""
    return (one ^ other).bit_count()

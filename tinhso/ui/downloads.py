"""Files sent to somebody: those that people handed in, never able to act as a page of ours, and those that we make."""

from collections.abc import Iterator

from django.http import HttpResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
SHOWN = {"application/pdf", "image/jpeg", "image/png"}
# what a browser shows of a file is cut off from us: no script, no request, no cookie of ours
LOCKED_IN = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; object-src 'self'; sandbox"


def file_response(
    pieces: Iterator[bytes], *, name: str, media_type: str, size: int, inline: bool = False
) -> StreamingHttpResponse:
    """``size`` bytes as a file called ``name``; ``inline`` shows kinds that a browser shows safely."""
    answer = StreamingHttpResponse(pieces, content_type=media_type)
    answer["Content-Length"] = str(size)
    answer["Content-Disposition"] = (
        content_disposition_header(not (inline and media_type in SHOWN), name) or "attachment"
    )
    answer["Content-Security-Policy"] = LOCKED_IN
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer


def attachment_response(content: bytes, *, name: str, media_type: str) -> HttpResponse:
    """A file that we made, to be saved as ``name``; no cache keeps it."""
    answer = HttpResponse(content, content_type=media_type)
    answer["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    answer["Cache-Control"] = "private, no-store"
    return answer

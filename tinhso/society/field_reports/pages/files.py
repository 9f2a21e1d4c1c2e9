"""Photos and recordings: sent to whoever may see them, never the original."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, StreamingHttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tinhso.blocks.documents import queries as documents
from tinhso.blocks.documents.models import StoredFile
from tinhso.kernel import clock
from tinhso.kernel.errors import Refused
from tinhso.society.field_reports import services
from tinhso.society.field_reports.models import Attachment
from tinhso.society.field_reports.queries import lookup, public
from tinhso.society.field_reports.services.voices import TYPES
from tinhso.ui.actors import actor_of
from tinhso.ui.downloads import file_response

SMALL, A_WEEK = "small", "public, max-age=604800, immutable"


@require_safe
def public_photo(request: HttpRequest, ref: str, size: str) -> StreamingHttpResponse:
    """A photo that the desk released, for everybody; browsers may keep it."""
    answer = _file_response(public.public_photo(ref), size)
    answer["Cache-Control"] = A_WEEK
    return answer


@require_safe
def own_file(request: HttpRequest, ref: str, key: str, file: str, size: str) -> StreamingHttpResponse:
    """A file of a report, for whoever holds its key."""
    report = services.open_with_key(ref=ref, key=key, by=actor_of(request), now=clock.now())
    found = report.attachments.select_related("picture", "voice").filter(ref=file).first()
    if found is None or (found.kind == Attachment.Kind.AFTER and not found.public and report.status < 6):
        raise lookup.unknown_report(file)
    return _file_response(found, size)


@require_safe
@login_required
def desk_file(request: HttpRequest, ref: str, size: str) -> StreamingHttpResponse:
    """A file of a report, for those who may read the report. Listening to somebody's voice is written down, and looking
    at a photo in its whole size; the small ones are written down with the page that shows them."""
    by = actor_of(request)
    found = Attachment.objects.select_related("picture", "voice", "report").filter(ref=ref).first()
    if found is None:
        raise lookup.unknown_report(ref)
    lookup.visible_report(found.report.ref, by=by)
    if found.kind == Attachment.Kind.VOICE:
        services.look_at(found.report, by=by, what="voice")
    elif size != SMALL:
        services.look_at(found.report, by=by, what=f"photo {found.ref}")
    return _file_response(found, size)


def _file_response(one: Attachment, size: str) -> StreamingHttpResponse:
    file, ending = _attachment_file(one, size)
    return file_response(
        documents.checked_chunks(file),
        name=f"{one.ref}.{ending}",
        media_type=file.media_type,
        size=file.size,
        inline=True,
    )


def _attachment_file(one: Attachment, size: str) -> tuple[StoredFile, str]:
    if one.picture is not None:
        return (one.picture.small if size == SMALL else one.picture.shown), "jpg"
    if one.voice is None:
        raise Refused("unknown_file", _("Không có tệp này."))
    return one.voice, TYPES.get(one.voice.media_type, "bin")

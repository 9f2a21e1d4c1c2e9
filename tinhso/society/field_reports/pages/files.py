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
    attachment = report.attachments.select_related("picture", "voice").filter(ref=file).first()
    if attachment is None or (attachment.kind == Attachment.Kind.AFTER and not attachment.public and report.status < 6):
        raise lookup.unknown_report(file)
    return _file_response(attachment, size)


@require_safe
@login_required
def desk_file(request: HttpRequest, ref: str, size: str) -> StreamingHttpResponse:
    """A file of a report, for those who may read the report. Listening to somebody's voice is written down, and looking
    at a photo in its whole size; the small ones are written down with the page that shows them."""
    by = actor_of(request)
    attachment = Attachment.objects.select_related("picture", "voice", "report").filter(ref=ref).first()
    if attachment is None:
        raise lookup.unknown_report(ref)
    lookup.visible_report(attachment.report.ref, by=by)
    if attachment.kind == Attachment.Kind.VOICE:
        services.look_at(attachment.report, by=by, what="voice")
    elif size != SMALL:
        services.look_at(attachment.report, by=by, what=f"photo {attachment.ref}")
    return _file_response(attachment, size)


def _file_response(attachment: Attachment, size: str) -> StreamingHttpResponse:
    file, ending = _attachment_file(attachment, size)
    return file_response(
        documents.checked_chunks(file),
        name=f"{attachment.ref}.{ending}",
        media_type=file.media_type,
        size=file.size,
        inline=True,
    )


def _attachment_file(attachment: Attachment, size: str) -> tuple[StoredFile, str]:
    if attachment.picture is not None:
        return (attachment.picture.small if size == SMALL else attachment.picture.shown), "jpg"
    if attachment.voice is None:
        raise Refused("unknown_file", _("Không có tệp này."))
    return attachment.voice, TYPES.get(attachment.voice.media_type, "bin")

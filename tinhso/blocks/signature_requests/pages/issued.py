"""The signatures of what was issued here, open to everybody."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tinhso.blocks.documents.contract import DocumentLink, register_verified_links
from tinhso.blocks.signature_requests import queries
from tinhso.blocks.signatures import queries as signatures
from tinhso.blocks.signatures import services as signing
from tinhso.kernel import clock
from tinhso.ui.actors import actor_of


@never_cache
@require_safe
def issued_signatures_page(request: HttpRequest, ref: str) -> HttpResponse:
    """What the signatures of a document that was issued here are worth; the document itself is not shown."""
    signed = queries.issued_document(ref)
    now = clock.now()
    signing.take_turn(by=actor_of(request), now=now)
    report = signing.check_file(content=signed.content, now=now)
    context = {"kept": signed, "largest": signatures.rules().largest // 1_000_000} | signatures.report_view(report)
    return render(request, "signatures/check.html", context)


@register_verified_links
def signed_here(sha256: str) -> list[DocumentLink]:
    """From the page of a document's code to the signatures that were added to it here."""
    document_ref = queries.issued_from(sha256)
    return (
        [
            DocumentLink(
                _("Văn bản này đã được ký số: xem chữ ký"), reverse("signature_requests:kept", args=[document_ref])
            )
        ]
        if document_ref
        else []
    )

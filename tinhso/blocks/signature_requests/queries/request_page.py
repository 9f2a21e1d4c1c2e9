"""One request as its page shows it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, Subquery

from tinhso.blocks.signature_requests.models import Entry, PendingSignature, Request, Turn, Version
from tinhso.blocks.signature_requests.queries import requests
from tinhso.kernel.actor import Actor


@dataclass(frozen=True)
class RequestPage:
    """A request with its turns, versions and story; ``begun`` is what the reader began to sign elsewhere, by its
    reference, ``document`` the reference by which everybody can check what was issued; empty where there is none."""

    request: Request
    turns: Sequence[Turn]
    turn: Turn | None
    is_mine: bool
    versions: Sequence[Version]
    story: Sequence[Entry]
    sha256: str
    begun: str
    document: str

    @property
    def version(self) -> Version:
        """The newest version, without its bytes."""
        return next(version for version in self.versions if version.number == self.request.version)


def request_page(ref: str, *, by: Actor) -> RequestPage:
    """What the page of a request shows to ``by``; refuses others' like one that is not there."""
    begun = PendingSignature.objects.filter(request=OuterRef("pk"), by=by.ref, ended_at=None).values("ref")[:1]
    visible_requests = (
        requests.visible_to(by).select_related("seal").defer("seal__result").annotate(begun=Subquery(begun))
    )
    request = visible_requests.filter(ref=ref.replace("\0", "")).first() if by.is_someone else None
    if request is None:
        raise requests.unknown_request(ref)
    turns: Any = list(requests.turns_by_place(request).annotate(is_mine=requests.held_by(by)))
    is_signing = request.state == Request.State.SIGNING
    turn = next((candidate for candidate in turns if candidate.place == request.place), None) if is_signing else None
    versions = requests.versions_of(request)
    return RequestPage(
        request=request,
        turns=turns,
        turn=turn,
        is_mine=turn is not None and turn.is_mine,
        versions=versions,
        story=requests.request_history(request),
        sha256=_hash_now(request, turns, versions),
        begun=request.begun or "",
        document=requests.document_of(request),
    )


def _hash_now(request: Request, turns: Sequence[Turn], versions: Sequence[Version]) -> str:
    """The hash of its document now: sealed, signed so far, or as drafted."""
    if request.seal is not None:
        return request.seal.result_sha256
    signed = [turn.signature for turn in turns if turn.signed_at is not None]
    if signed and signed[-1] is not None:
        return signed[-1].result_sha256
    return next(version.sha256 for version in versions if version.number == request.version)

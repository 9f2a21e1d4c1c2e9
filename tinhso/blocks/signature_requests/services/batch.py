"""Many in one confirmation: one after the other, or all at once where the key's keeper is asked only once."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from tinhso.blocks.signature_requests import queries
from tinhso.blocks.signature_requests.models import Request
from tinhso.blocks.signature_requests.services.turns import (
    Ready,
    ready_to_seal,
    ready_to_sign,
    record_signature,
    seal_document,
    sign_turn,
)
from tinhso.blocks.signatures import queries as signatures
from tinhso.blocks.signatures.contract import Signer, SigningKey, SignsMany
from tinhso.blocks.signatures.models import Signature
from tinhso.blocks.signatures.services.pades import PreparedPdf
from tinhso.blocks.signatures.services.signing import finish_signature, prepare_signature
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused

Readying = Callable[[str, str], Request | Ready]
LARGEST_FILES = 10  # as many of the largest files are held in memory while a key's keeper is asked


@dataclass(frozen=True)
class SigningOutcome:
    """What became of one of many: ``why`` is empty where it was done."""

    ref: str
    title: str
    why: str = ""
    code: str = ""


def sign_many(
    *, wanted: Sequence[tuple[str, str]], signer: SigningKey, by: Actor, now: datetime
) -> list[SigningOutcome]:
    """Sign many in one confirmation, each reference with the hash that was looked at; one that fails stops no other.

    A key that signs many at once is asked once, for all of them; what it refuses is refused for all.
    """
    if isinstance(signer, SignsMany):
        return _at_once(
            wanted, lambda ref, seen: ready_to_sign(ref=ref, sha256=seen, key=signer, by=by), signer, by, now
        )
    return _act_on_each(
        wanted, by, lambda ref, seen: sign_turn(ref=ref, sha256=seen, signer=signer, by=by, now=now), signer
    )


def seal_many(*, refs: Sequence[str], signer: SigningKey, by: Actor, now: datetime) -> list[SigningOutcome]:
    """Seal many with one key; one that fails stops no other."""
    refs_with_hash = [(ref, "") for ref in refs]
    if isinstance(signer, SignsMany):
        return _at_once(
            refs_with_hash, lambda ref, _seen: ready_to_seal(ref=ref, key=signer, by=by, now=now), signer, by, now
        )
    return _act_on_each(
        refs_with_hash, by, lambda ref, _seen: seal_document(ref=ref, signer=signer, by=by, now=now), signer
    )


def _act_on_each(
    wanted: Sequence[tuple[str, str]], by: Actor, act: Callable[[str, str], Request], signer: SigningKey
) -> list[SigningOutcome]:
    if not isinstance(signer, Signer):
        raise Refused("signs_later", _("Khóa này không ký ngay được; hãy ký từng văn bản."))
    outcome_list = _OutcomeList(wanted, by)
    for ref, document_hash in outcome_list.wanted.items():
        with outcome_list.about(ref):
            outcome_list.done(ref, act(ref, document_hash))
    return outcome_list.all()


@dataclass(frozen=True)
class _Waits:
    """One of many that lacks only its signature."""

    ready: Ready
    prepared: PreparedPdf


def _at_once(
    wanted: Sequence[tuple[str, str]], readying: Readying, key: SignsMany, by: Actor, now: datetime
) -> list[SigningOutcome]:
    outcome_list = _OutcomeList(wanted, by)
    waits: dict[str, _Waits] = {}
    room = LARGEST_FILES * signatures.rules().largest
    for ref, document_hash in outcome_list.wanted.items():
        with outcome_list.about(ref):
            if sum(len(wait.prepared.content) for wait in waits.values()) > room:
                raise Refused("too_much", _("Các văn bản đã chọn quá lớn để ký một lượt; hãy ký tiếp phần còn lại."))
            prepared = _prepare_ready(readying(ref, document_hash), key, by, now)
            if isinstance(prepared, _Waits):
                waits[ref] = prepared
            else:
                outcome_list.done(ref, prepared)
    contents = key.many([wait.prepared.data for wait in waits.values()]) if waits else []
    for (ref, pending), signature in zip(waits.items(), contents, strict=True):
        with outcome_list.about(ref):
            ready = pending.ready
            row = finish_signature(
                pending.prepared,
                signature,
                content=ready.content,
                key=key,
                ask=ready.ask,
                unit=ready.one.unit,
                right=ready.right,
                by=by,
                now=now,
            )
            outcome_list.done(ref, record_signature(ready, row, by=by, now=now))
    return outcome_list.all()


def _prepare_ready(ready: Request | Ready, key: SignsMany, by: Actor, now: datetime) -> Request | _Waits:
    if isinstance(ready, Request):
        return ready
    prepared_signature = prepare_signature(
        content=ready.content, key=key, ask=ready.ask, unit=ready.one.unit, right=ready.right, by=by, now=now
    )
    return (
        record_signature(ready, prepared_signature, by=by, now=now)
        if isinstance(prepared_signature, Signature)
        else _Waits(ready, prepared_signature)
    )


@dataclass
class _OutcomeList:
    """What became of each, in the order in which they were asked for."""

    asked: Sequence[tuple[str, str]]
    by: Actor
    outcomes: dict[str, SigningOutcome] = field(default_factory=dict)

    def __post_init__(self) -> None:
        most = queries.rules().flow.batch
        if not 1 <= len(self.asked) <= most:
            raise Refused("bad_batch", _("Hãy chọn từ 1 đến %(most)s văn bản."), most=most)
        self.wanted = dict(self.asked)
        requests = queries.visible_to(self.by).filter(ref__in=list(self.wanted))
        self.known = dict(requests.values_list("ref", "title"))

    @contextmanager
    def about(self, ref: str) -> Iterator[None]:
        """Keep a refusal to one of them."""
        try:
            yield
        except Refused as refusal:
            self.outcomes[ref] = SigningOutcome(ref, self.known.get(ref, ""), refusal.message, refusal.code)

    def done(self, ref: str, one: Request) -> None:
        """It was done."""
        self.outcomes[ref] = SigningOutcome(ref, one.title)

    def all(self) -> list[SigningOutcome]:
        """All of them."""
        return [self.outcomes[ref] for ref in self.wanted if ref in self.outcomes]

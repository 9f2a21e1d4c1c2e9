"""Many in one confirmation: one after the other, or all at once where the key's keeper is asked only once."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from tinhso.blocks.signing import queries
from tinhso.blocks.signing.contract import Key, Signer, SignsMany
from tinhso.blocks.signing.models import Request, Signature
from tinhso.blocks.signing.services.pdf import Prepared
from tinhso.blocks.signing.services.requests.acting import Ready, ready_to_seal, ready_to_sign, seal, sign_turn, take
from tinhso.blocks.signing.services.signing import finish, prepare
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused

Readying = Callable[[str, str], Request | Ready]
LARGEST_FILES = 10  # as many of the largest files are held in memory while a key's keeper is asked


@dataclass(frozen=True)
class Outcome:
    """What became of one of many: ``why`` is empty where it was done."""

    ref: str
    title: str
    why: str = ""
    code: str = ""


def sign_many(*, wanted: Sequence[tuple[str, str]], signer: Key, by: Actor, now: datetime) -> list[Outcome]:
    """Sign many in one confirmation, each reference with the hash that was looked at; one that fails stops no other.

    A key that signs many at once is asked once, for all of them; what it refuses is refused for all.
    """
    if isinstance(signer, SignsMany):
        return _at_once(
            wanted, lambda ref, seen: ready_to_sign(ref=ref, sha256=seen, key=signer, by=by), signer, by, now
        )
    return _each(wanted, by, lambda ref, seen: sign_turn(ref=ref, sha256=seen, signer=signer, by=by, now=now), signer)


def seal_many(*, refs: Sequence[str], signer: Key, by: Actor, now: datetime) -> list[Outcome]:
    """Seal many with one key; one that fails stops no other."""
    wanted = [(ref, "") for ref in refs]
    if isinstance(signer, SignsMany):
        return _at_once(wanted, lambda ref, _seen: ready_to_seal(ref=ref, key=signer, by=by, now=now), signer, by, now)
    return _each(wanted, by, lambda ref, _seen: seal(ref=ref, signer=signer, by=by, now=now), signer)


def _each(
    wanted: Sequence[tuple[str, str]], by: Actor, act: Callable[[str, str], Request], signer: Key
) -> list[Outcome]:
    if not isinstance(signer, Signer):
        raise Refused("signs_later", _("Khóa này không ký ngay được; hãy ký từng văn bản."))
    told = _Told(wanted, by)
    for ref, seen in told.wanted.items():
        with told.about(ref):
            told.done(ref, act(ref, seen))
    return told.all()


@dataclass(frozen=True)
class _Waits:
    """One of many that lacks only its signature."""

    ready: Ready
    prepared: Prepared


def _at_once(
    wanted: Sequence[tuple[str, str]], readying: Readying, key: SignsMany, by: Actor, now: datetime
) -> list[Outcome]:
    told = _Told(wanted, by)
    waits: dict[str, _Waits] = {}
    room = LARGEST_FILES * queries.rules().largest
    for ref, seen in told.wanted.items():
        with told.about(ref):
            if sum(len(one.prepared.content) for one in waits.values()) > room:
                raise Refused("too_much", _("Các văn bản đã chọn quá lớn để ký một lượt; hãy ký tiếp phần còn lại."))
            found = _prepared(readying(ref, seen), key, by, now)
            if isinstance(found, _Waits):
                waits[ref] = found
            else:
                told.done(ref, found)
    signatures = key.many([one.prepared.data for one in waits.values()]) if waits else []
    for (ref, one), signature in zip(waits.items(), signatures, strict=True):
        with told.about(ref):
            ready = one.ready
            row = finish(
                one.prepared,
                signature,
                content=ready.content,
                key=key,
                ask=ready.ask,
                unit=ready.one.unit,
                right=ready.right,
                by=by,
                now=now,
            )
            told.done(ref, take(ready, row, by=by, now=now))
    return told.all()


def _prepared(ready: Request | Ready, key: SignsMany, by: Actor, now: datetime) -> Request | _Waits:
    if isinstance(ready, Request):
        return ready
    found = prepare(
        content=ready.content, key=key, ask=ready.ask, unit=ready.one.unit, right=ready.right, by=by, now=now
    )
    return take(ready, found, by=by, now=now) if isinstance(found, Signature) else _Waits(ready, found)


@dataclass
class _Told:
    """What became of each, in the order in which they were asked for."""

    asked: Sequence[tuple[str, str]]
    by: Actor
    outcomes: dict[str, Outcome] = field(default_factory=dict)

    def __post_init__(self) -> None:
        most = queries.rules().flow.batch
        if not 1 <= len(self.asked) <= most:
            raise Refused("bad_batch", _("Hãy chọn từ 1 đến %(most)s văn bản."), most=most)
        self.wanted = dict(self.asked)
        found = queries.visible_to(self.by).filter(ref__in=list(self.wanted))
        self.known = dict(found.values_list("ref", "title"))

    @contextmanager
    def about(self, ref: str) -> Iterator[None]:
        """Keep a refusal to one of them."""
        try:
            yield
        except Refused as refusal:
            self.outcomes[ref] = Outcome(ref, self.known.get(ref, ""), refusal.message, refusal.code)

    def done(self, ref: str, one: Request) -> None:
        """It was done."""
        self.outcomes[ref] = Outcome(ref, one.title)

    def all(self) -> list[Outcome]:
        """All of them."""
        return [self.outcomes[ref] for ref in self.wanted if ref in self.outcomes]

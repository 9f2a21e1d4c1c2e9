"""What a record was, in two times: on a day, as known at a moment."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from tinhso.blocks.registers.contract import Register
from tinhso.blocks.registers.models import Act, Version
from tinhso.blocks.registers.queries import registry, showing

FIRST, LAST = date.min, date.max
NOTHING = (None, "")


@dataclass(frozen=True)
class TimelinePiece:
    """From ``start`` up to, not including, ``end`` the record was as ``version`` says."""

    start: date
    end: date
    version: Version

    @property
    def until_now(self) -> bool:
        """Whether it has no end."""
        return self.end == LAST


@dataclass(frozen=True)
class HistoryStep:
    """One entry of a history: who did what, when, since which day it holds, and which columns changed how."""

    version: Version
    act: Act
    changes: tuple[tuple[str, str, str], ...]


def versions(register: Register, ref: str, *, known_at: datetime | None = None) -> QuerySet[Version]:
    """All versions of a record, as known at a moment, in the order in which they were recorded."""
    rows = Version.objects.filter(register=register.code, ref=ref)
    return (rows if known_at is None else rows.filter(at__lte=known_at)).order_by("id")


def version_on(register: Register, ref: str, day: date, *, known_at: datetime | None = None) -> Version | None:
    """What was true on ``day``, as known at ``known_at``: the last recorded of the versions that cover the day."""
    return versions(register, ref, known_at=known_at).filter(valid__contains=day).order_by("-id").first()


def versions_with_acts(register: Register, ref: str) -> list[Version]:
    """All versions of a record with the acts that wrote them, in the order in which they were recorded."""
    return list(versions(register, ref).select_related("act"))


def state_of(recorded: Sequence[Version], day: date) -> Version | None:
    """What was true on ``day``: the last of ``recorded`` that covers the day."""
    covering = (version for version in reversed(recorded) if _covers(version, day))
    return next(covering, None)


def _covers(version: Version, day: date) -> bool:
    return (version.valid.lower or FIRST) <= day < (version.valid.upper or LAST)


def timeline(register: Register, ref: str, *, known_at: datetime | None = None) -> list[TimelinePiece]:
    """The whole life of a record, piece by piece: later recorded versions are laid over earlier ones."""
    return pieces_of(versions(register, ref, known_at=known_at).select_related("act"))


def pieces_of(recorded: Iterable[Version]) -> list[TimelinePiece]:
    """A life of these versions, piece by piece: later recorded ones are laid over earlier ones."""
    pieces: list[TimelinePiece] = []
    for version in recorded:
        start, end = version.valid.lower or FIRST, version.valid.upper or LAST
        timeline_pieces = [part for piece in pieces for part in _remaining_pieces(piece, start, end)]
        pieces = sorted([*timeline_pieces, TimelinePiece(start, end, version)], key=lambda piece: piece.start)
    return pieces


def _remaining_pieces(piece: TimelinePiece, start: date, end: date) -> Iterator[TimelinePiece]:
    """What is left of a piece when a span is cut out of it."""
    if piece.start < min(start, piece.end):
        yield TimelinePiece(piece.start, min(start, piece.end), piece.version)
    if piece.end > max(end, piece.start):
        yield TimelinePiece(max(end, piece.start), piece.end, piece.version)


def history_steps(register: Register, ref: str) -> list[HistoryStep]:
    """The history as it was written, the newest first, with what each step changed of the one before it."""
    return steps_of(register, versions_with_acts(register, ref))


def steps_of(
    register: Register, listed: Sequence[Version], words: showing.ValueWords | None = None
) -> list[HistoryStep]:
    """These versions as steps, the newest first, with what each changed of the one before it.

    ``words`` are those of a page that has read them already.
    """
    words = words or showing.ValueWords(registry.columns(register), [version.data for version in listed])
    steps = []
    for place, version in enumerate(listed):
        before = _values_before(version, listed[:place])
        steps.append(HistoryStep(version, version.act, tuple(_changed_columns(register, before, version.data, words))))
    return steps[::-1]


def _values_before(version: Version, earlier: Sequence[Version]) -> Mapping[str, Any]:
    """What held, as known until then, on the first day of a version; of what lies before all, the version before."""
    day = version.valid.lower or FIRST
    under = state_of(earlier, day) or (earlier[-1] if earlier else None)
    return under.data if under is not None else {}


def _changed_columns(
    register: Register, before: Mapping[str, Any], after: Mapping[str, Any], words: showing.ValueWords
) -> Iterator[tuple[str, str, str]]:
    for register_column in words.columns:
        was, became = before.get(register_column.stored), after.get(register_column.stored)
        if was != became and not (was in NOTHING and became in NOTHING):
            hidden = showing.is_masked(register, register_column.name)
            side_texts = [
                showing.MASK if hidden and side not in NOTHING else words.of(register_column, side)
                for side in (was, became)
            ]
            yield register_column.label, side_texts[0], side_texts[1]
    for name, label in (("ended_on", _("Ngừng từ ngày")), ("merged_into", _("Gộp vào"))):
        if before.get(name) != after.get(name) and (before or after.get(name)):
            yield label, str(before.get(name) or ""), str(after.get(name) or "")
    if before and before.get("removed") != after.get("removed"):
        yield _("Còn trong danh mục"), "", _("không") if after.get("removed") else _("có")


def all_of_day(
    register: Register, day: date, *, units: frozenset[int] | None, known_at: datetime | None = None, after: str = ""
) -> Iterator[Version]:
    """Every record as it was on ``day``, by reference, streamed; of ``units`` only, where they are given."""
    rows = Version.objects.filter(register=register.code, valid__contains=day, ref__gt=after)
    if known_at is not None:
        rows = rows.filter(at__lte=known_at)
    for version in rows.order_by("ref", "-id").distinct("ref").iterator(chunk_size=2_000):
        data = version.data
        ended = data.get("ended_on")
        there = not data.get("removed") and (ended is None or ended > day.isoformat())
        if there and (units is None or data.get("unit_id") in units):
            yield version


def acts_of_register(register: Register) -> QuerySet[Act]:
    """What was done to a register, the newest first."""
    return Act.objects.filter(register=register.code).order_by("-id")


def undoable_acts(register: Register, act: Act) -> Q | None:
    """Which acts an undo takes back whole: files and changes of many records at once."""
    return Q(act=act) if act.did in (Act.Did.IMPORTED, Act.Did.BULK, Act.Did.MOVED) else None


def later_changed(register: Register, act: Act) -> int:
    """How many of an act's records somebody changed after it: those an undo leaves alone."""
    table = register.model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT count(*) FROM registers_version one JOIN "{table}" live ON live.ref = one.ref '
            "WHERE one.act_id = %s AND live.act_id <> %s AND NOT to_jsonb(live) @> one.data",
            [act.pk, act.pk],
        )
        return int(cursor.fetchone()[0])

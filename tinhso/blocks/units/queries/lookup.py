"""Finding units."""

from datetime import date, datetime
from functools import lru_cache

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from tinhso.blocks.units.models import Level, Succession, Unit
from tinhso.kernel import text
from tinhso.kernel.errors import Refused

TYPES_OF_PLACES = ("Tỉnh ", "Thành phố ", "Xã ", "Phường ", "Thị trấn ")


def known_at_moment(known_at: datetime | None = None) -> Q:
    """The rows the system held to be true at ``known_at`` (now when None)."""
    return Q(known__upper_inf=True) if known_at is None else Q(known__contains=known_at)


def known_now() -> QuerySet[Unit]:
    """All legal existences, past and present, as known now."""
    return Unit.objects.filter(known_at_moment())


def at(day: date, *, known_at: datetime | None = None) -> QuerySet[Unit]:
    """The units valid on ``day``, as known at ``known_at``."""
    return Unit.objects.filter(known_at_moment(known_at), valid__contains=day).order_by("level", "sort_key")


def by_ref(ref: str) -> Unit:
    """The unit with this public reference; refuses an unknown one."""
    unit = known_now().filter(ref=ref).select_related("parent").first()
    if unit is None:
        raise Refused("unknown_unit", _("Không có đơn vị nào có mã “%(ref)s”."), ref=ref)
    return unit


def level_name(ref: str) -> str:
    """``province``, ``district``, ``commune``, ``hamlet`` or ``agency``; empty for a reference that nobody knows."""
    name = _level_names().get(ref)
    if name is None:
        _level_names.cache_clear()
        name = _level_names().get(ref)
    return name or ""


def clear_levels_cache() -> None:
    """Drop what is kept in memory; for tests, which change the world under it."""
    _level_names.cache_clear()


@lru_cache(maxsize=1)
def _level_names() -> dict[str, str]:
    return {ref: Level(level).name.lower() for ref, level in Unit.objects.values_list("ref", "level")}


def province(day: date) -> Unit | None:
    """The province of ``day``; None before anything was loaded."""
    return at(day).filter(level=Level.PROVINCE).first()


def by_code(code: str, day: date, *, level: Level) -> Unit | None:
    """The unit that carried ``code`` at ``level`` on ``day``; None when there was none."""
    return at(day).filter(code=code, level=level).first()


def agency(code: str, day: date) -> Unit | None:
    """The department responsible on ``day`` for what the department with the short code ``code`` does.

    Where that department did not exist yet, the one it came from (the first by name, when there were several), and
    where it exists no more, the one it became.
    """
    department = at(day).filter(code=code, level=Level.AGENCY).first()
    waiting = (
        list(known_now().filter(code=code, level=Level.AGENCY).order_by("sort_key", "ref")) if not department else []
    )
    visited_keys: set[int] = set()
    while waiting and department is None:
        unit = waiting.pop(0)
        if unit.pk in visited_keys:
            continue
        visited_keys.add(unit.pk)
        if (unit.valid.lower is None or unit.valid.lower <= day) and (
            unit.valid.upper is None or day < unit.valid.upper
        ):
            department = unit
        before, after = history_of(unit)
        waiting += [edge.before for edge in before] + [edge.after for edge in after]
    return department


def search_units(words: str, *, limit: int = 20) -> QuerySet[Unit]:
    """Units whose names, codes or former names hold ``words``, whatever the diacritics; living ones first."""
    folded_words = text.fold(words).split()
    units = known_now().exclude(level=Level.AGENCY) if folded_words else Unit.objects.none()
    for word in folded_words:
        units = units.filter(search_text__contains=word)
    return units.order_by("-valid__upper_inf", "level", "sort_key")[:limit]


def history_of(unit: Unit) -> tuple[QuerySet[Succession], QuerySet[Succession]]:
    """What became this unit, and what it became."""
    edges = (
        Succession.objects.filter(known_at_moment())
        .select_related("before", "after")
        .order_by("effective", "before__sort_key")
    )
    return edges.filter(after=unit), edges.filter(before=unit)


def place_name(unit: Unit) -> str:
    """The place that a letterhead names: of an agency its province's, bare of its type unless only a number is left."""
    at = unit.parent if unit.level == Level.AGENCY and unit.parent else unit
    kind = next((kind for kind in TYPES_OF_PLACES if at.name.startswith(kind)), "")
    bare = at.name.removeprefix(kind)
    return at.name if bare[:1].isdigit() else bare

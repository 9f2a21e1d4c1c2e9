"""Walls as data: which scenes a screen shows, for how long, at which hours; read from the province's ``walls.toml``."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Annotated

from django.conf import settings
from django.utils.translation import gettext as _
from pydantic import Field

from tinhso.blocks.units.models import Level
from tinhso.blocks.units.queries import UnitNode
from tinhso.ioc.queries.frame import SnapshotFrame
from tinhso.kernel import clock
from tinhso.kernel.errors import Refused
from tinhso.kernel.province_table import province_table, table
from tinhso.ui.wording import name_in_language

KINDS = ("overview", "domain", "time", "attention", "today", "unit", "live")
OVERVIEW, DOMAIN, TIME, ATTENTION, TODAY, UNIT, LIVE = KINDS
EACH = "*"
SECONDS = {OVERVIEW: 40, DOMAIN: 20, TIME: 60, ATTENTION: 20, TODAY: 20, UNIT: 20, LIVE: 30}
SHORTEST, LONGEST = 5, 600
SPOTLIGHT_MINUTES = 5
MAIN = "chung"
CODE = re.compile(r"[A-Za-z0-9-]+")


@table
class Scene:
    """One picture of a rotation.

    ``about`` is what it shows (a domain, an indicator, a unit), ``seconds`` how long (0: as is usual for its kind);
    ``days`` are weekdays from 1 (Monday), ``since`` and ``until`` the hours of a day (``07:30``, until not included) at
    which it is shown.
    """

    show: str
    about: str = ""
    seconds: int = 0
    days: tuple[int, ...] = ()
    since: Annotated[str, Field(alias="from")] = ""
    until: str = ""

    def __post_init__(self) -> None:
        if self.show not in KINDS:
            raise ValueError(_("không có cảnh “%(show)s”") % {"show": self.show})
        if self.seconds and not SHORTEST <= self.seconds <= LONGEST:
            raise ValueError(_("seconds từ 5 đến 600"))
        object.__setattr__(self, "seconds", self.seconds or SECONDS[self.show])
        object.__setattr__(self, "about", self.about or (EACH if self.show in (DOMAIN, TIME, UNIT) else ""))

    @property
    def code(self) -> str:
        """Its name in an address."""
        return f"{self.show}-{self.about}" if self.about else self.show

    def is_due(self, moment: datetime) -> bool:
        """Whether it is shown at ``moment``; hours may run past midnight."""
        here = clock.local(moment)
        at = f"{here:%H:%M}"
        begins, ends = self.since or "00:00", self.until or "24:00"
        inside = begins <= at < ends if begins < ends else (at >= begins or at < ends)
        return inside and (not self.days or here.isoweekday() in self.days)


@table
class Screen:
    """A wall: its address, its scenes (none: the usual ones), whose figures it shows (empty: the reader's own unit).

    After ``silent_seconds`` without an answer, or when its figures were read ``old_hours`` ago, it says so.
    """

    code: str
    name: str = ""
    name_en: str = ""
    unit: str = ""
    silent_seconds: int = 90
    old_hours: int = 30
    scenes: Annotated[tuple[Scene, ...], Field(alias="scene")] = ()

    def __post_init__(self) -> None:
        if not CODE.fullmatch(self.code):
            raise ValueError(_("mã màn hình chỉ gồm chữ không dấu, số, gạch nối"))
        object.__setattr__(self, "name", self.name or self.code)
        object.__setattr__(self, "scenes", self.scenes or USUAL)


USUAL = tuple(Scene(show) for show in (OVERVIEW, TODAY, DOMAIN, ATTENTION, LIVE, TIME, UNIT))


@table
class Walls:
    """Every wall of the province, in the order of its file."""

    wall: tuple[Screen, ...] = ()


walls = province_table("walls.toml", Walls)


def default_screen() -> Screen:
    """The wall of a province that says nothing: all that there is to see, one after another."""
    return Screen(MAIN, _("Màn hình chung"), "Main screen")


def screens() -> tuple[Screen, ...]:
    """Every wall of the province in the order of its file; refuses a file that cannot be read, naming the place."""
    return walls().wall or (default_screen(),)


def screen_by_code(code: str) -> Screen:
    """One wall; refuses a code that no wall has."""
    screen = next((wall_screen for wall_screen in screens() if wall_screen.code == code), None)
    if screen is None:
        raise Refused("unknown_wall", _("Không có màn hình nào có mã “%(code)s”."), code=code)
    return screen


def scenes_of_moment(screen: Screen, at: SnapshotFrame, top: UnitNode, now: datetime) -> list[Scene]:
    """The scenes of this moment in order, each code once; the overview where nothing else is due."""
    scenes_by_key: dict[str, Scene] = {}
    for planned in screen.scenes:
        if planned.is_due(now):
            for scene in _expanded_scenes(planned, at, top, now):
                scenes_by_key.setdefault(scene.code, scene)
    return list(scenes_by_key.values()) or [Scene(OVERVIEW, seconds=SECONDS[OVERVIEW])]


def _expanded_scenes(planned: Scene, at: SnapshotFrame, top: UnitNode, now: datetime) -> Iterator[Scene]:
    """The scene itself, or one for each domain; what the catalogue and the units do not know is left out."""
    if planned.show == DOMAIN:
        domain_codes = list(at.catalogue.domains) if planned.about == EACH else [planned.about]
        yield from (replace(planned, about=code) for code in domain_codes if at.catalogue.in_domain(code))
    elif planned.show == TIME:
        code = first_for_map(at) if planned.about == EACH else planned.about
        if code in at.catalogue.indicators:
            yield replace(planned, about=code)
    elif planned.show == UNIT:
        ref = spotlight_unit(at, top, now) if planned.about == EACH else planned.about
        if ref in at.places.by_ref:
            yield replace(planned, about=ref)
    else:
        yield replace(planned, about="")


def is_known(at: SnapshotFrame, show: str, about: str) -> bool:
    """Whether there is a scene of this kind about this."""
    values: Mapping[str, object] = {
        DOMAIN: at.catalogue.domains,
        TIME: at.catalogue.indicators,
        UNIT: at.places.by_ref,
    }.get(show, {"": None})
    return show in KINDS and about in values


def first_for_map(at: SnapshotFrame) -> str:
    """The first headline share that communes report: what a map in time shows unless told otherwise."""
    indicators = [indicator for code in at.catalogue.domains for indicator in at.catalogue.in_domain(code)[:1]]
    by_commune = [
        indicator
        for indicator in indicators
        if at.catalogue.facts[indicator.fact].level == "commune" and indicator.kind.has_out_of
    ]
    return next((indicator.code for indicator in by_commune), "")


def spotlight_unit(at: SnapshotFrame, top: UnitNode, now: datetime) -> str:
    """The commune whose turn it is: another every five minutes, so that each appears on a wall; empty without any."""
    nodes = at.places.communes(top, at.places.day)
    return nodes[int(now.timestamp()) // (SPOTLIGHT_MINUTES * 60) % len(nodes)].ref if nodes else ""


def title_of(scene: Scene, at: SnapshotFrame) -> str:
    """What a scene is called on the list of scenes and above itself."""
    if scene.show == DOMAIN:
        return name_in_language(at.catalogue.domains[scene.about])
    if scene.show == UNIT:
        return name_in_language(at.places.by_ref[scene.about])
    return {
        OVERVIEW: _("Toàn cảnh"),
        TIME: _("Bản đồ theo thời gian"),
        ATTENTION: _("Cần chú ý"),
        TODAY: _("Trong ngày"),
        LIVE: _("Bản đồ trực tiếp"),
    }[scene.show]


def top_of(screen: Screen, at: SnapshotFrame, own: UnitNode) -> UnitNode:
    """The unit whose figures a wall shows: its own, else the reader's, a commune's province excepted."""
    unit_node = at.places.by_ref.get(screen.unit)
    return unit_node if unit_node is not None and unit_node.level != Level.AGENCY else own


@lru_cache(maxsize=1)
def frontend_version() -> str:
    """What changes when the script or the style sheet of pages changes: a wall loads itself anew at night."""
    manifest = Path(str(settings.DJANGO_VITE["default"]["manifest_path"]))
    return hashlib.sha256(manifest.read_bytes()).hexdigest()[:12] if manifest.is_file() else ""

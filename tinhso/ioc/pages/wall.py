"""The wall: the overview on one screen, and the scenes that a screen in a room shows one after another."""

from dataclasses import replace
from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tinhso.ioc.pages import wall_scenes as scenes
from tinhso.ioc.pages.kept import kept_part
from tinhso.ioc.pages.readers import RequestedView, for_readers, page_context, requested_view
from tinhso.ioc.pages.wall_scenes import Shot
from tinhso.ioc.queries import wall as walls
from tinhso.ioc.queries import walls as screens
from tinhso.ioc.queries.frame import SnapshotFrame, UnitView
from tinhso.ioc.queries.walls import OVERVIEW, Scene, Screen
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused


@for_readers
def wall_page(request: HttpRequest, by: Actor) -> HttpResponse:
    """The whole province (or the reader's unit) on one dark screen; only what is late is read anew each time."""
    asking = requested_view(request, by)
    text = request.GET.get("map", "")
    map_domain = text if text in asking.at.catalogue.domains else ""
    now = clock.now()
    context = page_context(asking) | {
        "body": _overview_body(request, Shot(asking, Scene(OVERVIEW), by, now), map_domain),
        "true_for": walls.cached_wall(asking.at, asking.seen).true_for,
    }
    context |= scenes.alarms_context(Shot(asking, Scene(OVERVIEW), by, now))
    return render(request, "ioc/wall.html", context)


def _overview_body(request: HttpRequest, shot: Shot, wanted: str = "") -> SafeString:
    key = (*shot.asking.key, wanted)
    return kept_part(request, shot.asking.at, key, "ioc/wall_body.html", lambda: scenes.overview_scene(shot, wanted))[1]


@for_readers
def wall_list(request: HttpRequest, by: Actor) -> HttpResponse:
    """The walls of the province: what each shows when, and the address to open on its screen."""
    asking = requested_view(request, by)
    now = clock.now()
    rows = []
    for screen in screens.screens():
        view = _view_of_screen(asking, screen)
        programme = screens.scenes_of_moment(screen, view.at, view.seen.unit, now)
        titles = [(scene, screens.title_of(scene, view.at)) for scene in programme]
        rows.append((screen, view.seen.unit, titles, sum(scene.seconds for scene in programme)))
    return render(request, "ioc/walls.html", page_context(asking) | {"walls": rows})


@for_readers
def wall_start(request: HttpRequest, by: Actor, name: str) -> HttpResponse:
    """The address of a screen: its first scene of this moment."""
    asking, screen = _screen_query(request, by, name)
    first = screens.scenes_of_moment(screen, asking.at, asking.seen.unit, clock.now())[0]
    return redirect(scenes.scene_address(name, first.code))


@for_readers
def wall_scene(request: HttpRequest, by: Actor, name: str, scene: str) -> HttpResponse:
    """One scene, with the addresses of those before and after it; ``X-Live`` asks for the scene alone."""
    asking, screen = _screen_query(request, by, name)
    now = clock.now()
    programme = screens.scenes_of_moment(screen, asking.at, asking.seen.unit, now)
    at = _place_of(programme, scene)
    shot = Shot(asking, _scene_of_address(asking.at, programme, at, scene), by, now)
    context = _scene_frame(screen, programme, at, shot) | _cached_scene(request, shot)
    template = "ioc/wall_scene.html" if request.headers.get("X-Live") else "ioc/wall_show.html"
    answer = render(request, template, context)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _screen_query(request: HttpRequest, by: Actor, name: str) -> tuple[RequestedView, Screen]:
    screen = screens.screen_by_code(name)
    return _view_of_screen(requested_view(request, by), screen), screen


def _view_of_screen(asking: RequestedView, screen: Screen) -> RequestedView:
    """What is asked, for the unit whose figures the wall shows."""
    top = screens.top_of(screen, asking.at, asking.seen.unit)
    if top.pk == asking.seen.unit.pk:
        return asking
    unit_view = UnitView(top, asking.at.places.bases(top.ref)[0])
    return replace(asking, seen=unit_view, link=f"?unit={top.ref}")


def _place_of(programme: list[Scene], code: str) -> int:
    """Where a scene stands in the programme; one that is over stands where its kind does, else nowhere (-1)."""
    exact = next((i for i, scene in enumerate(programme) if scene.code == code), None)
    show = code.partition("-")[0]
    return exact if exact is not None else next((i for i, scene in enumerate(programme) if scene.show == show), -1)


def _scene_of_address(frame: SnapshotFrame, programme: list[Scene], at: int, code: str) -> Scene:
    """The scene of an address; one of another hour is shown all the same. Refuses what is no scene."""
    if at >= 0 and programme[at].code == code:
        return programme[at]
    show, _dash, about = code.partition("-")
    if not screens.is_known(frame, show, about):
        raise Refused("unknown_scene", _("Không có cảnh nào tên “%(code)s”."), code=code)
    return Scene(show, about, screens.SECONDS[show])


def _scene_frame(screen: Screen, programme: list[Scene], at: int, shot: Shot) -> dict[str, object]:
    """What surrounds every scene: its neighbours, its time, and from when on its figures count as old."""
    frame, total = shot.asking.at, len(programme)
    titles = [
        (scene, screens.title_of(scene, frame), scenes.scene_address(screen.code, scene.code)) for scene in programme
    ]
    return page_context(shot.asking) | {
        "screen": screen,
        "scene": shot.scene,
        "title": screens.title_of(shot.scene, frame),
        "titles": titles,
        "place": at + 1,
        "total": total,
        "next": titles[(at + 1) % total][2],
        "previous": titles[(at - 1) % total][2],
        "here_is": scenes.scene_address(screen.code, shot.scene.code),
        "build": screens.frontend_version(),
        "topics": scenes.every_event(),
        "now": shot.now,
        "is_old": _is_old(frame.at, screen, shot.now),
    }


def _is_old(moment: datetime | None, screen: Screen, now: datetime) -> bool:
    return moment is None or now - moment > timedelta(hours=screen.old_hours)


def _cached_scene(request: HttpRequest, shot: Shot) -> dict[str, object]:
    """The scene's own part, kept where it depends on the snapshot alone."""
    kind, asking = shot.scene.show, shot.asking
    template = f"ioc/wall_{kind}.html"
    if kind == OVERVIEW:
        context: dict[str, object] = {
            "body": _overview_body(request, shot),
        }
        context |= scenes.alarms_context(shot)
        context["body"] = render_to_string(template, context, request)
    elif kind in scenes.KEPT:
        key = (*asking.key, shot.scene.code)
        cached_part = kept_part(request, asking.at, key, template, lambda: scenes.MAKERS[kind](shot) | {"title": ""})
        context = {"body": cached_part[1]}
    else:
        context = scenes.MAKERS[kind](shot)
        context["body"] = render_to_string(template, context, request)
    return context | {"heard": scenes.heard_by(shot, context)}

"""What each scene of a wall shows: the context of its template, and whether it may be kept with the snapshot."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tinhso.blocks.indicators.contract import WALL_EVENTS, Better, Indicator
from tinhso.blocks.units.rights import SEE_INDICATORS
from tinhso.ioc.pages.maps import drawing_of
from tinhso.ioc.pages.readers import RequestedView, page_context
from tinhso.ioc.queries import centres, communes, live_map, wall_day, wall_map
from tinhso.ioc.queries import wall as walls
from tinhso.ioc.queries.alerting.listed import open_alerts
from tinhso.ioc.queries.alerting.said import alert_text, subject_of
from tinhso.ioc.queries.frame import UnitView
from tinhso.ioc.queries.kept import for_a_moment
from tinhso.ioc.queries.shown import ReadingView
from tinhso.ioc.queries.wall_map import InTime, MapEra, MapStep
from tinhso.ioc.queries.walls import ATTENTION, DOMAIN, LIVE, OVERVIEW, TIME, TODAY, UNIT, Scene
from tinhso.kernel import periods
from tinhso.kernel.actor import Actor
from tinhso.ui.wording import name_in_language, number_text, period_text, unit_text

MISSED_ON_WALL, BESIDE_MAP = 3, 4
BESIDE_HEADLINE, LATE_ON_SCENE, MISSED_ON_SCENE, SECTIONS_OF_UNIT = 4, 5, 5, 8
ALERTS_BESIDE, ALERTS_ON_SCENE = 4, 6
SNAPSHOT = "indicators.SnapshotPublished"
ALERTS = ("ioc.AlertsChanged", "ioc.AlertHandled")


@dataclass(frozen=True)
class Shot:
    """A scene as it is about to be drawn: what is asked, which scene, by whom, when."""

    asking: RequestedView
    scene: Scene
    by: Actor
    now: datetime


def overview_scene(shot: Shot, wanted: str = "") -> dict[str, object]:
    """Ten tiles around a map; ``wanted`` is the domain on the map."""
    asking = shot.asking
    page = walls.cached_wall(asking.at, asking.seen)
    choices = walls.map_choices(asking.at, page)
    chosen = next((map_choice for map_choice in choices if map_choice.domain == wanted), next(iter(choices), None))
    values: dict[str, object] = {"page": page, "missed": page.missed[:MISSED_ON_WALL], "choices": choices}
    if chosen is None:
        return page_context(asking) | values | {"chosen": None, "areas": None}
    return page_context(asking) | values | {"chosen": chosen} | side_by_side(asking, chosen.indicator, chosen.period)


def side_by_side(asking: RequestedView, indicator: Indicator, period: str) -> dict[str, object]:
    """The communes of a period as a map, with those at both ends."""
    at, unit_view = asking.at, asking.seen
    nodes = communes.peer_units(at, unit_view, periods.parse(period).end)
    compared = communes.compared_units(at, indicator, nodes, period, unit_view.basis)
    many = min(BESIDE_MAP, len(compared.ranked) // 2)
    return drawing_of(asking, compared) | {
        "best": compared.ranked[:many],
        "worst": compared.ranked[len(compared.ranked) - many :],
        "lower_is_better": indicator.better is Better.LOWER,
    }


def domain_scene(shot: Shot) -> dict[str, object]:
    """One domain: its headline with its course, what else is watched, and its communes on the map."""
    asking, code = shot.asking, shot.scene.about
    watched = walls.watched_in(asking.at, code)
    reading_views = list(walls.all_shown(asking.at, asking.seen, watched).values())
    head = next((reading_view for reading_view in reading_views if reading_view.value is not None), reading_views[0])
    others = [reading_view for reading_view in reading_views if reading_view is not head][:BESIDE_HEADLINE]
    context: dict[str, object] = page_context(asking) | {"head": head, "others": others, "domain": code, "areas": None}
    if head.reading is not None and asking.at.catalogue.facts[head.indicator.fact].level == "commune":
        context |= side_by_side(asking, head.indicator, head.reading.period)
    return context


def in_time(shot: Shot) -> dict[str, object]:
    """The map in time, standing at its last step."""
    asking = shot.asking
    indicator = asking.at.catalogue.indicators[shot.scene.about]
    time = wall_map.in_time(asking.at, asking.seen, indicator)
    if time is None:
        return page_context(asking) | {"map": None, "indicator": indicator}
    return (
        page_context(asking)
        | {"map": time, "indicator": indicator}
        | _standing_at(
            time, len(time.steps) - 1, {ref: name_in_language(asking.at.places.by_ref[ref]) for ref in time.wholes}
        )
    )


def _standing_at(time: InTime, number: int, whole_names: Mapping[str, str]) -> dict[str, object]:
    step = time.steps[number]
    nodes = time.eras[step.era].nodes
    areas = [
        (node, time.outlines[node.pk], time.shade(value), time.radius(value))
        for node, value in zip(nodes, step.values, strict=True)
    ]
    best, worst = time.ends(step)
    return {
        "number": number,
        "step": step,
        "areas": areas,
        "best": best,
        "worst": worst,
        "many": _commune_count_text(time.eras[step.era], time),
        "lower_is_better": time.indicator.better is Better.LOWER,
        "marks": [(era, round(100 * era.first / max(len(time.steps) - 1, 1), 2)) for era in time.eras[1:]],
        "whole_name": whole_names.get(step.whole.unit, ""),
        "spec": spec_of(time, whole_names),
    }


def _commune_count_text(era: MapEra, time: InTime) -> str:
    """How many communes an era has, and how many of them have no outline."""
    many, undrawn = len(era.nodes), sum(not time.outlines[node.pk].path for node in era.nodes)
    words = _("%(many)s đơn vị cấp xã") % {"many": number_text(many)}
    return words if not undrawn else _("%(words)s, %(undrawn)s chưa có vị trí") % {"words": words, "undrawn": undrawn}


def spec_of(time: InTime, whole_names: Mapping[str, str]) -> dict[str, object]:
    """Everything that a player needs to show any step: paths by unit once, then shades or radii by step."""
    decimals, unit = time.indicator.decimals, unit_text(time.indicator.unit_of_measure)

    def text(value: object) -> str:
        return number_text(value, decimals) + unit

    def step(one: MapStep) -> dict[str, object]:
        best, worst = time.ends(one)
        look = {"r": [time.radius(value) for value in one.values]} if time.as_circles else {}
        return look | {
            "period": period_text(one.period).capitalize(),
            "era": one.era,
            "shades": [time.shade(value) for value in one.values],
            "whole": text(one.whole.value) if one.whole.value is not None else "",
            "of": whole_names.get(one.whole.unit, ""),
            "best": [[name_in_language(node), text(value)] for node, value in best],
            "worst": [[name_in_language(node), text(value)] for node, value in worst],
        }

    eras = [
        {
            "text": _commune_count_text(era, time),
            "units": [
                [name_in_language(node), time.outlines[node.pk].path, *time.outlines[node.pk].middle]
                for node in era.nodes
            ],
        }
        for era in time.eras
    ]
    return {"eras": eras, "steps": [step(map_step) for map_step in time.steps]}


@dataclass(frozen=True)
class Alarm:
    """An alert as a wall has room for it: its subject (and where, unless that is the wall's own unit), its sentence."""

    ref: str
    title: str
    sentence: str
    tone: str


def alarms_context(shot: Shot, limit: int = ALERTS_BESIDE) -> dict[str, object]:
    """The gravest open alerts and how many there are; what is overdue where there are none."""
    reach = sorted((right, sorted(places)) for right, places in shot.by.reach.items())
    at, unit_view = shot.asking.at, shot.asking.seen
    # Who does not see the whole province sees the alerts that they own besides: nobody else's answer will do for them
    owner = "" if SEE_INDICATORS in shot.by.everywhere else shot.by.ref
    who = (at.number, at.edition, at.audience, at.known_at, sorted(shot.by.everywhere), reach, owner)
    key = ("alarms", *who, unit_view.unit.ref, unit_view.basis, limit, get_language())
    return for_a_moment(key, lambda: _open_alarms(shot, limit))


def _open_alarms(shot: Shot, limit: int) -> dict[str, object]:
    asking = shot.asking
    strip = open_alerts(shot.by, asking.at, asking.seen, limit=limit)
    alarms = []
    for alert in strip.first:
        words = alert_text(asking.at, alert)
        here = alert.unit_id == asking.seen.unit.pk
        title = subject_of(asking.at, alert) if here else words.title
        alarms.append(Alarm(alert.ref, title, words.sentence, words.tone))
    late = walls.attention_items(asking.at, asking.seen, shot.now, limit=LATE_ON_SCENE)
    return {"strip": strip, "alarms": alarms, "attention": late, "redrawn_after": every_event()}


def attention_scene(shot: Shot) -> dict[str, object]:
    """Alerts, what misses its target, and what is late."""
    missed = walls.cached_wall(shot.asking.at, shot.asking.seen).missed
    values = {"missed": missed[:MISSED_ON_SCENE], "all_missed": len(missed)}
    return page_context(shot.asking) | values | alarms_context(shot, ALERTS_ON_SCENE)


def today_scene(shot: Shot) -> dict[str, object]:
    """Counters of the day."""
    return page_context(shot.asking) | {"day": wall_day.day_counters(shot.asking.at, shot.asking.seen, shot.now)}


def live_scene(shot: Shot) -> dict[str, object]:
    """What goes on at this moment, where."""
    return page_context(shot.asking) | {"live": live_map.live_map(shot.asking.at, shot.asking.seen, shot.now)}


def unit_scene(shot: Shot) -> dict[str, object]:
    """One unit: where it lies, and its first number of each domain with its rank."""
    at = shot.asking.at
    node = at.places.by_ref[shot.scene.about]
    unit_view = UnitView(node, at.places.bases(node.ref)[0])
    centre = centres.centre_of(at, unit_view)
    firsts = [(section, section.standings[0]) for section in centre.sections][:SECTIONS_OF_UNIT]
    return page_context(shot.asking) | {"node": node, "firsts": firsts} | _locator_map(shot.asking, node.ref, firsts)


def _locator_map(
    asking: RequestedView, ref: str, firsts: list[tuple[centres.CentreSection, centres.IndicatorStanding]]
) -> dict[str, object]:
    """The map of the first number that communes have, with the unit lit."""
    reading_views: list[ReadingView] = [standing.shown for _section, standing in firsts if standing.rank]
    if not reading_views or reading_views[0].reading is None:
        return {"areas": None, "lit": ref}
    return side_by_side(asking, reading_views[0].indicator, reading_views[0].reading.period) | {
        "lit": ref,
        "mapped": reading_views[0],
    }


Make = Callable[[Shot], dict[str, object]]
MAKERS: dict[str, Make] = {
    OVERVIEW: overview_scene,
    DOMAIN: domain_scene,
    TIME: in_time,
    ATTENTION: attention_scene,
    TODAY: today_scene,
    UNIT: unit_scene,
    LIVE: live_scene,
}
KEPT = (DOMAIN, TIME, UNIT)  # depend on the snapshot alone; the others hold something of this very moment


def every_event() -> str:
    """All events after which some part of a wall may have changed."""
    return " ".join((SNAPSHOT, *ALERTS, *WALL_EVENTS))


def heard_by(shot: Shot, context: dict[str, object]) -> str:
    """The events after which a scene is drawn anew."""
    day = context.get("day")
    if isinstance(day, wall_day.DayCounters):
        return " ".join((SNAPSHOT, *day.event_names))
    now = context.get("live")
    if isinstance(now, live_map.LiveMap):
        return " ".join((SNAPSHOT, *now.event_names))
    return SNAPSHOT if shot.scene.show in KEPT else every_event()


def scene_address(wall: str, scene: str) -> str:
    """Where a scene of a wall is."""
    return reverse("ioc:wall_scene", args=[wall, scene])

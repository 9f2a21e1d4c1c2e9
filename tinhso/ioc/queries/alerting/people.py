"""Who has an alert in hand, and who is told next."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from tinhso.blocks.identity import queries as identity
from tinhso.blocks.identity.models import Person, Post
from tinhso.blocks.indicators import queries as indicators
from tinhso.blocks.units.models import Level
from tinhso.blocks.units.queries import UnitNode
from tinhso.blocks.units.rights import SEE_INDICATORS
from tinhso.ioc.models import Alert, AlertWish, Favourite
from tinhso.ioc.queries.alerting.rules import ABOVE, EscalationStep
from tinhso.ioc.queries.places import Places
from tinhso.ioc.rights import HANDLE_ALERTS


@dataclass(frozen=True)
class Roster:
    """The posts of one day that give the right to handle alerts, by unit, in the order a province prefers."""

    posts: dict[int, list[Post]]
    places: Places

    def owner(self, office: int) -> Person | None:
        """Who has alerts of ``office`` in hand unless somebody else is named: who is posted there, or above an agency
        where nobody is."""
        node = self.places.every.nodes.get(office)
        posts = self.posts.get(office, [])
        if not posts and node is not None and node.level == Level.AGENCY and node.parent is not None:
            posts = self.posts.get(node.parent, [])
        return posts[0].person if posts else None

    def of_step(self, alert: Alert, step: EscalationStep) -> list[Person]:
        """Who is told when an alert goes up one step."""
        node: UnitNode | None = self.places.every.nodes.get(alert.office_id)
        key = node.parent if step.to == ABOVE and node is not None else alert.office_id
        posts = self.posts.get(key, []) if key is not None else []
        return [post.person for post in posts if not step.roles or post.role.code in step.roles]


def roster(day: date, places: Places, roles: Sequence[str]) -> Roster:
    """The posts of ``day``; those whose role stands first in ``roles`` come first."""
    rank = {role: n for n, role in enumerate(roles)}
    posts = identity.posts_on(day).filter(role__rights__contains=[HANDLE_ALERTS], person__is_active=True)
    posts_by_key: dict[int, list[Post]] = {}
    for post in sorted(posts.select_related("person"), key=lambda one: (rank.get(one.role.code, len(rank)), one.pk)):
        posts_by_key.setdefault(post.unit_id, []).append(post)
    return Roster(posts_by_key, places)


def colleagues(alert: Alert) -> list[Person]:
    """Who can be given an alert: those who may handle alerts where it is or where it is answered for."""
    people_by_key = {
        person.pk: person
        for at in (alert.office, alert.unit)
        for person in identity.holders_of_rights(HANDLE_ALERTS, at=at)
    }
    return sorted(
        (person for person in people_by_key.values() if may_be_told(person, alert)), key=lambda person: person.name
    )


def may_be_told(person: Person, alert: Alert) -> bool:
    """Whether the figures of an alert are for this person."""
    if not alert.restricted:
        return True
    return indicators.audience_of(identity.actor_for(person)).sees_restricted(alert.unit.ref)


def followers(alerts: Sequence[Alert]) -> list[tuple[Person, Alert]]:
    """People who follow the indicator of an alert at its unit, and may see it there, each with that alert."""
    about = {(alert.indicator, alert.unit.ref): alert for alert in alerts if alert.indicator}
    codes, units = {code for code, _unit in about}, {unit for _code, unit in about}
    rows = Favourite.objects.filter(member="", indicator__in=codes, unit__in=units).values_list(
        "owner", "indicator", "unit"
    )
    owner_alerts = [(owner, about[code, unit]) for owner, code, unit in rows.distinct() if (code, unit) in about]
    people_by_key = {
        person.ref: person
        for person in Person.objects.filter(ref__in={ref for ref, _alert in owner_alerts}, is_active=True)
    }
    return [
        (people_by_key[ref], alert)
        for ref, alert in owner_alerts
        if ref in people_by_key and identity.actor_for(people_by_key[ref]).can(SEE_INDICATORS, at=alert.unit)
    ]


def alert_wishes(people: Iterable[Person]) -> dict[tuple[int, str], AlertWish]:
    """How people want to hear of each kind, by their key and the kind; the usual ways where they said nothing."""
    keys = {person.pk: person for person in people}
    alert_wishes_by_key = {
        (alert_wish.person_id, alert_wish.kind): alert_wish
        for alert_wish in AlertWish.objects.filter(person__in=list(keys))
    }
    return {
        (key, kind): alert_wishes_by_key.get((key, kind)) or AlertWish(person=person, kind=kind)
        for key, person in keys.items()
        for kind in Alert.Kind.values
    }

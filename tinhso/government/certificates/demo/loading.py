"""Putting the illustrative register into the tables: whole lives at once, in both times."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange, DateTimeTZRange

from tinhso.blocks.audit import services as audit
from tinhso.blocks.bulk.services import copy_objects
from tinhso.blocks.units import queries as units
from tinhso.blocks.units.models import Level, Unit
from tinhso.government.certificates.demo import leaving, requests
from tinhso.government.certificates.demo.lives import CertificateMaker, Life
from tinhso.government.certificates.models import Certificate, Version
from tinhso.government.certificates.services import record
from tinhso.government.certificates.services.reorganising import ends_of_units
from tinhso.kernel import clock, refs
from tinhso.kernel.actor import Actor
from tinhso.kernel.clock import VIETNAM

WRITTEN_DOWN = timedelta(days=1, hours=9)  # the register hears of things on the following morning


@transaction.atomic
def load_demo(*, told: Mapping[str, Any], seed: str, by: Actor, now: datetime) -> int:
    """Make the register that ``demo/certificates.toml`` asks for, once; says how many certificates."""
    if Certificate.objects.filter(is_demo=True).exists():
        return 0
    today = clock.local(now).date()
    maker = CertificateMaker(told, seed, today, ends_of_units(today))
    lives = [*_published_lives(maker), *_lives_around(maker), *_joined_lives(maker)]
    _running_out(maker, lives)
    _write_lives(lives, told["issuer"], by, now)
    requests.make_requests(told, seed, lives, by=by, now=now)
    leaving.make_leavers(told, by=by, now=now)
    audit.record(
        by=by,
        did="loaded illustrative certificates",
        to=("certificates.Certificate", "demo"),
        after={"count": len(lives)},
    )
    return len(lives)


def _units_below(root: str, day: date) -> list[Unit]:
    """The units below ``root`` on a day, the unit itself first; provinces hold what is left over."""
    tree = units.tree(day)
    node = tree.by_ref(root)
    keys = tree.subtree(node.pk) if node is not None else []
    units_by_key = {unit.pk: unit for unit in units.known_now().filter(pk__in=keys).select_related("parent__parent")}
    return [units_by_key[key] for key in keys if units_by_key[key].level != Level.HAMLET]


def _published_lives(maker: CertificateMaker) -> Iterator[Life]:
    """As many certificates as were published, all in force on that day, spread over the units that there were."""
    figures, first = maker.told["figures"], maker.told["history"]["first"]
    places = _units_below(figures["root"], figures["day"])
    for kind in ("organisation", "personal", "sim"):
        for number in range(figures[kind]):
            unit, turn = places[number % len(places)], number // len(places)
            since = maker.day_between(max(first, unit.valid.lower or first), figures["day"] - timedelta(days=10))
            life = maker.organisation(unit, turn, since) if kind == "organisation" else maker.person(unit, kind, since)
            maker.reorganise(life)
            yield life


def _lives_around(maker: CertificateMaker) -> Iterator[Life]:
    """Those revoked before the published day, those issued after it, and servers'."""
    figures, history = maker.told["figures"], maker.told["history"]
    places = _units_below(figures["root"], figures["day"])
    for number in range(history["revoked_before"]):
        since = maker.day_between(history["first"], figures["day"] - timedelta(days=200))
        life = maker.person(places[number % len(places)], "personal", since)
        life.add(
            maker.day_between(since + timedelta(days=30), figures["day"] - timedelta(days=1)),
            "revoked",
            state="revoked",
            reason="left_post",
        )
        yield life
    joined = list(units.at(history["joined_since"]).filter(level=Level.COMMUNE).select_related("parent__parent"))
    for number in range(history["issued_after"]):
        day = maker.day_between(figures["day"] + timedelta(days=1), maker.today - timedelta(days=20))
        living = joined if day >= history["joined_since"] else places
        life = maker.person(living[number % len(living)], "personal", day)
        maker.reorganise(life)
        yield life
    agencies = [unit for unit in places if unit.level == Level.AGENCY] or places
    for number in range(history["services"]):
        since = maker.day_between(history["first"], figures["day"])
        life = maker.service(agencies[number % min(3, len(agencies))], since)
        maker.reorganise(life)
        yield life


def _joined_lives(maker: CertificateMaker) -> Iterator[Life]:
    """The certificates of units that came from elsewhere: in the register since they joined."""
    history = maker.told["history"]
    since = history["joined_since"]
    mine = {end.to.pk for end in maker.ends.values() if end.day == since}
    for unit in units.at(since).filter(level__in=[Level.COMMUNE, Level.AGENCY]).select_related("parent__parent"):
        people = 0 if unit.pk in mine else history["joined_people"]
        for number in range(people + (1 if people else 0)):
            first = maker.day_between(since - timedelta(days=900), since - timedelta(days=30))
            life = maker.organisation(unit, 0, first) if number == 0 else maker.person(unit, "personal", first)
            life.since, life.did = since, "imported"
            maker.reorganise(life)
            yield life


def _running_out(maker: CertificateMaker, lives: Sequence[Life]) -> None:
    """Some run out soon, some have and are still held."""
    history, figures = maker.told["history"], maker.told["figures"]
    old = [
        live
        for live in lives
        if live.now("state") == "active" and live.since <= figures["day"] and not live.now("must")
    ]
    chosen = maker.draw.sample(old, min(len(old), history["ends_soon"] + history["expired"]))
    for number, life in enumerate(chosen):
        soon = number < history["ends_soon"]
        days = maker.draw.randint(2, 89) if soon else -maker.draw.randint(5, 120)
        life.said["last_day"] = maker.today + timedelta(days=days)
        life.said["first_day"] = min(life.said["first_day"], life.since)


def _write_lives(lives: Sequence[Life], issuer: str, by: Actor, now: datetime) -> None:
    certificates = [
        Certificate(
            ref=refs.new_ref("CTS"),
            issuer=issuer,
            issuer_key=record.issuer_key(issuer),
            serial=live.serial,
            is_demo=True,
        )
        for live in lives
    ]
    copy_objects(certificates)
    copy_objects(
        version
        for life, certificate in zip(lives, certificates, strict=True)
        for version in _version_rows(life, certificate, by, now)
    )


def _version_rows(life: Life, certificate: Certificate, by: Actor, now: datetime) -> Iterator[Version]:
    """Every word in both times: what was believed until the next was heard, and what is believed now."""
    stages = [(life.since, life.did, life.said)]
    for day, did, changes in life.events:
        stages.append((day, did, stages[-1][2] | changes))
    moments = [min(datetime.combine(day, time(), tzinfo=VIETNAM) + WRITTEN_DOWN, now) for day, _did, _values in stages]
    for at, (day, did, values) in enumerate(stages):
        last = at + 1 == len(stages)
        later, until = (None, None) if last else (moments[at + 1], stages[at + 1][0])
        if later is None or later > moments[at]:
            yield _version_row(
                certificate, values, did, DateRange(day, None), DateTimeTZRange(moments[at], later, "[)"), by
            )
        if later is not None:
            yield _version_row(certificate, values, did, DateRange(day, until), DateTimeTZRange(later, None, "[)"), by)


def _version_row(
    certificate: Certificate, values: Mapping[str, Any], did: str, valid: DateRange, known: DateTimeTZRange, by: Actor
) -> Version:
    version = Version(certificate=certificate, did=did, by=by.ref, by_name=by.name, valid=valid, known=known, **values)
    version.search_text = record.search_text_of(version)
    return version

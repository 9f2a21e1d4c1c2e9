"""Plausible lives of certificates from a fixed seed: issued, changed or revoked when units were reorganised."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from tinhso.blocks.units.models import Level, Unit
from tinhso.government.certificates.queries.rules import CHANGE, NONE, REVOKE, rules
from tinhso.government.certificates.services.reorganising import UnitEnd, must_of

YEAR = 365
LEVELS = {Level.COMMUNE: "commune", Level.DISTRICT: "district", Level.PROVINCE: "province", Level.AGENCY: "agency"}
SETTLED = {"must": "", "must_change_since": None, "must_change_by": None}


@dataclass
class Life:
    """A certificate: what was said of it first, and each later change with the day from which it held."""

    serial: str
    said: dict[str, Any]
    since: date
    did: str = "issued"
    events: list[tuple[date, str, dict[str, Any]]] = field(default_factory=list)

    def now(self, name: str) -> Any:
        """What was said last."""
        return next(
            (changes[name] for _day, _did, changes in reversed(self.events) if name in changes), self.said[name]
        )

    def add(self, day: date, did: str, **changes: Any) -> None:
        """Something else happens, after all that has."""
        last = self.events[-1][0] if self.events else self.since
        self.events.append((max(day, last + timedelta(days=1)), did, changes))


class CertificateMaker:
    """Makes certificates that do not exist for units that do."""

    def __init__(self, told: Mapping[str, Any], seed: str, today: date, ends: Mapping[int, UnitEnd]) -> None:
        self.told, self.today, self.ends = told, today, ends
        self.draw = Random(seed)
        self.count = 0

    def organisation(self, unit: Unit, body: int, since: date) -> Life:
        """One of a unit's own bodies."""
        names: Sequence[str] = self.told["bodies"][LEVELS[Level(unit.level)]]
        return self._life(unit, "organisation", names[body % len(names)].format(unit.name), since, device="usb")

    def person(self, unit: Unit, kind: str, since: date) -> Life:
        """Somebody who does not exist, at a unit; numbers that nobody has."""
        names, number = self.told["names"], self.count + 1
        name = " ".join(self.draw.choice(names[part]) for part in ("family", "middle", "given"))
        post = self.draw.choice(self.told["posts"][LEVELS[Level(unit.level)]])
        more = {"holder": name, "post_title": post, "id_number": f"000{number:09d}"}
        if kind == "sim":
            more |= {"phone": f"0000{number:06d}", "device": "sim"}
        return self._life(unit, kind, name, since, **({"device": "usb"} | more))

    def service(self, unit: Unit, since: date) -> Life:
        """A server's."""
        host = f"dich-vu-{self.count + 1}.example"
        return self._life(unit, "service", host, since, holder=host, device="hsm", key_usage="serverAuth")

    def _life(self, unit: Unit, kind: str, subject: str, since: date, **more: Any) -> Life:
        self.count += 1
        values: dict[str, Any] = {
            "kind": kind,
            "unit": unit,
            "subject": subject,
            "state": "active",
            "first_day": since,
            "last_day": since + timedelta(days=5 * YEAR),
            "key_usage": "digital_signature, content_commitment",
            "device_serial": f"MH{self.count:08d}" if more.get("device") in ("usb", "hsm") else "",
            "holder": "",
            "post_title": "",
            "id_number": "",
            "phone": "",
            "device": "none",
            "reason": "",
            "decision": "",
            "note": "",
            **SETTLED,
        }
        return Life(f"DE{self.count:06X}", values | more, since)

    def reorganise(self, one: Life) -> None:
        """Follow the unit through mergers up to today; most of what must be done gets done within months."""
        history = self.told["history"]
        while (end := self.ends.get(one.now("unit").pk)) is not None and one.now("state") != "revoked":
            left, must = one.now("unit").pk, must_of(one.now("kind"), one.now("unit"), end)
            self._follow(one, end, must)
            settled = one.events[-1][0] + timedelta(days=self.draw.randint(20, 260))
            if must == REVOKE and self.draw.random() < history["revoked"] and settled < self.today:
                one.add(settled, "revoked", state="revoked", reason="reorganised", **SETTLED)
            elif must == CHANGE and self.draw.random() < history["changed"] and settled < self.today:
                one.add(settled, "changed", subject=self._renamed(one, end), **SETTLED)
            if end.to.pk == left:
                return  # nobody follows

    def _follow(self, one: Life, end: UnitEnd, must: str) -> None:
        values: dict[str, Any] = {"unit": end.to}
        if must != NONE and one.now("must") != REVOKE:
            due = end.day + timedelta(days=rules().validity.change_within_days)
            values |= {"must": must, "must_change_since": one.now("must_change_since") or end.day}
            values |= {"must_change_by": one.now("must_change_by") or due}
        if end.decision:
            values["decision"] = end.decision
        self.kept = one.now("unit").name
        one.add(end.day, "reorganised", **values)

    def _renamed(self, one: Life, end: UnitEnd) -> str:
        """The subject with the unit's new name; a person's is the person's."""
        if one.now("kind") != "organisation":
            return str(one.now("subject"))
        return str(one.now("subject")).replace(self.kept, end.to.name)

    def day_between(self, first: date, last: date) -> date:
        """A day from ``first`` to ``last``."""
        return first + timedelta(days=self.draw.randint(0, max((last - first).days, 0)))

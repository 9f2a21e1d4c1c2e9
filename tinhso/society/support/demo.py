"""Plausible programmes from a fixed seed, each record marked as illustrative: the swaps of the article one by one.

Numbers of people and handsets are ones that nobody can have: identity numbers of no province, phones of no operator.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from django.db import transaction
from stdnum import luhn

from tinhso.blocks.bulk.services import copy_rows
from tinhso.blocks.units.models import Level, Unit
from tinhso.kernel import clock, refs
from tinhso.kernel.actor import Actor
from tinhso.kernel.working_calendar import moment_at
from tinhso.society.support import services
from tinhso.society.support.contract import HOLDS, ApplicationState, EligibilityOutcome
from tinhso.society.support.models import (
    Application,
    Claim,
    Complaint,
    Delivery,
    Entry,
    Handset,
    List,
    Person,
    Programme,
)
from tinhso.society.support.queries import numbers, rules, secrets
from tinhso.society.support.services.paying import make_batch

FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Phan", "Võ", "Đặng", "Bùi", "Đỗ")
MIDDLE = ("Thị", "Văn", "Ngọc", "Minh", "Thanh", "Hữu", "Kim", "Hồng")
GIVEN = ("Hoa", "Sáu", "Lan", "Tư", "Bé", "Hai", "Út", "Mai", "Phước", "Hiền", "Tám", "Nga", "Dũng", "Lợi")
GENDERS, HOUSES = ("female", "male", ""), ("poor", "near_poor", "merit", "other", "")
PAPER_WHY, REFUSED_WHY = (
    "Mang theo giấy chứng nhận hộ cận nghèo.",
    "Hộ không có trong danh sách hộ nghèo, cận nghèo năm nay.",
)
ONE_DAY, WHO = timedelta(days=1), "Minh họa"


@dataclass
class DemoApplication:
    """An application with all that belongs to it."""

    one: Application
    told: dict[str, str]
    given: str = ""
    on: date | None = None
    did: Sequence[tuple[str, datetime, str]] = ()


def load(*, told: Mapping[str, Any], seed: str, by: Actor, now: datetime) -> int:
    """Make the programmes that the province's ``demo/support.toml`` asks for, once; says how many applications."""
    if Programme.objects.exists():
        return 0
    Handset.objects.bulk_create(Handset(illustrative=True, **handset_values) for handset_values in told["handset"])
    return sum(SupportMaker(programme_values, seed, by, now).load() for programme_values in told["programme"])


class SupportMaker:
    """Makes one programme and its applications."""

    def __init__(self, told: Mapping[str, Any], seed: str, by: Actor, now: datetime) -> None:
        self.told, self.by, self.now = told, by, now
        self.random = Random(f"{seed}:support:{told['code']}")
        self.today = clock.local(now).date()
        self.programme = self._programme()
        day = min(told.get("units_on", self.today), self.today)
        under = Unit.objects.filter(ref=told["province"]).values_list("pk", flat=True)
        units = Unit.objects.filter(known__upper_inf=True, valid__contains=day, level=Level.COMMUNE).order_by("ref")
        self.communes = [unit for unit in units.select_related("parent") if _is_below(unit, set(under))]
        self.weights = [self.random.uniform(0.4, 2.2) for _unit in self.communes]

    def _programme(self) -> Programme:
        programme_settings = self.told
        unit = Unit.objects.get(ref=programme_settings["unit"], known__upper_inf=True)
        values = {name: programme_settings[name] for name in services.programmes.FIELDS if name in programme_settings}
        programme = services.create_programme(
            code=programme_settings["code"], unit=unit, values=values, by=self.by, illustrative=True
        )
        services.set_rules(
            code=programme.code,
            rules=programme_settings["rules"],
            valid_from=programme.starts_on,
            why="Minh họa",
            by=self.by,
            now=self.now,
        )
        services.set_quota(code=programme.code, unit=unit, pieces=programme.pieces, money=programme.budget, by=self.by)
        return services.change_programme_state(code=programme.code, to="open", by=self.by)

    @transaction.atomic
    def load(self) -> int:
        """Write everything; gives how many applications there are."""
        listed = List.objects.create(
            ref=refs.new_ref("DS"),
            programme=self.programme,
            file_name="danh-sach-minh-hoa.xlsx",
            state="taken",
            at=self.now,
            by="demo",
            by_name="Minh họa",
            rows=self.told.get("listed", 0),
        )
        self.line = self.programme.lines.get()
        self.version = self.programme.rules.get()
        days = [(day, True) for day in self._days_of_swaps()] + [(day, False) for day in self._days_of_others()]
        demo_applications = [
            self._make_application(place, day, is_listed) for place, (day, is_listed) in enumerate(sorted(days))
        ]
        _insert_applications(demo_applications, listed, self.programme)
        if self.programme.amount:
            while _has_unpaid(self.programme):
                self._pay()
        if self.told.get("closed"):
            services.change_programme_state(code=self.programme.code, to="closed", by=self.by)
        return len(demo_applications)

    def _days_of_swaps(self) -> list[date]:
        """Exactly as many days of delivery up to a day as the province's figure says, and some after it."""
        values = self.told
        if not values.get("listed"):
            return []
        until, last = values["listed_until"], values["ends_on"]
        first = [_random_day(self.random, values["starts_on"] + ONE_DAY, until) for _n in range(values["listed"])]
        return first + [_random_day(self.random, until + ONE_DAY, last) for _n in range(values.get("after", 0))]

    def _days_of_others(self) -> list[date]:
        first = max(self.told["starts_on"], self.today - timedelta(days=330))
        return [_random_day(self.random, first, self.today) for _n in range(self.told.get("applications", 0))]

    def _make_application(self, place: int, day: date, is_listed: bool) -> DemoApplication:
        chance = self.random
        commune = chance.choices(self.communes, self.weights)[0]
        name = f"{chance.choice(FAMILY)} {chance.choice(MIDDLE)} {chance.choice(GIVEN)}"
        values = {"name": name, "person": f"000{place:09}", "phone": f"84000{place:06}", "imei": ""}
        if self.programme.takes_device:
            values["imei"] = _random_imei("99000001", place)
        application = Application(
            ref=refs.new_ref("HT"),
            programme=self.programme,
            channel="list" if is_listed else chance.choice(("web", "desk", "desk", "team")),
            origin_unit=commune,
            unit=commune,
            gender=chance.choices(GENDERS, (45, 40, 15))[0],
            born=chance.choice((None, *range(1940, 2004))),
            household=chance.choices(HOUSES, self.told.get("houses", (20, 25, 10, 30, 15)))[0],
            shown_name=numbers.shown_name(name),
            shown_number=numbers.masked_number(values["person"]),
            shown_phone=numbers.masked_number(values["phone"]),
            shown_imei=numbers.masked_number(values["imei"]),
            rules=self.version,
            outcome=EligibilityOutcome.YES,
            illustrative=True,
            answers=[],
        )
        return (
            self._listed(DemoApplication(application, values), place, day)
            if is_listed
            else self._make_requested(DemoApplication(application, values), place, day)
        )

    def _listed(self, made: DemoApplication, place: int, day: date) -> DemoApplication:
        """Handed over by an operator's shop, told by its list."""
        application, moment = made.one, moment_at(day, time(9 + place % 8))
        application.told_at = application.submitted_at = application.decided_at = application.delivered_at = moment
        application.due_at = moment + 7 * ONE_DAY
        self._draws(made, ApplicationState.DELIVERED, day, place)
        made.did = (("delivered", moment, ""),)
        return made

    def _draws(self, made: DemoApplication, state: str, day: date | None, place: int) -> None:
        made.one.state, made.one.line, made.one.amount = state, self.line, self.programme.amount
        made.on = day
        if day is not None and self.programme.gives_device:
            made.given = _random_imei("99000102", place)

    def _make_requested(self, made: DemoApplication, place: int, day: date) -> DemoApplication:
        """Asked for by somebody: most of it decided and handed over, the latest still on its way."""
        application, told_at = made.one, moment_at(day, time(8 + place % 9))
        application.told_at = application.submitted_at = told_at
        application.due_at = rules.due_moment(told_at, self.programme.days)
        did = [("submitted", told_at, "")]
        decided = told_at + timedelta(days=self.random.randint(1, 7), hours=self.random.randint(0, 5))
        moment = decided + timedelta(days=self.random.randint(1, 12))
        lot = self.random.random()
        if decided > self.now:
            application.state = ApplicationState.PAPER if lot < 0.2 else ApplicationState.SUBMITTED
            did += [("paper_asked", told_at, PAPER_WHY)] if application.state == ApplicationState.PAPER else []
        elif lot < 0.1:
            application.state, application.answer, application.decided_at = (
                ApplicationState.REFUSED,
                REFUSED_WHY,
                decided,
            )
            did.append(("refused", decided, REFUSED_WHY))
        elif lot < 0.13:
            application.state = ApplicationState.SUBMITTED  # and late
        else:
            application.decided_at = decided
            did.append(("approved", decided, ""))
            self._draws(
                made, ApplicationState.APPROVED if moment > self.now else ApplicationState.DELIVERED, None, place
            )
            if moment <= self.now:
                application.delivered_at = moment
                self._draws(made, ApplicationState.DELIVERED, clock.local(moment).date(), place)
                did.append(("delivered", moment, ""))
        application.entries_count, made.did = len(did), did
        return made

    def _pay(self) -> None:
        """A batch; that of a programme that is over was approved and paid, any other waits for whoever approves it."""
        batch = make_batch(code=self.programme.code, by=self.by, now=self.now)
        if not self.told.get("closed"):
            return
        services.approve_batch(ref=batch.ref, by=replace(self.by, ref=f"{self.by.ref}-2"), now=self.now)
        services.settle_lines(ref=batch.ref, numbers=[], paid=True, why="", on=self.today, by=self.by, now=self.now)


def _is_below(unit: Unit, tops: set[int]) -> bool:
    ancestor: Unit | None = unit
    while ancestor is not None:
        if ancestor.pk in tops:
            return True
        ancestor = ancestor.parent
    return False


def _random_day(random: Random, first: date, last: date) -> date:
    return first + timedelta(days=random.randint(0, (last - first).days))


def _random_imei(tac: str, number: int) -> str:
    """Fourteen digits and the one that checks them."""
    digits = f"{tac}{number:06}"
    return digits + luhn.calc_check_digit(digits)


def _has_unpaid(programme: Programme) -> bool:
    return programme.applications.filter(state=ApplicationState.DELIVERED, payments__isnull=True).exists()


def _insert_applications(demo_applications: Sequence[DemoApplication], listed: List, programme: Programme) -> None:
    Application.objects.bulk_create([demo_application.one for demo_application in demo_applications], batch_size=2000)
    copy_rows(
        Person,
        ("application_id", "sealed", "codes", "tries"),
        (
            (demo_application.one.pk, secrets.seal_personal(programme, demo_application.told), 0, 0)
            for demo_application in demo_applications
        ),
    )
    _write_claims(demo_applications, programme)
    copy_rows(
        Entry,
        ("application_id", "number", "at", "by", "by_name", "did", "state", "note", "public"),
        (
            (demo_application.one.pk, number, moment, "demo", WHO, did, str(demo_application.one.state), note, True)
            for demo_application in demo_applications
            for number, (did, moment, note) in enumerate(demo_application.did, 1)
        ),
    )
    copy_rows(
        Delivery,
        ("application_id", "on", "at", "by", "by_name", "shown_imei", "listed_id", "note"),
        (
            (
                demo_application.one.pk,
                demo_application.on,
                demo_application.one.delivered_at,
                "demo",
                WHO,
                numbers.masked_number(demo_application.given),
                listed.pk,
                "",
            )
            for demo_application in demo_applications
            if demo_application.on is not None
        ),
    )
    refused = [
        demo_application.one
        for demo_application in demo_applications
        if demo_application.one.state == ApplicationState.REFUSED
    ][:6]
    Complaint.objects.bulk_create(
        Complaint(
            ref=refs.new_ref("KN"),
            application=application,
            about="refusal",
            at=application.decided_at + ONE_DAY,
            text="Hộ tôi mới được xét cận nghèo tháng trước, đề nghị xem lại.",
            due_at=rules.due_moment(application.decided_at + ONE_DAY, rules.rules().numbers.complaint_days),
        )
        for application in refused
        if application.decided_at is not None
    )


def _write_claims(demo_applications: Sequence[DemoApplication], programme: Programme) -> None:
    """Four for each swap."""

    def rows() -> Iterator[tuple[Any, ...]]:
        for demo_application in demo_applications:
            claim_numbers = [
                (kind, demo_application.told[kind]) for kind in programme.once if demo_application.told[kind]
            ]
            for kind, number in [
                *claim_numbers,
                *([("imei", demo_application.given)] if demo_application.given else []),
            ]:
                mark = secrets.claim_mark(programme, kind, number)
                yield (
                    demo_application.one.pk,
                    programme.pk,
                    kind,
                    mark,
                    ApplicationState(demo_application.one.state) in HOLDS,
                )

    copy_rows(Claim, ("application_id", "programme_id", "kind", "mark", "live"), rows())

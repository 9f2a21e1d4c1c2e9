"""A year of plausible cases from a fixed seed, each marked as illustrative: as many, and as timely, as the figures
that the same units handed in for the same months. Months that are not over go on as the last one went."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from random import Random

from tinhso.blocks.bpmn.queries.happy_path import Way, usual_way
from tinhso.blocks.bpmn.queries.shapes import ProcessNode
from tinhso.blocks.cases.contract import Applicant, Channel, ProcedureOption, Status
from tinhso.blocks.cases.models import Case
from tinhso.blocks.cases.queries import promises
from tinhso.blocks.cases.queries.steps import HANDING_OUT, drawing_for
from tinhso.blocks.cases.rights import DECIDE_CASES, PROCESS_CASES, RECEIVE_CASES
from tinhso.blocks.cases.services.history import Past, Worked, load_past
from tinhso.blocks.identity import queries as identity
from tinhso.blocks.units import queries as units
from tinhso.blocks.units.models import Unit
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.deadlines import DurationUnit as Measure
from tinhso.kernel.deadlines import Office, deadline_of
from tinhso.kernel.working_calendar import moment_at

FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Võ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương", "Lý", "Đoàn", "Mai")
MIDDLE = ("Văn", "Thị", "Minh", "Ngọc", "Thanh", "Hữu", "Kim", "Quốc", "Thu", "Hoàng", "Mỹ", "Tấn", "Bích", "Phước")
GIVEN = (
    "An",
    "Bình",
    "Châu",
    "Dung",
    "Đạt",
    "Giang",
    "Hạnh",
    "Hiếu",
    "Khánh",
    "Lan",
    "Long",
    "Mai",
    "Nam",
    "Nga",
    "Phúc",
    "Quyên",
    "Sơn",
    "Tâm",
    "Thảo",
    "Trang",
    "Tú",
    "Uyên",
    "Vân",
    "Xuân",
    "Yến",
)
WITHDRAWN, DECLINED = "Người nộp rút hồ sơ (minh họa)", "Không đủ điều kiện theo quy định của thủ tục (minh họa)"
RATED, LIKED = 0.35, 0.93
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class ChannelNumbers:
    """What a unit told of one channel in one month."""

    received: int
    declined: int
    supplemented: int
    withdrawn: int
    finished: int
    on_time: int
    early: int


@dataclass(frozen=True)
class DemoMonth:
    """A month of a unit, by channel."""

    first: date
    channels: Mapping[Channel, ChannelNumbers]


@dataclass
class UnfinishedDemoCase:
    """A case that was received and is not finished: how much the demo knows of it."""

    channel: Channel
    received: datetime


class Steps:
    """Gives a finished case the steps that the process of its procedure has, done within its own time.

    Draws by itself, so that the cases are the same with and without their steps.
    """

    HOURS = {PROCESS_CASES: 16, DECIDE_CASES: 4, RECEIVE_CASES: 4}  # how long a step takes, beside the others
    NAMES = {PROCESS_CASES: "Chuyên viên", DECIDE_CASES: "Lãnh đạo", RECEIVE_CASES: "Người tiếp nhận"}

    def __init__(self, office: Office, seed: str, now: datetime) -> None:
        self.office, self.draw, self.now = office, Random(f"{seed}:steps"), now
        self.ways: dict[tuple[str, str, Channel], Way] = {}
        self.people: dict[tuple[int, str], list[tuple[str, str]]] = {}
        self.departments: dict[str, Unit | None] = {}

    def worked(self, past: Past) -> Past:
        """The same case with its steps; one that is not finished stays as it is."""
        if past.received_at is None or past.finished_at is None:
            return past
        way, done, opened = self._way(past), list[Worked](), past.received_at
        for wave, span in zip(way, self._spans(way, self.office.worked(opened, past.finished_at)), strict=True):
            ended = min(self.office.hours.after(opened, span, self.office.days), past.finished_at)
            ended = past.finished_at if wave is way[-1] else max(opened, ended)
            done += [self._done(past, node, opened, ended) for node in wave]
            opened = ended
        if past.returned_at is not None:
            done.append(self._handed_out(past, past.finished_at, past.returned_at))
        return replace(past, steps=tuple(done))

    def _way(self, past: Past) -> Way:
        key = (past.offer.code, past.offer.option, past.channel)
        if key not in self.ways:
            facts = {"channel": int(past.channel), "option": past.offer.option, "procedure": past.offer.code}
            self.ways[key] = usual_way(drawing_for(past.offer.code), facts, self.now)
        return self.ways[key]

    def _spans(self, way: Way, total: timedelta) -> list[timedelta]:
        """How much of the working time each step takes: about what it may, and those without a limit what is left."""
        limits = [max((node.hours or 0) for node in wave) for wave in way]
        step_hours = [limit * self.draw.uniform(0.2, 1.05) for limit in limits]
        left = total / HOUR - sum(step_hours)
        if left < 0:
            usual = [max(node.hours or self.HOURS.get(node.right, 8) for node in wave) for wave in way]
            return [total * (hours / sum(usual)) for hours in usual]
        takers = [place for place, limit in enumerate(limits) if not limit] or [0]
        for place in takers:
            step_hours[place] += left / len(takers)
        return [HOUR * hours for hours in step_hours]

    def _done(self, past: Past, node: ProcessNode, opened: datetime, ended: datetime) -> Worked:
        unit = self._unit(past, node)
        due_at = self.office.hours.after(opened, node.hours, self.office.days) if node.hours else None
        ref, name = self.draw.choice(self._people(unit, node.right))
        answer = node.outcomes[0] if node.outcomes else ""
        return Worked(node.id, node.name or node.id, node.right, unit, opened, ended, ref, name, due_at, answer)

    def _handed_out(self, past: Past, opened: datetime, ended: datetime) -> Worked:
        ref, name = self.draw.choice(self._people(past.receiving, RECEIVE_CASES))
        return Worked(HANDING_OUT, "Trả kết quả", RECEIVE_CASES, past.receiving, opened, ended, ref, name)

    def _unit(self, past: Past, node: ProcessNode) -> Unit:
        if node.unit == "receiving":
            return past.receiving
        if node.unit not in self.departments:
            today = clock.local(self.now).date()
            self.departments[node.unit] = None if node.unit == "holder" else units.agency(node.unit, today)
        return self.departments[node.unit] or past.competent

    def _people(self, unit: Unit, right: str) -> list[tuple[str, str]]:
        """The demo's own people at the unit who may do such a step; where there are none, a post without a name."""
        if (unit.pk, right) not in self.people:
            people = [
                (person.ref, person.name)
                for person in identity.holders_of_rights(right, at=unit, here_only=True)
                if person.is_demo
            ]
            nobody = (f"demo:{unit.ref}:{right}"[:80], f"{self.NAMES.get(right, 'Cán bộ')} (minh họa)")
            self.people[unit.pk, right] = people or [nobody]
        return self.people[unit.pk, right]


class CaseMaker:
    """Makes the cases of one unit, month after month."""

    def __init__(self, unit: Unit, offers: Sequence[ProcedureOption], seed: str, now: datetime) -> None:
        self.unit, self.now, self.draw = unit, now, Random(seed)
        self.office: Office = promises.office_hours()
        self.by_amount: dict[int, list[ProcedureOption]] = {}
        for offer in offers:
            if offer.duration and offer.duration.unit is Measure.WORKING_DAY and offer.duration.amount:
                self.by_amount.setdefault(offer.duration.amount, []).append(offer)
        self.waiting: dict[Channel, list[UnfinishedDemoCase]] = {channel: [] for channel in Channel}
        self.dues: dict[tuple[date, int], datetime] = {}

    def month(self, month: DemoMonth) -> Iterator[Past]:
        """What was received in the month and what was finished in it, whenever it was received."""
        days = self._working_days(month.first)
        for channel, numbers in month.channels.items():
            moments = sorted(self._moment(self.draw.choice(days)) for _ in range(numbers.received))
            queue = self.waiting[channel]
            queue += [UnfinishedDemoCase(channel, moment) for moment in moments if moment <= self.now]
            for _ in range(numbers.declined):
                yield self._declined(channel, self._moment(self.draw.choice(days)))
            yield from self._finished(queue, numbers, days)
            for _ in range(min(numbers.withdrawn, len(queue))):
                yield self._withdrawn(queue.pop(0), days)

    def unfinished_cases(self, on_time: float) -> Iterator[Past]:
        """What is still being worked on, most of it in time; some waits for its applicant; some was filed just now."""
        for queue in self.waiting.values():
            for unfinished_demo_case in queue:
                yield self._running(unfinished_demo_case, in_time=self.draw.random() < on_time)
        today = clock.local(self.now).date()
        last = self.office.days.nth_working_day(today - timedelta(days=5), 1)
        for _ in range(12):
            moment = min(self._moment(self.draw.choice((last, today))), self.now - timedelta(minutes=5))
            yield self._past(Channel.ONLINE, self._offer(3), moment)

    def _finished(
        self, queue: list[UnfinishedDemoCase], numbers: ChannelNumbers, days: Sequence[date]
    ) -> Iterator[Past]:
        """So many of the longest waiting, so many of them late, on the day, or early."""
        count = min(numbers.finished, len(queue))
        done, queue[:] = queue[:count], queue[count:]
        late = max(0, numbers.finished - numbers.on_time)
        supplemented_places = set(self.draw.sample(range(count), min(numbers.supplemented, count)))
        kinds = ["late"] * late + ["early"] * numbers.early
        kinds = (kinds + ["on day"] * count)[:count]
        self._exchange(done, kinds, days)
        for place, (unfinished_demo_case, kind) in enumerate(zip(done, kinds, strict=True)):
            offer, moment = self._ending(unfinished_demo_case, kind, days)
            yield self._done(
                unfinished_demo_case, offer, moment, asked=place in supplemented_places and kind == "early"
            )

    def _exchange(self, done: Sequence[UnfinishedDemoCase], kinds: list[str], days: Sequence[date]) -> None:
        """What came in so late that no day of the month is its day is done early, in place of one that came before.

        Otherwise a first month, which has nothing older to finish, would finish more early than was told.
        """
        early = [place for place, kind in enumerate(kinds) if kind == "early"]
        for place, kind in enumerate(kinds):
            if kind == "on day" and not self._fits(done[place], kind, days):
                other = next((candidate for candidate in early if self._fits(done[candidate], kind, days)), None)
                if other is not None:
                    early.remove(other)
                    kinds[other], kinds[place] = kind, "early"

    def _fits(self, one: UnfinishedDemoCase, kind: str, days: Sequence[date]) -> list[tuple[int, date]]:
        """Working days and a day of this month that make the case late, early, or done on its day."""
        received = clock.local(one.received).date()
        rest = [day for day in days if day >= received]
        amounts = sorted(self.by_amount)
        if kind == "late":
            return [(n, day) for n in amounts[:3] for day in rest if moment_at(day, time(8)) > self._due(one, n)]
        if kind == "early":
            return [(n, day) for n in amounts for day in rest[:3] if day < clock.local(self._due(one, n)).date()]
        return [(n, day) for n in amounts if (day := clock.local(self._due(one, n)).date()) in rest]

    def _ending(self, one: UnfinishedDemoCase, kind: str, days: Sequence[date]) -> tuple[ProcedureOption, datetime]:
        """A procedure and a moment of this month that make the case late, early, or done on its day."""
        fits = self._fits(one, kind, days)
        rest = [day for day in days if day >= clock.local(one.received).date()]
        amount, day = self.draw.choice(fits) if fits else (min(self.by_amount), rest[-1] if rest else days[-1])
        moment = max(self._moment(day), one.received + timedelta(minutes=25))
        limit = self._due(one, amount) if kind == "on day" else moment_at(day, time(23, 50))
        return self._offer(amount), min(moment, limit, self.now)

    def _due(self, one: UnfinishedDemoCase, amount: int) -> datetime:
        """When a case of ``amount`` working days would be due."""
        key = (clock.local(one.received).date(), amount)
        if key not in self.dues:
            duration = self.by_amount[amount][0].duration
            assert duration is not None
            self.dues[key] = deadline_of(one.received, duration, self.office, now=self.now).at
        return self.dues[key]

    def _done(self, one: UnfinishedDemoCase, offer: ProcedureOption, moment: datetime, *, asked: bool) -> Past:
        returned_at = min(moment + timedelta(hours=self.draw.choice((1, 2, 20, 44))), self.now)
        rating = None
        if self.draw.random() < RATED:
            rating = self.draw.choice((4, 5, 5)) if self.draw.random() < LIKED else self.draw.choice((1, 2, 3))
        past = self._past(one.channel, offer, one.received, received=one.received)
        break_ = (one.received + (moment - one.received) * 0.2, one.received + (moment - one.received) * 0.6)
        number = f"{self.draw.randint(1, 999)}/{clock.local(moment).year}"
        return replace(
            past,
            finished_at=moment,
            returned_at=returned_at,
            rating=rating,
            number=number,
            asked=break_ if asked else None,
        )

    def _running(self, one: UnfinishedDemoCase, *, in_time: bool) -> Past:
        amounts = sorted(self.by_amount)
        fits = [n for n in amounts if (self._due(one, n) > self.now) is in_time] or [amounts[-1 if in_time else 0]]
        past = self._past(one.channel, self._offer(self.draw.choice(fits)), one.received, received=one.received)
        since = one.received + (self.now - one.received) * 0.5
        return replace(past, asked=(since, None)) if in_time and self.draw.random() < 0.06 else past

    def _withdrawn(self, one: UnfinishedDemoCase, days: Sequence[date]) -> Past:
        past = self._past(one.channel, self._offer(10), one.received, received=one.received)
        moment = min(max(one.received + timedelta(hours=20), moment_at(days[0], time(9))), self.now)
        return replace(past, closed=(Status.WITHDRAWN, moment, WITHDRAWN))

    def _declined(self, channel: Channel, moment: datetime) -> Past:
        moment = min(moment, self.now - timedelta(hours=1))
        past = self._past(channel, self._offer(5), moment)
        return replace(past, closed=(Status.DECLINED, moment + timedelta(minutes=40), DECLINED))

    def _past(
        self, channel: Channel, offer: ProcedureOption, filed: datetime, received: datetime | None = None
    ) -> Past:
        return Past(offer, self._applicant(), channel, self.unit, self.unit, filed, received_at=received)

    def _offer(self, amount: int) -> ProcedureOption:
        """A procedure of so many working days, or of the nearest number that there is."""
        return self.draw.choice(self.by_amount[min(self.by_amount, key=lambda known: abs(known - amount))])

    def _applicant(self) -> Applicant:
        name = " ".join(self.draw.choice(words) for words in (FAMILY, MIDDLE, GIVEN))
        number = f"000{self.draw.randrange(10**9):09d}"  # no province has this code
        return Applicant(name, id_number=number, phone=f"0000{self.draw.randrange(10**6):06d}", address="(minh họa)")

    def _working_days(self, first: date) -> list[date]:
        after = (first + timedelta(days=31)).replace(day=1)
        every = (first + timedelta(days=n) for n in range((after - first).days))
        last = clock.local(self.now).date()
        return [day for day in every if self.office.days.is_working(day) and day <= last] or [first]

    def _moment(self, day: date) -> datetime:
        """Some minute of the hours of work."""
        begin, end = self.draw.choice(self.office.hours.day)
        span = int((moment_at(day, end) - moment_at(day, begin)).total_seconds() // 60)
        return moment_at(day, begin) + timedelta(minutes=self.draw.randrange(span))


def load_demo_cases(
    *,
    months: Mapping[Unit, Sequence[DemoMonth]],
    offers: Sequence[ProcedureOption],
    seed: str,
    by: Actor,
    now: datetime,
) -> int:
    """Make the cases of these units unless there are illustrative ones already; says how many."""
    if Case.objects.filter(origin=Case.Origin.DEMO).exists() or not offers:
        return 0
    pasts: list[Past] = []
    for unit, demo_months in months.items():
        maker = CaseMaker(unit, offers, f"{seed}:{unit.ref}", now)
        steps = Steps(maker.office, f"{seed}:{unit.ref}", now)
        for month in demo_months:
            pasts += map(steps.worked, maker.month(month))
        pasts += maker.unfinished_cases(on_time=0.95)
    pasts.sort(key=lambda past: past.submitted_at)
    return load_past(past=pasts, origin=Case.Origin.DEMO, by=by, now=now)

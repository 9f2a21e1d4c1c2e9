"""A year of plausible field reports from a fixed seed, each marked as illustrative, with pictures that we draw."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from random import Random
from typing import Any

from django.db import transaction
from django.urls import reverse
from PIL import Image, ImageDraw
from shapely import Point
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from tinhso.blocks.audit import services as audit
from tinhso.blocks.documents.services import storing
from tinhso.blocks.units.models import Boundary, Level, Unit
from tinhso.kernel import clock, refs
from tinhso.kernel.actor import Actor
from tinhso.kernel.working_calendar import moment_at
from tinhso.society.field_reports.contract import PLATFORMS, Channel, Priority, Status
from tinhso.society.field_reports.models import Attachment, Entry, Follower, Handover, Picture, Rating, Report, Reporter
from tinhso.society.field_reports.queries import deadlines, places, secrets
from tinhso.society.field_reports.queries.rules import Category, category_by_code, name_of, rules
from tinhso.society.field_reports.services import pictures, record

AT_ONCE = 500
VARIANTS = 3
LATELY = timedelta(days=12)
GROUND, SKY, GOOD = (196, 181, 150), (206, 226, 236), (126, 176, 112)
TINTS = [(122, 92, 64), (90, 96, 102), (60, 66, 88), (84, 120, 150), (70, 80, 60), (58, 110, 66), (150, 110, 84)]
SENDERS = {Channel.ZALO: "zalo", Channel.FACEBOOK: "fb", Channel.MAIL: "thu"}


@dataclass
class DemoReport:
    """Everything that belongs to one report and is written with it."""

    report: Report
    entries: list[Entry]
    handover: Handover | None = None
    before: Picture | None = None
    after: Picture | None = None
    ratings: tuple[tuple[str, int], ...] = ()


def load(*, told: Mapping[str, Any], seed: str, by: Actor, now: datetime) -> int:
    """Make the reports that the province's ``demo/field_reports.toml`` asks for, once; says how many."""
    if Report.objects.filter(origin=Report.Origin.DEMO).exists():
        return 0
    maker = FieldReportMaker(told, seed, now)
    count = 0
    while some := [maker.make_report() for _ in range(min(AT_ONCE, int(told["reports"]) - count))]:
        _insert_reports(some)
        count += len(some)
    audit.record(by=by, did="loaded illustrative reports", to=(Report._meta.label, "demo"), after={"count": count})
    return count


@transaction.atomic
def _insert_reports(some: Sequence[DemoReport]) -> None:
    Report.objects.bulk_create([demo_report.report for demo_report in some])
    Entry.objects.bulk_create([entry for demo_report in some for entry in demo_report.entries])
    Handover.objects.bulk_create([demo_report.handover for demo_report in some if demo_report.handover is not None])
    people = [Reporter(report=demo_report.report, sender=_sender_address(demo_report.report)) for demo_report in some]
    Reporter.objects.bulk_create(people)
    Follower.objects.bulk_create(
        [
            Follower(
                report=demo_report.report,
                told_of=demo_report.report,
                channel=demo_report.report.channel,
                sender=f"{_sender_address(demo_report.report)}-{n}",
                since=demo_report.report.sent_at,
            )
            for demo_report in some
            for n in range(demo_report.report.followers_count)
        ]
    )
    Attachment.objects.bulk_create(
        [
            Attachment(
                ref=refs.new_ref("ANH"),
                report=demo_report.report,
                kind=kind,
                picture=picture,
                by="demo",
                by_name="Minh họa",
                added_at=demo_report.report.sent_at,
                public=demo_report.report.is_public,
            )
            for demo_report in some
            for kind, picture in (("before", demo_report.before), ("after", demo_report.after))
            if picture is not None
        ]
    )
    Rating.objects.bulk_create(
        [
            Rating(
                report=demo_report.report,
                step=step,
                points=points,
                at=demo_report.report.closed_at or demo_report.report.sent_at,
            )
            for demo_report in some
            for step, points in demo_report.ratings
        ]
    )


def _sender_address(report: Report) -> str:
    name = f"{SENDERS.get(Channel(report.channel), 'minh-hoa')}-{report.ref[-6:].lower()}"
    return f"{name}@example.vn" if report.channel == Channel.MAIL else name


def told_in_chats(most: int) -> list[dict[str, Any]]:
    """The newest illustrative reports of each chat, with what their senders were told since."""
    reports = Report.objects.filter(origin=Report.Origin.DEMO, received_at__isnull=False).select_related(
        "unit", "origin_unit", "reporter"
    )
    rows = [
        report
        for chat, name in PLATFORMS.items()
        for report in reports.filter(channel=chat).order_by("-received_at", "-pk")[
            : most if name == "zalo" else most // 3
        ]
    ]
    return [
        {
            "channel": PLATFORMS[report.channel],
            "sender": report.reporter.sender,
            "reference": report.ref,
            "address": reverse("field_reports:one", args=[report.ref]),
            "secret": secrets.named_page(report),
            "text": report.text,
            "place": f"{report.address}, {report.origin_unit.name}",
            "category": name_of(report.category),
            "received_at": report.received_at,
            "unit": report.unit.name,
            "news": tuple(
                (entry.at, f"{report.ref}: {entry.get_status_display()}. {entry.note}".strip())
                for entry in report.entries.filter(did__in=["begun", "presented", "declined"]).order_by("number")
            ),
        }
        for report in rows
    ]


class FieldReportMaker:
    """Makes one report after the other."""

    def __init__(self, told: Mapping[str, Any], seed: str, now: datetime) -> None:
        self.told, self.now, self.draw = told, now, Random(f"{seed}.field_reports")
        self.today = clock.local(now).date()
        self.texts = {text_group["category"]: text_group for text_group in told["text"]}
        communes = places.communes(self.today)
        outlines = dict(Boundary.objects.filter(unit__in=communes).values_list("unit_id", "geometry"))
        self.outlines: dict[int, BaseGeometry] = {pk: shape(outline) for pk, outline in outlines.items()}
        self.communes = [unit for unit in communes if unit.pk in self.outlines]
        self.weights = [int(told.get("weight", {}).get(unit.ref, 1)) for unit in self.communes]
        self.pictures = {code: _category_pictures(code, now) for code in self.texts}
        self.agencies = {unit.code: unit for unit in places.receiving_units(self.today) if unit.level == Level.AGENCY}
        self.in_charge: dict[tuple[str, int], Unit] = {}

    def make_report(self) -> DemoReport:
        """A report with its history up to now."""
        draw = self.draw
        where = draw.choices(self.communes, self.weights)[0]
        code = draw.choice(list(self.texts))
        of, received = category_by_code(code, self.today), self._moment()
        level = of.priority if draw.random() > 0.04 else Priority.DANGER
        report_text = draw.choice(self.texts[code]["told"])
        longitude, latitude = self._point(where)
        promise = deadlines.reckon_deadline(received, of, level)
        report = Report(
            ref=refs.new_ref("PA"),
            origin=Report.Origin.DEMO,
            channel=self._channel(),
            category=code,
            sensitive=of.sensitive,
            priority=int(level),
            text=report_text,
            public_text=report_text,
            address=draw.choice(self.told["places"]).capitalize(),
            longitude=longitude,
            latitude=latitude,
            origin_unit=where,
            unit=self._in_charge(of, where),
            sent_at=received - timedelta(minutes=3),
            received_at=received,
            due_at=promise.at,
            first_due_at=promise.at,
            provisional=promise.provisional,
            followers_count=1 + min(int(draw.expovariate(1.2)), 9),
            status=Status.RECEIVED,
        )
        demo_report = DemoReport(report, [])
        self._note(demo_report, "told", received - timedelta(minutes=3))
        self._note(demo_report, "received", received)
        self._go_on(demo_report, of)
        report.search_text = record.searchable_text(report)
        if draw.random() < 0.8:
            demo_report.before = draw.choice(self.pictures[code]["before"])
        return demo_report

    def _in_charge(self, of: Category, where: Unit) -> Unit:
        key = (of.code, where.pk)
        if key not in self.in_charge:
            self.in_charge[key] = places.in_charge(of, where, self.today)
        return self.in_charge[key]

    def _go_on(self, made: DemoReport, of: Category) -> None:
        """Classified, perhaps handed over, begun, mended, answered: as far as there was time."""
        report, draw = made.report, self.draw
        assert report.received_at is not None
        assert report.due_at is not None
        span = max(report.due_at - report.received_at, timedelta(hours=2))
        lately = self.now - report.received_at < LATELY
        in_time = draw.random() < float(self.told["on_time"]) * (0.8 if lately else 1)
        share = draw.uniform(0.2, 0.97) if in_time else draw.uniform(1.05, 4 if lately else 2.2)
        end = report.received_at + span * share
        if not self._reach(
            made, report.received_at + (end - report.received_at) * 0.15, "classified", Status.CLASSIFYING
        ):
            return
        report.classified_at, report.is_public = made.entries[-1].at, True
        if draw.random() < 0.05:
            self._decline(made, end)
            return
        after = self.agencies.get(self.told.get("hand_over", {}).get(report.category, ""))
        moved = after is not None and draw.random() < 0.3
        if after is not None and moved:
            self._hand_over(made, report.received_at + (end - report.received_at) * 0.3, after)
        start = 0.75 if moved else 0.5
        if not self._reach(made, report.received_at + (end - report.received_at) * start, "begun", Status.IN_PROGRESS):
            report.needs_decision = made.handover is not None and draw.random() < 0.3
            return
        report.begun_at = made.entries[-1].at
        answer = draw.choice(self.texts[report.category]["answer"])
        if self._reach(made, end, "resolved", Status.RESOLVED, answer):
            report.answer, report.resolved_at = answer, end
            self._answer(made, end, answer)

    def _decline(self, made: DemoReport, end: datetime) -> None:
        reasons = ["Nơi này thuộc đất tư, hai hộ tự thỏa thuận.", "Không tìm thấy sự việc tại vị trí đã báo."]
        why = self.draw.choice(reasons)
        if self._reach(made, end, "declined", Status.DECLINED, why):
            made.report.answer, made.report.closed_at = why, end

    def _answer(self, made: DemoReport, end: datetime, answer: str) -> None:
        report, draw = made.report, self.draw
        if draw.random() < 0.85:
            made.after = draw.choice(self.pictures[report.category]["after"])
        else:
            report.no_photo_why = "Việc làm ban đêm, không chụp được ảnh rõ."
        wait = timedelta(hours=30) if draw.random() < 0.3 else timedelta(minutes=20)  # a crew's work is looked at first
        if not self._reach(made, end + wait, "presented", Status.AWAITING, answer):
            return
        report.confirm_by = end + timedelta(days=rules().closing.silence_days)
        says = draw.random() < float(self.told["confirmed"])
        close = end + wait + timedelta(hours=draw.uniform(1, 90)) if says else report.confirm_by
        if not self._reach(made, close, "confirmed" if says else "closed_silent", Status.CLOSED):
            return
        report.closed_at, report.confirmed, report.confirm_by = close, True if says else None, None
        if draw.random() < float(self.told["rated"]):
            late = report.due_at is not None and end > report.due_at
            points = [1, 2, 3, 3, 4] if late else [3, 4, 4, 5, 5, 5]
            made.ratings = tuple((step, draw.choice(points)) for step in Rating.Step.values if draw.random() < 0.8)

    def _hand_over(self, made: DemoReport, moment: datetime, after: Unit) -> None:
        report = made.report
        before = report.unit
        why = "Việc này do sở, ngành phụ trách, kính chuyển xử lý."
        if after.pk == before.pk or not self._reach(made, moment, "handed_over", Status.TRANSFERRED, why, unit=after):
            return
        made.entries[-1].detail = {"from": before.name, "from_ref": before.ref, "to": after.name, "to_ref": after.ref}
        made.handover = Handover(report=report, at=moment, by="demo", before=before, after=after, why=why)

    def _reach(
        self, made: DemoReport, moment: datetime, did: str, status: Status, note: str = "", *, unit: Unit | None = None
    ) -> bool:
        """Take a step, if its moment has come."""
        if moment > self.now:
            return False
        made.report.status = int(status)
        if unit is not None:
            made.report.unit = unit
        self._note(made, did, moment, note)
        return True

    def _note(self, made: DemoReport, did: str, moment: datetime, note: str = "") -> None:
        report = made.report
        report.entries_count += 1
        made.entries.append(
            Entry(
                report=report,
                number=report.entries_count,
                at=moment,
                by="demo",
                by_name="Minh họa",
                unit=report.unit,
                did=did,
                status=report.status,
                note=note,
            )
        )

    def _channel(self) -> str:
        channel_weights = self.told["channels"]
        return str(self.draw.choices(list(channel_weights), list(channel_weights.values()))[0])

    def _moment(self) -> datetime:
        """By day more often than by night, lately somewhat more often."""
        back = int(self.draw.random() ** 1.15 * int(self.told["months"]) * 30.4)
        hour = min(max(self.draw.gauss(12.5, 4), 0), 23.9)
        moment = moment_at(self.today - timedelta(days=back), time(int(hour), int(hour % 1 * 60)))
        return min(moment, self.now - timedelta(minutes=self.draw.randint(5, 300)))

    def _point(self, where: Unit) -> tuple[float, float]:
        outline = self.outlines[where.pk]
        west, south, east, north = outline.bounds
        for _try in range(50):
            point = Point(
                self.draw.gauss((west + east) / 2, (east - west) / 6),
                self.draw.gauss((south + north) / 2, (north - south) / 6),
            )
            if outline.contains(point):
                return round(point.x, 6), round(point.y, 6)
        middle = outline.representative_point()
        return round(middle.x, 6), round(middle.y, 6)


def _category_pictures(code: str, now: datetime) -> dict[str, list[Picture]]:
    """Pictures of a category before and after, drawn by us: a lane, and something in its way."""
    return {kind: [_scene_picture(code, kind, n, now) for n in range(VARIANTS)] for kind in ("before", "after")}


def _scene_picture(code: str, kind: str, number: int, now: datetime) -> Picture:
    draw = Random(f"{code}.{kind}.{number}")
    image = Image.new("RGB", (960, 720), SKY)
    pen = ImageDraw.Draw(image)
    tint = TINTS[sum(map(ord, code)) % len(TINTS)]
    pen.rectangle((0, 360, 960, 720), fill=GOOD)
    pen.polygon([(400, 360), (560, 360), (900, 720), (60, 720)], fill=GROUND)
    for place in range(5):
        _draw_palm(pen, draw.randint(20, 340) if place % 2 else draw.randint(620, 940), draw.randint(380, 470))
    if kind == "before":
        for _blot in range(26):
            x, y, size = draw.gauss(480, 110), draw.gauss(560, 44), draw.uniform(14, 46)
            shade = tuple(max(0, min(255, int(part + draw.uniform(-26, 26)))) for part in tint)
            pen.ellipse((x - size, y - size * 0.6, x + size, y + size * 0.6), fill=shade)
    else:
        for line in range(6):
            pen.line((480, 400 + line * 54, 480, 424 + line * 54), fill="#ffffff", width=4 + line * 2)
    with storing.incoming_file() as path:
        with path.open("wb") as opened:
            image.save(opened, "JPEG", quality=84)
        file, _new = storing.store_file(path, media_type="image/jpeg", now=now)
    return pictures.prepare_picture(file=file, now=now)


def _draw_palm(pen: ImageDraw.ImageDraw, x: float, y: float) -> None:
    pen.line((x, y, x + 8, y - 150), fill=(116, 92, 66), width=10)
    for leaf in range(7):
        angle = math.pi * (leaf / 6)
        pen.line(
            (x + 8, y - 150, x + 8 + 78 * math.cos(angle), y - 150 - 52 * math.sin(angle) + 18),
            fill=(48, 122, 70),
            width=9,
        )

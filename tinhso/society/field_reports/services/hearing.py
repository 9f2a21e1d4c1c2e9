"""Reports that people tell in conversations on Zalo, Messenger and by e-mail: what the channels ask for, and give."""

from collections.abc import Sequence
from datetime import date, datetime

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tinhso.blocks.messaging import contract as talk
from tinhso.blocks.messaging import queries as messaging
from tinhso.kernel import clock
from tinhso.kernel.actor import NOBODY
from tinhso.kernel.errors import Refused
from tinhso.kernel.text import fold
from tinhso.society.field_reports.contract import CHATS, Attached, ReportDraft
from tinhso.society.field_reports.queries import lookup, places, rules, secrets, triage
from tinhso.society.field_reports.services import pictures, taking, telling

KINDS_OF_UNIT = ("xa ", "phuong ", "thi tran ", "dac khu ")


class Hearing:
    """Takes what conversations hand over; see ``messaging.contract.Intake``."""

    def categories(self, *, day: date) -> Sequence[talk.TalkChoice]:
        """Those of the day."""
        return [talk.TalkChoice(category.code, category.name) for category in rules.categories_on(day)]

    def suggest(self, *, text: str, day: date) -> Sequence[talk.TalkChoice]:
        """What the words sound like, best first."""
        return [talk.TalkChoice(category.code, category.name) for category, _why in triage.likely_categories(text, day)]

    def nearby(
        self, *, longitude: float, latitude: float, category: str, text: str, now: datetime
    ) -> Sequence[talk.KnownReport]:
        """Open reports around a place; one that nobody has released is named by its category alone."""
        nears = places.nearby_reports(longitude, latitude, category, text, now)
        return [
            talk.KnownReport(
                near.ref, near.text[:80] or near.category_name, near.status_name, near.metres, _report_path(near.ref)
            )
            for near in nears
        ]

    def take(self, draft: talk.TalkDraft, *, now: datetime) -> talk.IntakeResult:
        """Take it once. A picture that cannot be read is left out, and the person is told so."""
        report, left_out = lookup.told_before(draft.request), 0
        if report is None:
            photos = _attached_photos(draft, now)
            left_out = len(draft.attachments) - len(photos)
            report = taking.submit_report(
                draft=_report_draft(draft, photos, clock.local(now).date()), by=NOBODY, now=now
            )
        text = _("Đã nhận phản ánh. Nơi xử lý: %(unit)s.") % {"unit": report.unit.name}
        if left_out:
            text += " " + _("Có ảnh không đọc được nên không kèm theo.")
        page = reverse("field_reports:one", args=[report.ref])
        return talk.IntakeResult(report.ref, page, text, secret=secrets.named_page(report))

    def follow(self, ref: str, *, channel: str, sender: str, now: datetime) -> talk.IntakeResult:
        """Let somebody hear of a report that is there already."""
        by, language = CHATS[channel], get_language() or "vi"
        report = telling.follow_report(ref=ref, channel=by, sender=sender, now=now, language=language)
        text = _("Bạn sẽ được báo tin về phản ánh %(ref)s.") % {"ref": report.ref}
        return talk.IntakeResult(report.ref, _report_path(report.ref), text)

    def status(self, ref: str, *, channel: str, sender: str, now: datetime) -> str:
        """Where it stands, who has it and until when; to who neither told nor follows it there is no such report."""
        report_summary = telling.report_status(ref=ref, channel=CHATS[channel], sender=sender)
        text = f"{report_summary.ref}: {report_summary.status_name}. {report_summary.unit}."
        if report_summary.answer:
            return f"{text} {report_summary.answer}"
        if report_summary.due_at is None:
            return text
        due = clock.local(report_summary.due_at)
        return f"{text} " + _("Hạn trả lời: %(when)s.") % {"when": f"{due:%H:%M %d/%m/%Y}"}


def _report_path(ref: str) -> str:
    return reverse("field_reports:public", args=[ref])


def _attached_photos(draft: talk.TalkDraft, now: datetime) -> list[Attached]:
    """What came with it, copied out of the channel's own store, which forgets."""
    attacheds, by = [], taking.reporting_actor(NOBODY)
    for intake_picture in draft.attachments[: rules.rules().front.photos]:
        try:
            file = messaging.received_file(intake_picture.sha256)
            picture = pictures.keep_photo(upload=file, file_name=intake_picture.name or "photo", by=by, now=now)
        except Refused:
            continue
        attacheds.append(Attached(picture.original.sha256, "photo", intake_picture.name))
    return attacheds


def _report_draft(draft: talk.TalkDraft, photos: Sequence[Attached], day: date) -> ReportDraft:
    by_mail = draft.channel == "email"
    return ReportDraft(
        request=draft.request,
        channel=CHATS[draft.channel],
        text=draft.text,
        category=draft.category,
        longitude=draft.longitude,
        latitude=draft.latitude,
        address=draft.address,
        commune="" if draft.longitude is not None else _commune_in(f"{draft.address} {draft.text}", day),
        sender=draft.sender,
        sender_name=draft.sender_name,
        contact=draft.contact or (draft.sender if by_mail else ""),
        attachments=tuple(photos),
        sent_at=draft.sent_at,
        language=get_language() or "vi",
    )


def _commune_in(words: str, day: date) -> str:
    """The reference of the commune that an address names; empty where it names none, or two alike."""
    text = f" {' '.join(fold(words).replace(',', ' ').replace('.', ' ').split())} "
    names = [(unit.ref, fold(unit.name)) for unit in places.communes(day)]
    full_matches = [ref for ref, name in names if f" {name} " in text]
    short = [ref for ref, name in names if any(f" {name.removeprefix(kind)} " in text for kind in KINDS_OF_UNIT)]
    matches = full_matches or short
    return matches[0] if len(matches) == 1 else ""

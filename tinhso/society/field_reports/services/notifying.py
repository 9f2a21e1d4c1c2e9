"""Telling whoever told and follows a report what becomes of it, by the way that they chose."""

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from tinhso.blocks.messaging import services as messaging
from tinhso.blocks.messaging.contract import MARK
from tinhso.blocks.messaging.queries import texts
from tinhso.kernel import clock
from tinhso.kernel.errors import Refused
from tinhso.society.field_reports.contract import PLATFORMS
from tinhso.society.field_reports.models import Follower, Report
from tinhso.society.field_reports.queries import secrets
from tinhso.society.field_reports.queries.rules import name_of

TOLD = {
    "received",
    "handed_over",
    "begun",
    "presented",
    "declined",
    "escalated",
    "merged",
    "confirmed",
    "closed_silent",
    "reopened",
}
TEXTED = {"received", "presented", "declined", "escalated"}


def tell_followers(*, report: Report, number: int, did: str) -> int:
    """Write to everybody who follows a report what has become of it; says to how many.

    A repeated delivery carries the same Message-ID, by which mail systems know the copy, or the same key, by which a
    conversation knows what it has said. A phone number alone is written to of what matters most (:data:`TEXTED`).
    """
    if did not in TOLD or report.origin != Report.Origin.HERE:
        return 0
    notified_count = 0
    for follower in Follower.objects.filter(report=report).select_related("told_of", "report").order_by("pk"):
        if "@" in follower.sender:
            with translation.override(follower.language):
                _send_mail(follower, report, number)
            notified_count += 1
        elif follower.channel in PLATFORMS:
            with translation.override(follower.language):
                notified_count += _send_chat_message(follower, report, number)
        elif did in TEXTED and can_reach_phone(follower.sender):
            with translation.override(follower.language):
                _send_text(follower, report, number)
            notified_count += 1
    return notified_count


def can_reach_phone(phone: str) -> bool:
    """Whether a phone number can be written to: there is a telephone company, and its owner has not said no."""
    return texts.is_on() and texts.accepts_texts(phone)


def _send_text(follower: Follower, report: Report, number: int) -> None:
    """Each message costs: what it says fits into one or two, and the page tells the rest."""
    secret = secrets.named_page(follower.told_of) if _has_told(follower, report) else ""
    path = MARK if secret else reverse("field_reports:public", args=[report.ref])
    words = _("%(ref)s: %(status)s. Xem: %(page)s") % {
        "ref": report.ref,
        "status": report.get_status_display(),
        "page": f"{settings.PUBLIC_URL}{path}",
    }
    key = f"report-{report.pk}-{number}-{follower.pk}"
    messaging.queue_text(phone=follower.sender, words=words, now=clock.now(), key=key, secret=secret)


def _has_told(follower: Follower, report: Report) -> bool:
    """Whether a follower is whoever told: nobody else is sent the key."""
    own = follower.told_of_id == report.pk or follower.told_of.merged_into_id == report.pk
    person = getattr(follower.told_of, "reporter", None)
    return own and person is not None and bool(follower.sender) and follower.sender in (person.email, person.phone)


def _send_mail(follower: Follower, report: Report, number: int) -> None:
    is_teller = _has_told(follower, report)
    path = (
        secrets.reporter_page_path(follower.told_of)
        if is_teller
        else reverse("field_reports:public", args=[report.ref])
    )
    status = str(report.get_status_display())
    answer = f"\n\n{report.answer}" if report.status >= Report.Status.RESOLVED and report.answer else ""
    out = (
        ""
        if is_teller
        else "\n\n" + _("Thôi nhận tin: %(way)s") % {"way": f"{settings.PUBLIC_URL}{secrets.way_out(follower)}"}
    )
    send_letter(
        to=follower.sender,
        subject=_("Phản ánh %(ref)s: %(status)s") % {"ref": report.ref, "status": status},
        body=f"{name_of(report.category)}\n\n{status} · {report.unit.name}{answer}\n\n{settings.PUBLIC_URL}{path}{out}",
        key=f"report-{report.pk}-{number}-{follower.pk}",
    )


def _send_chat_message(follower: Follower, report: Report, number: int) -> bool:
    """Say it in the conversation by which somebody told or follows; says whether there is one."""
    text = f"{report.ref}: {report.get_status_display()}. {report.unit.name}."
    if report.status >= Report.Status.RESOLVED and report.answer:
        text += f" {report.answer}"
    page = f"{settings.PUBLIC_URL}{reverse('field_reports:public', args=[report.ref])}"
    key = f"report-{report.pk}-{number}-{follower.pk}"
    try:
        messaging.queue_notice(
            channel=PLATFORMS[follower.channel], sender=follower.sender, text=f"{text} {page}", now=clock.now(), key=key
        )
    except Refused:
        return False
    return True


def send_code(*, report: Report, turn: int) -> bool:
    """Send the code that shows that an address is theirs; says whether there was a way to."""
    person = report.reporter
    if not person.email:
        return _text_code(report, turn)
    with translation.override(report.language):
        code = secrets.code_of(report, turn)
        send_letter(
            to=person.email,
            subject=_("Mã xác nhận phản ánh: %(code)s") % {"code": code},
            body=_("Nhập mã %(code)s để xác nhận phản ánh %(ref)s. Không gửi mã này cho ai.")
            % {"code": code, "ref": report.ref},
            key=f"report-code-{report.pk}-{turn}",
        )
    return True


def _text_code(report: Report, turn: int) -> bool:
    if not can_reach_phone(report.reporter.phone):
        return False
    with translation.override(report.language):
        words = _("Mã xác nhận phản ánh %(ref)s: %(code)s. Không gửi mã này cho ai.")
        text = words % {"ref": report.ref, "code": MARK}
    key = f"report-code-{report.pk}-{turn}"
    secret = secrets.named_code(report, turn)
    messaging.queue_text(phone=report.reporter.phone, words=text, now=clock.now(), key=key, secret=secret)
    return True


def send_letter(*, to: str, subject: str, body: str, key: str) -> None:
    """One letter with a Message-ID made of ``key``."""
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("<> ") or "localhost"
    EmailMessage(subject=subject, body=body, to=[to], headers={"Message-ID": f"<{key}@{domain}>"}).send()

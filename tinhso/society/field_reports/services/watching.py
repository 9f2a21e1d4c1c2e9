"""Hearing by e-mail of one report or of a place: only who owns a mailbox signs it up, and one click ends it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from tinhso.blocks.units import queries as units
from tinhso.blocks.units.models import Unit
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.society.field_reports.contract import Channel
from tinhso.society.field_reports.models import Release, Watch
from tinhso.society.field_reports.queries import lookup, places, public, secrets
from tinhso.society.field_reports.queries.rules import category_by_code as category_of
from tinhso.society.field_reports.queries.rules import name_of
from tinhso.society.field_reports.services.limiting import at_most
from tinhso.society.field_reports.services.notifying import send_letter
from tinhso.society.field_reports.services.telling import follow_report, unfollow_report

SALT = "field_reports.watching"
LASTS = timedelta(days=3)
LETTERS_AN_HOUR = 3  # to one mailbox that did not ask itself
AT_ONCE, IN_A_LETTER = 5000, 20


@dataclass(frozen=True)
class Wish:
    """What somebody wants to hear of: a report, or a commune (empty: anywhere) and a category (empty: any)."""

    email: str
    report: str = ""
    commune: str = ""
    category: str = ""
    language: str = "vi"


def request_watch(*, wish: Wish, by: Actor, now: datetime) -> None:
    """Write to the mailbox, whose owner says yes by opening a page; nothing is kept until then."""
    email = wish.email.strip().lower()[:254]
    try:
        validate_email(email)
    except ValidationError as problem:
        raise Refused("bad_contact", _("Thư điện tử chưa đúng. Hãy xem lại.")) from problem
    about = _wish_subject(wish, now)
    at_most(what="letters", who=email, most=LETTERS_AN_HOUR, now=now)
    link_values = [email, wish.report, wish.commune, wish.category, wish.language]
    sign = signing.dumps(link_values, salt=f"{SALT}.start", compress=True)
    with translation.override(wish.language):
        send_letter(
            to=email,
            subject=_("Xác nhận nhận tin: %(what)s") % {"what": about},
            body=_(
                "Có người (mong là bạn) xin nhận tin về: %(what)s.\n\n"
                "Đúng là bạn thì mở trang này trong 3 ngày:\n%(link)s\n\n"
                "Không phải bạn thì không cần làm gì: hệ thống không giữ lại địa chỉ này."
            )
            % {"what": about, "link": f"{settings.PUBLIC_URL}{reverse('reports:wish', args=[sign])}"},
            key=f"wish-{secrets.keyed_mark('wish', email + about)[:24]}-{int(now.timestamp())}",
        )


def _wish_subject(wish: Wish, now: datetime) -> str:
    day = clock.local(now).date()
    if wish.report:
        report = lookup.final_report(lookup.by_ref(wish.report))
        if report.sensitive:
            raise lookup.unknown_report(wish.report)
        return f"{name_of(report.category)} · {report.ref}"
    where = places.commune(wish.commune, day).name if wish.commune else _("cả tỉnh")
    return f"{category_of(wish.category, day).label} · {where}" if wish.category else where


def read_link(sign: str) -> tuple[Wish, bool]:
    """What a link in a letter asks for, and whether it is to end it; refuses one that is too old or not ours."""
    for kind, age in ((f"{SALT}.start", LASTS), (f"{SALT}.stop", None)):
        try:
            link_values = signing.loads(sign, salt=kind, max_age=age)
            return Wish(*link_values), age is None
        except signing.BadSignature:
            continue
    raise Refused("no_such_link", _("Liên kết đã hết hạn hoặc không đúng. Hãy đăng ký lại."))


def wish_name(wish: Wish) -> str:
    """What a wish is about, in the reader's language."""
    return _wish_subject(wish, clock.now())


@transaction.atomic
def start_watch(*, sign: str, now: datetime) -> Wish:
    """The owner of the mailbox says yes; said again, it changes nothing."""
    wish, ends = read_link(sign)
    if ends:
        raise Refused("no_such_link", _("Liên kết đã hết hạn hoặc không đúng. Hãy đăng ký lại."))
    if wish.report:
        follow_report(ref=wish.report, channel=Channel.MAIL, sender=wish.email, now=now, language=wish.language)
        return wish
    unit = places.commune(wish.commune, clock.local(now).date()) if wish.commune else None
    Watch.objects.get_or_create(
        email=wish.email,
        unit=unit,
        category=wish.category,
        defaults={"language": wish.language, "since": now, "told_until": now},
    )
    return wish


@transaction.atomic
def stop_watch(*, sign: str) -> Wish:
    """No more letters."""
    wish, _ends = read_link(sign)
    if wish.report:
        unfollow_report(ref=wish.report, channel=Channel.MAIL, sender=wish.email)
        return wish
    place = {"unit__ref": wish.commune} if wish.commune else {"unit": None}
    Watch.objects.filter(email=wish.email, category=wish.category, **place).delete()
    return wish


def stop_link(wish: Wish) -> str:
    """The address at which a wish ends; it lasts for ever."""
    link_values = [wish.email, wish.report, wish.commune, wish.category, wish.language]
    sign = signing.dumps(link_values, salt=f"{SALT}.stop", compress=True)
    return f"{settings.PUBLIC_URL}{reverse('reports:wish', args=[sign])}"


def tell_watchers(*, now: datetime) -> int:
    """One letter to everybody in whose place something was released since the last one; says how many letters."""
    letter_count = 0
    for pk in list(
        Watch.objects.filter(told_until__lt=now).order_by("told_until").values_list("pk", flat=True)[:AT_ONCE]
    ):
        letter_count += _tell_watcher(pk, now)
    return letter_count


@transaction.atomic
def _tell_watcher(pk: int, now: datetime) -> bool:
    watch = Watch.objects.select_for_update(skip_locked=True, of=("self",)).select_related("unit").filter(pk=pk).first()
    if watch is None or watch.told_until >= now:
        return False
    releases = Release.objects.filter(at__gt=watch.told_until, at__lte=now, report__is_public=True)
    if watch.unit is not None:
        releases = releases.filter(report__origin_unit__in=_successor_keys(watch.unit, now))
    if watch.category:
        releases = releases.filter(report__category=watch.category)
    refs = list(releases.order_by("-at").values_list("report__ref", flat=True)[: IN_A_LETTER + 1])
    watch.told_until = now
    watch.save(update_fields=["told_until"])
    if not refs:
        return False
    with translation.override(watch.language):
        _write_letter(watch, refs, now)
    return True


def _successor_keys(unit: Unit, now: datetime) -> list[int]:
    """The commune, and what it has become since: watching goes on through mergers."""
    return [unit.pk, *(successor.pk for successor in units.successors(unit, clock.local(now).date()))]


def _write_letter(watch: Watch, refs: list[str], now: datetime) -> None:
    publics = public.public_views(list(public.released_reports().filter(ref__in=refs[:IN_A_LETTER])))
    lines = [
        f"• {name_of(public_report.category)} · {public_report.commune}\n  {public_report.text[:140]}\n"
        f"  {settings.PUBLIC_URL}{reverse('field_reports:public', args=[public_report.ref])}"
        for public_report in publics
    ]
    more = [_("… và còn nữa trên bản đồ.")] if len(refs) > IN_A_LETTER else []
    wish = Wish(
        watch.email, commune=watch.unit.ref if watch.unit else "", category=watch.category, language=watch.language
    )
    ending = _("Không muốn nhận nữa: %(link)s") % {"link": stop_link(wish)}
    send_letter(
        to=watch.email,
        subject=_("Phản ánh mới: %(where)s") % {"where": watch.unit.name if watch.unit else _("cả tỉnh")},
        body="\n\n".join([*lines, *more, ending]),
        key=f"watch-{watch.pk}-{int(now.timestamp())}",
    )

"""How often an hour one address without an account may do a thing, or try a secret that it does not hold."""

import hmac
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256
from ipaddress import ip_address, ip_network
from typing import TypeVar

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.blocks.identity.models import Turns
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused

ONE_SUBSCRIBER = 64  # bits of an IPv6 address: the rest is whatever a machine gives itself
LOG_IN = "identity.log-in"
T = TypeVar("T")


def take_turn(*, what: str, most: int, words: str, by: Actor, now: datetime) -> None:
    """Count one more use of ``what``; refuses with ``words`` when there were ``most`` within this hour of the clock.

    Whoever has an account is known and not counted. Counts of former hours are gone.
    """
    if not by.is_someone and by.address:
        at_most(what=what, who=by.address, most=most, words=words, now=now)


@transaction.atomic
def at_most(*, what: str, who: str, most: int, words: str, now: datetime) -> None:
    """The same for anybody who is known by ``who``: an address, a key, a mailbox. Only a keyed hash of it is kept."""
    if not _count_turn(what, most, who, now):
        raise Refused("too_often", words)


def try_secret(*, what: str, most: int, by: Actor, now: datetime, opening: Callable[[], T]) -> T:
    """What ``opening`` gives to who holds a secret.

    Each refusal of somebody without an account counts; after ``most`` of an hour from one address nothing is tried.

    Each is written down, and so is, once, that an address is let try no more. Stands outside any transaction: what was
    counted stays counted.
    """
    counts = bool(by.address) and not by.is_someone
    if counts and _turn_count(what, by.address, now) >= most:
        raise Refused(
            "tried_too_often",
            _("Từ mạng của bạn đã nhập sai mã quá nhiều lần trong giờ này. Hãy thử lại sau, hoặc hỏi tại quầy."),
        )
    try:
        return opening()
    except Refused as refusal:
        audit.record_refusal(by=by, did="refused secret", to=(what, "-"), after={"code": refusal.code})
        if counts:
            with transaction.atomic():
                _count_turn(what, most, by.address, now)
                if _turn_count(what, by.address, now) == most:
                    audit.record(by=by, did="stopped guessing", to=(what, "-"), after={"tries": most})
        raise


def must_have_log_ins_left(*, address: str, now: datetime) -> None:
    """Refuse to look at a password from an address where ``LOG_IN_FAILURES_AN_HOUR`` failed within this hour."""
    if address and _turn_count(LOG_IN, address, now) >= settings.LOG_IN_FAILURES_AN_HOUR:
        raise Refused(
            "log_ins_too_often",
            _(
                "Từ mạng của bạn đã đăng nhập sai quá nhiều lần trong giờ này. Hãy thử lại từ %(until)s, "
                "hoặc đăng nhập bằng khóa truy cập."
            ),
            until=clock.local(_start_of_hour(now) + timedelta(hours=1)).strftime("%H:%M"),
        )


@transaction.atomic
def count_failed_log_in(*, by: Actor, now: datetime) -> None:
    """Count a failed log-in against its address; when it was the last that is looked at, that is written down."""
    most = settings.LOG_IN_FAILURES_AN_HOUR
    if by.address and _count_turn(LOG_IN, most, by.address, now) and _turn_count(LOG_IN, by.address, now) == most:
        audit.record(by=by, did="stopped guessing", to=(LOG_IN, "-"), after={"tries": most})


def _count_turn(what: str, most: int, who: str, now: datetime) -> bool:
    """Count one more, unless there are enough; says whether it was counted. Call it in a transaction."""
    hour = _start_of_hour(now)
    Turns.objects.filter(hour__lt=hour - timedelta(hours=1)).delete()
    mark = _address_mark(what, who)
    Turns.objects.bulk_create([Turns(mark=mark, hour=hour)], ignore_conflicts=True)
    turns = Turns.objects.select_for_update().get(mark=mark, hour=hour)
    if turns.count >= most:
        return False
    turns.count += 1
    turns.save(update_fields=["count"])
    return True


def _turn_count(what: str, address: str, now: datetime) -> int:
    turns = Turns.objects.filter(mark=_address_mark(what, address), hour=_start_of_hour(now)).first()
    return turns.count if turns else 0


def _start_of_hour(now: datetime) -> datetime:
    return now.replace(minute=0, second=0, microsecond=0)


def _address_mark(what: str, address: str) -> str:
    try:
        ip_value = ip_address(address)
        text = str(ip_network((ip_value, ONE_SUBSCRIBER), strict=False)) if ip_value.version == 6 else address
    except ValueError:
        text = address
    return hmac.new(settings.SECRET_KEY.encode(), f"turns:{what}:{text}".encode(), sha256).hexdigest()

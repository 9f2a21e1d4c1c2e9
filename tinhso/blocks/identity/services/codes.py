"""Codes of the second factor: how many wrong ones a person may try, and that none serves twice (RFC 6238, 5.2)."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.blocks.identity import queries
from tinhso.blocks.identity.models import Person, SpentStep, WrongCode
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused


@contextmanager
def trying_code(*, person: Person, by: Actor, now: datetime) -> Iterator[None]:
    """Stand around the check of a code: a ``ValidationError`` inside counts against ``person`` and is written down.

    The try is written down before the code is looked at, so that many at once, in however many processes, are never
    more than the limits of ``settings.SECOND_FACTOR_LIMITS``. Stands outside any transaction. Raises Refused:
    ``codes_too_often``, with the moment from which codes are looked at again.
    """
    mine, last = _begin_try(person, now)
    try:
        yield
    except ValidationError:
        with transaction.atomic():
            audit.record(by=by, did="wrong second factor", to=person)
            if last:
                audit.record(by=by, did="second factor locked", to=person, after={"until": last})
        raise
    mine.delete()


@transaction.atomic
def _begin_try(person: Person, now: datetime) -> tuple[WrongCode, datetime | None]:
    """Write the try down. Also until when codes are shut if it fails; None where it is not the last one."""
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    longest = max(span for _most, span in settings.SECOND_FACTOR_LIMITS)
    WrongCode.objects.filter(person=person, tried_at__lte=now - longest).delete()
    if (until := queries.codes_shut_until(person, now=now)) is not None:
        words = _(
            "Đã nhập sai mã xác thực quá nhiều lần. Hãy thử lại từ %(until)s, hoặc dùng khóa truy cập. "
            "Nếu không phải bạn nhập, hãy đổi mật khẩu và báo ngay cho người quản lý tài khoản."
        )
        raise Refused("codes_too_often", words, until=_moment_text(until, now))
    mine = WrongCode.objects.create(person=person, tried_at=now)
    return mine, queries.codes_shut_until(person, now=now)


def _moment_text(until: datetime, now: datetime) -> str:
    rounded = clock.local(until + timedelta(seconds=59))  # to the minute, never too early
    return rounded.strftime("%H:%M" if until - now <= timedelta(hours=1) else "%H:%M %d/%m/%Y")


def spend_step(*, person: Person, step: int) -> bool:
    """Whether the code of this time step was unused; it is used from now on, with those before it."""
    SpentStep.objects.bulk_create([SpentStep(person=person)], ignore_conflicts=True)
    return bool(SpentStep.objects.filter(person=person, step__lt=step).update(step=step))

"""Wrong codes of a second factor, and from when codes are looked at again."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db.models import QuerySet

from tinhso.blocks.identity.models import Person, WrongCode


def codes_shut_until(person: Person, *, now: datetime) -> datetime | None:
    """From when codes of the person's second factor are looked at again; None where they are looked at now."""
    return shut_until(list(wrong_codes(person).values_list("tried_at", flat=True)), now)


def wrong_codes(person: Person) -> QuerySet[WrongCode]:
    return WrongCode.objects.filter(person=person).order_by("-tried_at")


def shut_until(tries: Sequence[datetime], now: datetime) -> datetime | None:
    ends = [tries[most - 1] + span for most, span in settings.SECOND_FACTOR_LIMITS if len(tries) >= most]
    return max((end for end in ends if end > now), default=None)

"""Procedures of the catalogue, as something that one may apply for."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from tinhso.blocks.cases.contract import Channel, Charge, Offer, PaperAsked, offers_procedures
from tinhso.government.public_services import queries
from tinhso.government.public_services.models import Version
from tinhso.government.public_services.queries.finding import Wanted
from tinhso.government.public_services.queries.parts import Case, Paper
from tinhso.kernel.deadlines import Duration, Unit
from tinhso.kernel.errors import Refused

NAME = "public_services"


@offers_procedures(NAME)
class Procedures:
    """The catalogue."""

    def options(self, code: str, *, day: date, channel: Channel) -> Sequence[Offer]:
        """The cases of a procedure in force on ``day``, with the durations and fees of how it is filed."""
        version = next((one for one in queries.versions(code.replace("\0", "")) if _holds(one, day)), None)
        if version is None:
            raise Refused("not_in_force", _("Thủ tục %(code)s không có hiệu lực ngày %(day)s."), code=code, day=day)
        return [_offer(version, case, channel) for case in queries.cases(version)] or [_offer(version, None, channel)]

    def find(self, words: str, *, day: date, limit: int) -> Sequence[Offer]:
        """Procedures in force that fit ``words``: the first case of each, as at the desk."""
        found = queries.search(Wanted(words=words.replace("\0", "")), day)[:limit]
        return [_offer(one, next(iter(queries.cases(one)), None), Channel.IN_PERSON) for one in found]


def _holds(version: Version, day: date) -> bool:
    lower, upper = version.effective.lower, version.effective.upper
    return bool(lower <= day and (upper is None or day < upper))


def _offer(version: Version, case: Case | None, channel: Channel) -> Offer:
    return Offer(
        provider=NAME,
        code=version.procedure.code,
        version=version.ref,
        name=version.name,
        field_code=version.field_code,
        field=version.field,
        option=case.code if case else "",
        option_name=case.name if case else "",
        duration=_duration(case, channel) if case else None,
        at_once=bool(case and case.no_appointment),
        agency="" if Version.Level.COMMUNE in version.levels else version.agency,
        papers=tuple(_paper(one) for one in queries.papers(version) if _asked(one.case, case)),
        charges=tuple(_charge(fee.name, fee.amount, fee.online_amount, channel) for fee in case.fees) if case else (),
        result=next((str(one.get("name", "")) for one in version.results), ""),
        may_file_online=version.online != Version.Online.INFO,
        illustrative=version.illustrative,
    )


def _asked(only: str, case: Case | None) -> bool:
    return not only or case is None or only in (case.code, case.name)


def _paper(one: Paper) -> PaperAsked:
    return PaperAsked(one.name, original=one.original, copy=one.copy, electronic=one.electronic, note=one.note)


def _charge(name: str, amount: Decimal | None, online: Decimal | None, channel: Channel) -> Charge:
    due = online if channel is Channel.ONLINE and online is not None else amount
    return Charge(name, None if due is None else int(due))


def _duration(case: Case, channel: Channel) -> Duration | None:
    """None also for parts of a day, whose rule nobody has told us."""
    span = case.online_duration if channel is Channel.ONLINE and case.online_duration is not None else case.duration
    if span is None or span != int(span) or (not span and case.unit == Unit.HOUR):
        return None
    return Duration(int(span), Unit(case.unit))

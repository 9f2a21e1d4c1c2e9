"""Procedures of the catalogue, as something that one may apply for."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from tinhso.blocks.cases.contract import CaseCharge, Channel, PaperAsked, ProcedureOption, register_procedures
from tinhso.government.public_services import queries
from tinhso.government.public_services.models import Version
from tinhso.government.public_services.queries.finding import ProcedureFilter
from tinhso.government.public_services.queries.parts import ProcedureCase, ProcedurePaper
from tinhso.kernel.deadlines import Duration, DurationUnit
from tinhso.kernel.errors import Refused

NAME = "public_services"


@register_procedures(NAME)
class Procedures:
    """The catalogue."""

    def options(self, code: str, *, day: date, channel: Channel) -> Sequence[ProcedureOption]:
        """The cases of a procedure in force on ``day``, with the durations and fees of how it is filed."""
        version = next(
            (
                procedure_version
                for procedure_version in queries.procedure_versions(code.replace("\0", ""))
                if _is_in_force(procedure_version, day)
            ),
            None,
        )
        if version is None:
            raise Refused("not_in_force", _("Thủ tục %(code)s không có hiệu lực ngày %(day)s."), code=code, day=day)
        return [_offer_of_version(version, case, channel) for case in queries.procedure_cases(version)] or [
            _offer_of_version(version, None, channel)
        ]

    def find(self, words: str, *, day: date, limit: int) -> Sequence[ProcedureOption]:
        """Procedures in force that fit ``words``: the first case of each, as at the desk."""
        versions = queries.search_procedures(ProcedureFilter(words=words.replace("\0", "")), day)[:limit]
        return [
            _offer_of_version(version, next(iter(queries.procedure_cases(version)), None), Channel.IN_PERSON)
            for version in versions
        ]


def _is_in_force(version: Version, day: date) -> bool:
    lower, upper = version.effective.lower, version.effective.upper
    return bool(lower <= day and (upper is None or day < upper))


def _offer_of_version(version: Version, case: ProcedureCase | None, channel: Channel) -> ProcedureOption:
    return ProcedureOption(
        provider=NAME,
        code=version.procedure.code,
        version=version.ref,
        name=version.name,
        field_code=version.field_code,
        field=version.field,
        option=case.code if case else "",
        option_name=case.name if case else "",
        duration=_duration_for_channel(case, channel) if case else None,
        at_once=bool(case and case.no_appointment),
        agency="" if Version.Level.COMMUNE in version.levels else version.agency,
        papers=tuple(
            _requested_paper(procedure_paper)
            for procedure_paper in queries.procedure_papers(version)
            if _is_asked_of(procedure_paper.case, case)
        ),
        charges=tuple(_charge_for_channel(fee.name, fee.amount, fee.online_amount, channel) for fee in case.fees)
        if case
        else (),
        result=next((str(result.get("name", "")) for result in version.results), ""),
        may_file_online=version.online != Version.Online.INFO,
        illustrative=version.illustrative,
    )


def _is_asked_of(only: str, case: ProcedureCase | None) -> bool:
    return not only or case is None or only in (case.code, case.name)


def _requested_paper(procedure_paper: ProcedurePaper) -> PaperAsked:
    return PaperAsked(
        procedure_paper.name,
        original=procedure_paper.original,
        copy=procedure_paper.copy,
        electronic=procedure_paper.electronic,
        note=procedure_paper.note,
    )


def _charge_for_channel(name: str, amount: Decimal | None, online: Decimal | None, channel: Channel) -> CaseCharge:
    due = online if channel is Channel.ONLINE and online is not None else amount
    return CaseCharge(name, None if due is None else int(due))


def _duration_for_channel(case: ProcedureCase, channel: Channel) -> Duration | None:
    """None also for parts of a day, whose rule nobody has told us."""
    span = case.online_duration if channel is Channel.ONLINE and case.online_duration is not None else case.duration
    if span is None or span != int(span) or (not span and case.unit == DurationUnit.HOUR):
        return None
    return Duration(int(span), DurationUnit(case.unit))

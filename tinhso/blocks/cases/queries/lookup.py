"""Finding one case, and whether somebody may see it."""

from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tinhso.blocks.cases.contract import PROVIDERS, Channel, ProcedureOption
from tinhso.blocks.cases.models import Case, StandIn, Task
from tinhso.blocks.cases.rights import DECIDE_CASES, PROCESS_CASES, RECEIVE_CASES, SEE_CASES
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Forbidden, Refused

RIGHTS = (RECEIVE_CASES, PROCESS_CASES, DECIDE_CASES, SEE_CASES)


def unknown_case(code: str) -> Refused:
    """What is said of a case that does not exist."""
    return Refused("unknown_case", _("Không có hồ sơ nào mang mã “%(code)s”."), code=code[:40])


def seen_by(by: Actor) -> QuerySet[Case]:
    """The cases that ``by`` may read: received or worked on where one of their rights reaches."""
    if any(right in by.everywhere for right in RIGHTS):
        return Case.objects.all()
    reached = frozenset[int]().union(*(by.places(right) for right in RIGHTS))
    return Case.objects.filter(places__overlap=sorted(reached))


def visible_case(code: str, *, by: Actor) -> Case:
    """A case that ``by`` may read; refuses others'."""
    case = Case.objects.filter(code=code).select_related("unit", "receiving_unit", "origin_unit", "party").first()
    if case is None:
        raise unknown_case(code)
    places = (case.unit, case.receiving_unit, case.origin_unit)
    if not any(by.can(right, at=place) for right in RIGHTS for place in places) and not _was_asked(case, by):
        raise Forbidden("not_your_case", _("Hồ sơ này không thuộc nơi bạn làm việc."))
    return case


def must_be_outside(case: Case, *, by: Actor) -> None:
    """Refuse whoever has a right over the case: they do not act for the applicant, whatever key they hold."""
    places = (case.unit, case.receiving_unit, case.origin_unit)
    over = any(by.can(right, at=place) for right in RIGHTS for place in places if place) or _was_asked(case, by)
    if by.kind == "person" and over:
        raise Forbidden(
            "four_eyes",
            _("Bạn có quyền trên hồ sơ này nên không làm thay người nộp được. Hãy để họ tự làm bằng khóa của họ."),
        )


def _was_asked(case: Case, by: Actor) -> bool:
    """Whether a step of the case was or is where one of their rights reaches."""
    reached = frozenset[int]().union(*(by.places(right) for right in RIGHTS))
    return case.tasks.filter(unit__in=reached).exists()


def locked_case(code: str) -> Case:
    """A case held until the transaction ends, so that nothing happens to it twice at once.

    Units are read once it is held: joined to it, a case that moved to another unit meanwhile would not be found.
    """
    case = Case.objects.select_for_update().prefetch_related("unit", "receiving_unit").filter(code=code).first()
    if case is None:
        raise unknown_case(code)
    return case


def open_tasks(case: Case) -> list[Task]:
    """The steps that wait, oldest first."""
    return list(case.tasks.filter(done_at=None).select_related("unit").order_by("number"))


def standing_in(by: Actor, today: date) -> QuerySet[StandIn]:
    """What says for whom ``by`` stands in today."""
    return StandIn.objects.filter(to=by.ref, first__lte=today, last__gte=today, ended_at=None)


def stood_in_for(by: Actor, today: date) -> frozenset[str]:
    """Those for whom ``by`` stands in today."""
    return frozenset(standing_in(by, today).values_list("holder", flat=True))


def option_of(provider: str, code: str, option: str, *, day: date, channel: Channel) -> ProcedureOption:
    """The case of a procedure that somebody applies for; refuses unknown ones."""
    offers = offers_of(provider, code, day=day, channel=channel)
    procedure_option = next((offer for offer in offers if offer.option == option), None if option else offers[0])
    if procedure_option is None:
        raise _unknown_option(code)
    return procedure_option


def offers_of(provider: str, code: str, *, day: date, channel: Channel) -> list[ProcedureOption]:
    """Every case of a procedure, at least one; refuses an unknown procedure."""
    procedure_provider = PROVIDERS.get(provider)
    if procedure_provider is None:
        raise Refused("unknown_procedure", _("Không có thủ tục nào mang mã “%(code)s”."), code=code[:40])
    procedure_options = list(procedure_provider.options(code, day=day, channel=channel))
    if not procedure_options:
        raise _unknown_option(code)
    return procedure_options


def _unknown_option(code: str) -> Refused:
    return Refused("unknown_option", _("Thủ tục %(code)s không có trường hợp này. Hãy chọn lại."), code=code[:40])

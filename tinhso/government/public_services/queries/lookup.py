"""One procedure, on a day, as known at a moment: what a case keeps and what a page shows."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from tinhso.government.public_services.models import LifeEvent, Procedure, Version
from tinhso.government.public_services.queries.parts import ProcedureCase, ProcedurePaper, case_of, paper_of
from tinhso.kernel.errors import Refused


def known_at_moment(known_at: datetime | None = None) -> Q:
    """The rows that the system held to be true at ``known_at`` (now when None)."""
    return Q(known__upper_inf=True) if known_at is None else Q(known__contains=known_at)


def all_versions(known_at: datetime | None = None) -> QuerySet[Version]:
    """Every version, past, present and to come."""
    return Version.objects.filter(known_at_moment(known_at)).select_related("procedure")


def procedure_by_code(code: str) -> Procedure:
    """The procedure with this code, or that went by it before; refuses an unknown one."""
    procedure = Procedure.objects.filter(code=code).first()
    if procedure is None:
        procedure = Procedure.objects.filter(aliases__value=code).order_by("code").first()
    if procedure is None:
        raise _unknown_procedure(code)
    return procedure


def is_taken(code: str) -> bool:
    """Whether a code names a procedure that is known now, or did so before."""
    of_one = Q(procedure__code=code) | Q(procedure__aliases__value=code)
    return all_versions().filter(of_one).exists()


def _unknown_procedure(code: str) -> Refused:
    return Refused("unknown_procedure", _("Không có thủ tục nào có mã “%(code)s”."), code=code)


def version_on(code: str, day: date, *, known_at: datetime | None = None) -> Version | None:
    """The version of a procedure in force on ``day``; None when there was none. A case keeps its ``ref``."""
    version = all_versions(known_at).filter(Q(procedure__code=code), effective__contains=day).first()
    return version or all_versions(known_at).filter(procedure__aliases__value=code, effective__contains=day).first()


def version_by_ref(ref: str, *, known_at: datetime | None = None) -> Version:
    """The version with a reference; a case asks for it as known when it was filed. Refuses an unknown one."""
    version = all_versions(known_at).filter(ref=ref).first()
    if version is None:
        raise Refused("unknown_version", _("Không có phiên bản thủ tục nào có tham chiếu “%(ref)s”."), ref=ref)
    return version


def procedure_versions(code: str, *, known_at: datetime | None = None) -> list[Version]:
    """All versions of a procedure, the newest first; refuses an unknown procedure and one nobody knows any more."""
    return versions_of(procedure_by_code(code), known_at=known_at)


def versions_of(procedure: Procedure, *, known_at: datetime | None = None) -> list[Version]:
    """All versions of a procedure, the newest first; refuses one that nobody knows any more."""
    versions = list(all_versions(known_at).filter(procedure=procedure).order_by("-effective"))
    if not versions:
        raise _unknown_procedure(procedure.code)
    return versions


def procedure_cases(version: Version) -> list[ProcedureCase]:
    """The cases of a version with their durations and fees."""
    return [case_of(raw) for raw in version.cases]


def procedure_papers(version: Version) -> list[ProcedurePaper]:
    """The papers of a version."""
    return [paper_of(raw) for raw in version.papers]


def life_events() -> Sequence[LifeEvent]:
    """All life events in their order."""
    return list(LifeEvent.objects.all())

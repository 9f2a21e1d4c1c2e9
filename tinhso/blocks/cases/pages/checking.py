"""The first step of an application as it was sent: what it comes to, or everything that is wrong, by field."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

from django.http import HttpRequest
from django.utils.translation import gettext as _

from tinhso.blocks.cases import services
from tinhso.blocks.cases.contract import Applicant, ApplicantKind, Channel, ProcedureOption
from tinhso.blocks.cases.pages.params import posted_papers
from tinhso.blocks.cases.queries import places
from tinhso.blocks.units.models import Unit
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.ui.request_params import posted_field, posted_number

T = TypeVar("T")


@dataclass(frozen=True)
class PostedFiling:
    """``filing`` unless something is wrong; ``faults``: id of the field → what is wrong, in the order of the page."""

    filing: services.CaseFiling | None
    faults: Mapping[str, str]


def posted_filing(
    request: HttpRequest, offers: list[ProcedureOption], channel: Channel, *, by: Actor, usual: Unit | None = None
) -> PostedFiling:
    """Read the page. ``usual``: where it is received unless the page says so. Files are looked into and kept."""
    faults: dict[str, str] = {}
    option = posted_field(request, "option", 40)
    offer = next((procedure_option for procedure_option in offers if procedure_option.option == option), offers[0])
    place = _value_or_fault(
        faults, "receiving", lambda: _receiving_place(posted_field(request, "receiving", 300), usual)
    )
    chosen = posted_field(request, "competent", 120)
    competent = None
    if place is not None:
        field = "competent" if channel is not Channel.ONLINE and not offer.agency else "receiving"
        competent = _value_or_fault(faults, field, lambda: places.competent_unit(offer, place, chosen, clock.today()))
    applicant = _posted_applicant(request)
    faults |= {name: fault.message for name, fault in services.faults_of(applicant).items()}
    stored_files = _posted_files(request, offer, by, faults)
    if faults or place is None or competent is None:
        return PostedFiling(None, faults)
    mark = posted_field(request, "request", 36)
    provided_places = {
        at for at in range(len(offer.papers)) if f"p{at}" in request.POST or request.FILES.getlist(f"f{at}")
    }
    filing = services.CaseFiling(
        offer=offer,
        applicant=applicant,
        channel=channel,
        receiving=place,
        competent=competent,
        papers=[asdict(paper) | {"given": at in provided_places} for at, paper in enumerate(offer.papers)],
        files=stored_files,
        request=f"web:{mark}" if mark else "",  # apart from ids that we make ourselves
        note=posted_field(request, "note", 1000),
    )
    return PostedFiling(filing, {})


def _value_or_fault(faults: dict[str, str], field: str, ask: Callable[[], T]) -> T | None:
    try:
        return ask()
    except Refused as refusal:
        faults[field] = refusal.message
        return None


def _receiving_place(text: str, usual: Unit | None) -> Unit:
    if not text and usual is not None:
        return usual
    if not text:
        raise Refused("no_place", _("Hãy chọn xã, phường nơi bạn muốn nhận kết quả."))
    try:
        return places.at_today(text, clock.today())
    except Refused as gone:
        raise Refused("unknown_unit", _("Nơi đã chọn không có trong danh sách nữa. Hãy chọn lại.")) from gone


def _posted_applicant(request: HttpRequest) -> Applicant:
    kind = posted_number(request, "kind")
    return Applicant(
        name=posted_field(request, "name", 200),
        kind=ApplicantKind(kind) if kind in (0, 1, 2) else ApplicantKind.CITIZEN,
        id_number=posted_field(request, "id_number", 20),
        phone=posted_field(request, "phone", 20),
        email=posted_field(request, "email", 200),
        address=posted_field(request, "address", 300),
    )


def _posted_files(request: HttpRequest, offer: ProcedureOption, by: Actor, faults: dict[str, str]) -> list[Any]:
    stored_files: list[Any] = []
    for at, paper in enumerate(offer.papers):
        uploads = posted_papers(request, {f"f{at}": paper.name})
        stored_papers = _value_or_fault(
            faults,
            f"f{at}",
            lambda sent=uploads: services.take_in(uploads=sent, by=by, now=clock.now()),  # type: ignore[misc]
        )
        stored_files += stored_papers or []
    return stored_files

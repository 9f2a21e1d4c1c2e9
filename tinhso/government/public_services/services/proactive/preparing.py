"""What would be filed for somebody: where, with what the state already holds, and what is answered beforehand."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from tinhso.blocks.cases.contract import Applicant, ApplicantKind, Channel, ProcedureOption
from tinhso.blocks.cases.models import Case
from tinhso.blocks.cases.queries import applying, lookup, papers, places
from tinhso.blocks.cases.services import CaseFiling
from tinhso.blocks.forms import queries as forms
from tinhso.blocks.forms.contract import RegisterAnswer
from tinhso.blocks.forms.models import FormVersion
from tinhso.blocks.units import queries as units
from tinhso.blocks.units.models import Level, Unit
from tinhso.government.public_services.models import ProactiveOffer
from tinhso.government.public_services.queries.proactive.finding import PROVIDER
from tinhso.kernel import clock
from tinhso.kernel.errors import Refused
from tinhso.kernel.text import fold

VALUES, TEXT = "values:", "text:"
REQUEST = "proactive:"


@dataclass(frozen=True)
class RequestedPaper:
    """A paper of the procedure; ``held``: by whom, where nobody need hand it in again."""

    name: str
    note: str
    held: str


@dataclass(frozen=True)
class PreparedFiling:
    """A case as it would be filed. ``form``: the electronic form that is in force, None where there is none."""

    filing: CaseFiling
    papers: Sequence[RequestedPaper]
    form: FormVersion | None
    known: Mapping[str, RegisterAnswer]

    @property
    def offer(self) -> ProcedureOption:
        """The procedure."""
        return self.filing.offer

    @property
    def is_free(self) -> bool:
        """Whether nothing is to be paid; an amount that nobody knows is not nothing."""
        return all(case_charge.amount == 0 for case_charge in self.offer.charges)


def prepared_filing(proactive_offer: ProactiveOffer, now: datetime) -> PreparedFiling:
    """What would be filed now; refuses where the procedure, its option or the place is not there any more."""
    day, rule, source = clock.local(now).date(), proactive_offer.rule, proactive_offer.source
    offer = lookup.option_of(PROVIDER, rule.procedure, rule.option, day=day, channel=Channel.ONLINE)
    receiving = _receiving_unit(source.receiving_unit, day)
    results = [paper for paper in papers.results_of(source) if paper.valid_until is None or paper.valid_until >= day]
    requested_papers = [_open_question(paper.name, paper.note, rule.held, source) for paper in offer.papers]
    plain = [
        asdict(paper) | {"given": bool(how.held)} | ({"held": how.held} if how.held else {})
        for paper, how in zip(offer.papers, requested_papers, strict=True)
    ]
    paper_sources = [how.held for how in requested_papers if how.held]
    filing = CaseFiling(
        offer=offer,
        applicant=applicant_of(source),
        channel=Channel.ONLINE,
        receiving=receiving,
        competent=_competent_unit(offer, receiving, source, day),
        papers=plain,
        request=f"{REQUEST}{proactive_offer.ref}",
        note=_filing_note(proactive_offer, source),
        reused=[paper.ref for paper in results] if paper_sources else [],
        origin=Case.Origin.DEMO if source.origin == Case.Origin.DEMO else Case.Origin.HERE,
    )
    form = applying.form_for(offer.code, day)
    return PreparedFiling(filing, requested_papers, form, _prefilled_answers(proactive_offer, source))


def applicant_of(source: Case) -> Applicant:
    """Who applied then, as they told it."""
    party = source.party
    return Applicant(
        name=party.name,
        kind=ApplicantKind(party.kind),
        id_number=party.id_number,
        phone=party.phone,
        email=party.email,
        address=party.address,
    )


def values_of(filing: PreparedFiling, day: date) -> tuple[str, dict[str, Any]]:
    """What a form would hold that nobody looked through: its version, and its values; refuses one with a gap."""
    if filing.form is None:
        return "", {}
    name_by_field = applying.told_before(filing.form, int(filing.filing.applicant.kind))
    values = {field: getattr(filing.filing.applicant, name) for field, name in name_by_field.items()}
    values |= {field: answer.value for field, answer in filing.known.items()}
    checked = forms.check_values(filing.form, {name: value for name, value in values.items() if value != ""}, day=day)
    if checked.problems:
        raise Refused("not_whole", _("Biểu mẫu còn phần chỉ người dân mới khai được."))
    return f"{filing.form.form.code}@{filing.form.number}", dict(checked.values)


def _receiving_unit(unit: Unit, day: date) -> Unit:
    candidates = [unit] if places.is_there(unit, day) else units.successors(unit, day)
    if len(candidates) != 1:
        raise Refused("place_gone", _("Nơi nhận hồ sơ trước đây không còn nữa. Hãy tự nộp và chọn nơi nhận."))
    return candidates[0]


def _competent_unit(offer: ProcedureOption, receiving: Unit, source: Case, day: date) -> Unit:
    """The commune that decided before decides again, where a commune does."""
    former = source.origin_unit
    candidates = [former] if places.is_there(former, day) else units.successors(former, day)
    chosen = candidates[0].ref if len(candidates) == 1 and candidates[0].level == Level.COMMUNE else ""
    return places.competent_unit(offer, receiving, chosen, day)


def _open_question(name: str, note: str, held: Sequence[str], source: Case) -> RequestedPaper:
    is_available = fold(name) in {fold(paper_name) for paper_name in held}
    words = _("%(result)s, hồ sơ %(code)s") % {"result": source.outcome or source.name, "code": source.code}
    return RequestedPaper(name, note, words if is_available else "")


def _filing_note(proactive_offer: ProactiveOffer, source: Case) -> str:
    words = _("Dịch vụ chủ động, mức %(level)s, lời mời %(ref)s, từ hồ sơ %(code)s (%(basis)s).")
    return words % {
        "level": proactive_offer.level,
        "ref": proactive_offer.ref,
        "code": source.code,
        "basis": proactive_offer.rule.basis,
    }


def _prefilled_answers(proactive_offer: ProactiveOffer, source: Case) -> dict[str, RegisterAnswer]:
    """What the rule answers of the form: from what was declared then, or a word of its own."""
    register_answers_by_key: dict[str, RegisterAnswer] = {}
    day = clock.local(source.submitted_at).date()
    for field, prefill_source in proactive_offer.rule.prefill.items():
        value = (
            source.values.get(prefill_source.removeprefix(VALUES))
            if prefill_source.startswith(VALUES)
            else prefill_source.removeprefix(TEXT)
        )
        if isinstance(value, (str, int, bool)) and value != "":
            register_answers_by_key[field] = RegisterAnswer(value, _("hồ sơ %(code)s") % {"code": source.code}, day)
    return register_answers_by_key


def with_form(filing: CaseFiling, form: str, values: Mapping[str, Any]) -> CaseFiling:
    """The same with what an electronic form holds."""
    return replace(filing, form=form, values=values)

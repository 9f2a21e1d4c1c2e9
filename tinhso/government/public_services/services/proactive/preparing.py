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
    """A dossier as it would be filed. ``form``: the electronic form that is in force, None where there is none."""

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
        return all(one.amount == 0 for one in self.offer.charges)


def prepared_filing(one: ProactiveOffer, now: datetime) -> PreparedFiling:
    """What would be filed now; refuses where the procedure, its option or the place is not there any more."""
    day, rule, source = clock.local(now).date(), one.rule, one.source
    offer = lookup.option_of(PROVIDER, rule.procedure, rule.option, day=day, channel=Channel.ONLINE)
    receiving = _receiving_unit(source.receiving_unit, day)
    results = [kept for kept in papers.results_of(source) if kept.valid_until is None or kept.valid_until >= day]
    asked = [_open_question(paper.name, paper.note, rule.held, source) for paper in offer.papers]
    plain = [
        asdict(paper) | {"given": bool(how.held)} | ({"held": how.held} if how.held else {})
        for paper, how in zip(offer.papers, asked, strict=True)
    ]
    held = [how.held for how in asked if how.held]
    filing = CaseFiling(
        offer=offer,
        applicant=applicant_of(source),
        channel=Channel.ONLINE,
        receiving=receiving,
        competent=_competent_unit(offer, receiving, source, day),
        papers=plain,
        request=f"{REQUEST}{one.ref}",
        note=_filing_note(one, source),
        reused=[kept.ref for kept in results] if held else [],
        origin=Case.Origin.DEMO if source.origin == Case.Origin.DEMO else Case.Origin.HERE,
    )
    form = applying.form_for(offer.code, day)
    return PreparedFiling(filing, asked, form, _prefilled_answers(one, source))


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


def values_of(whole: PreparedFiling, day: date) -> tuple[str, dict[str, Any]]:
    """What a form would hold that nobody looked through: its version, and its values; refuses one with a gap."""
    if whole.form is None:
        return "", {}
    told = applying.told_before(whole.form, int(whole.filing.applicant.kind))
    given = {field: getattr(whole.filing.applicant, name) for field, name in told.items()}
    given |= {field: answer.value for field, answer in whole.known.items()}
    checked = forms.check_values(whole.form, {name: value for name, value in given.items() if value != ""}, day=day)
    if checked.problems:
        raise Refused("not_whole", _("Biểu mẫu còn phần chỉ người dân mới khai được."))
    return f"{whole.form.form.code}@{whole.form.number}", dict(checked.values)


def _receiving_unit(unit: Unit, day: date) -> Unit:
    found = [unit] if places.is_there(unit, day) else units.successors(unit, day)
    if len(found) != 1:
        raise Refused("place_gone", _("Nơi nhận hồ sơ trước đây không còn nữa. Hãy tự nộp và chọn nơi nhận."))
    return found[0]


def _competent_unit(offer: ProcedureOption, receiving: Unit, source: Case, day: date) -> Unit:
    """The commune that decided before decides again, where a commune does."""
    former = source.origin_unit
    found = [former] if places.is_there(former, day) else units.successors(former, day)
    chosen = found[0].ref if len(found) == 1 and found[0].level == Level.COMMUNE else ""
    return places.competent_unit(offer, receiving, chosen, day)


def _open_question(name: str, note: str, held: Sequence[str], source: Case) -> RequestedPaper:
    known = fold(name) in {fold(one) for one in held}
    words = _("%(result)s, hồ sơ %(code)s") % {"result": source.outcome or source.name, "code": source.code}
    return RequestedPaper(name, note, words if known else "")


def _filing_note(one: ProactiveOffer, source: Case) -> str:
    words = _("Dịch vụ chủ động, mức %(level)s, lời mời %(ref)s, từ hồ sơ %(code)s (%(basis)s).")
    return words % {"level": one.level, "ref": one.ref, "code": source.code, "basis": one.rule.basis}


def _prefilled_answers(one: ProactiveOffer, source: Case) -> dict[str, RegisterAnswer]:
    """What the rule answers of the form: from what was declared then, or a word of its own."""
    found: dict[str, RegisterAnswer] = {}
    day = clock.local(source.submitted_at).date()
    for field, told in one.rule.prefill.items():
        value = source.values.get(told.removeprefix(VALUES)) if told.startswith(VALUES) else told.removeprefix(TEXT)
        if isinstance(value, (str, int, bool)) and value != "":
            found[field] = RegisterAnswer(value, _("hồ sơ %(code)s") % {"code": source.code}, day)
    return found


def with_form(filing: CaseFiling, form: str, values: Mapping[str, Any]) -> CaseFiling:
    """The same with what an electronic form holds."""
    return replace(filing, form=form, values=values)

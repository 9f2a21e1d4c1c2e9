"""Who may read the papers of a case, what of it a directive tells, where an order of its fees leads back to, and
what drawings of its way may say."""

from django.urls import reverse

from tinhso.blocks.bpmn.contract import runs_drawings
from tinhso.blocks.cases.queries import papers, steering
from tinhso.blocks.cases.queries.running_drawings import RUNNER
from tinhso.blocks.documents.contract import register_paper_guard
from tinhso.blocks.indicators.contract import Subject, register_subject
from tinhso.blocks.payments.contract import register_payment_page
from tinhso.kernel.actor import Actor

runs_drawings("cases", RUNNER)


@register_paper_guard
def papers_of_dossiers(actor: Actor, used_in: str) -> bool:
    """Whoever may read the case, and whoever holds its key."""
    return papers.may_read(actor, used_in)


@register_payment_page
def to_the_dossier(about: str) -> str:
    """The case's page; empty for what is no case of ours."""
    code = papers.code_in(about)
    return reverse("cases:case", args=[code]) if code else ""


@register_subject("dossier")
def of_dossiers(ref: str, by: Actor) -> Subject | None:
    """A case, by its code and procedure alone: whose it is, is not told."""
    return steering.subject_of_case(ref, by)

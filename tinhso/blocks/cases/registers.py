"""Who may read the papers of a dossier, and where an order of a dossier's fees leads back to."""

from django.urls import reverse

from tinhso.blocks.cases.queries import papers
from tinhso.blocks.documents.contract import guards_papers
from tinhso.blocks.payments.contract import leads_back
from tinhso.kernel.actor import Actor


@guards_papers
def papers_of_dossiers(actor: Actor, used_in: str) -> bool:
    """Whoever may read the dossier, and whoever holds its key."""
    return papers.may_read(actor, used_in)


@leads_back
def to_the_dossier(about: str) -> str:
    """The dossier's page; empty for what is no dossier of ours."""
    code = papers.code_in(about)
    return reverse("cases:case", args=[code]) if code else ""

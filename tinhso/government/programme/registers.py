"""Who may read the evidence of tasks, directives and plans."""

from tinhso.blocks.documents.contract import register_paper_guard
from tinhso.government.programme.queries import papers
from tinhso.kernel.actor import Actor


@register_paper_guard
def papers_of_the_programme(actor: Actor, used_in: str) -> bool:
    """Whoever may see the task, the directive, the plan or the criterion."""
    return papers.may_read(actor, used_in)

"""Whose evidence a paper is."""

from tinhso.government.programme.queries import lookup
from tinhso.government.programme.rights import SEE_PROGRAMME
from tinhso.kernel.actor import Actor

PREFIX = "programme:"


def may_read(actor: Actor, used_in: str) -> bool:
    """Whether ``actor`` may see what a paper is used in; no to what is none of ours."""
    if not used_in.startswith(PREFIX):
        return False
    ref = used_in.removeprefix(PREFIX)
    if ref.startswith(("CT-", "dti:")):
        return actor.can(SEE_PROGRAMME)
    return (
        lookup.visible_tasks(actor).filter(ref=ref).exists()
        or lookup.visible_directives(actor).filter(ref=ref).exists()
    )

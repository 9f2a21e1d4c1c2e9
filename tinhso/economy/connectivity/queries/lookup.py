"""Rights, and the records that one may see."""

from django.db.models import Q

from tinhso.economy.connectivity.rights import SEE_CONNECTIVITY
from tinhso.kernel.actor import Actor

ALIVE = Q(removed=False, ended_on__isnull=True)


def within_reach(by: Actor) -> Q:
    """Records of the units whose connectivity ``by`` may see."""
    return Q() if SEE_CONNECTIVITY in by.everywhere else Q(unit__in=by.places(SEE_CONNECTIVITY))

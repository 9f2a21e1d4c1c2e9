"""Who may open pages of certificates."""

from django.http import HttpRequest

from tinhso.government.certificates.rights import (
    APPROVE_CERTIFICATES,
    ASK_FOR_CERTIFICATES,
    MANAGE_CERTIFICATES,
    SEE_CERTIFICATES,
)
from tinhso.kernel.actor import Actor
from tinhso.ui.actors import actor_of

A_PAGE = 50


def certificates_actor(request: HttpRequest) -> Actor:
    """Who asks, if they have anything to do with certificates."""
    by = actor_of(request)
    by.must_be_able_to_any(SEE_CERTIFICATES, ASK_FOR_CERTIFICATES, APPROVE_CERTIFICATES, MANAGE_CERTIFICATES)
    return by

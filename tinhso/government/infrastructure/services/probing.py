"""Asking what a check asks, in the networks that the operator allows."""

from django.conf import settings

from tinhso.government.infrastructure.models import Check
from tinhso.kernel import probing


def probe_host(check: Check) -> probing.ProbeAnswer:
    """Ask once; no answer, a wrong one and a forbidden address are answers as well."""
    question = probing.ProbeQuestion(
        kind=check.kind,
        host=check.host,
        port=check.port,
        path=check.path,
        secure=check.secure,
        answers=check.answers,
        days_left=check.days_left,
    )
    return probing.send_probe(question, probing.only_in_networks(settings.CHECK_NETWORKS))

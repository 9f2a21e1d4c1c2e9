"""Requests for signatures, and signatures that are waited for on other devices."""

from tinhso.blocks.signature_requests.models.pending import PendingSignature
from tinhso.blocks.signature_requests.models.requests import Entry, Request, StandIn, Turn, Version

__all__ = ["Entry", "PendingSignature", "Request", "StandIn", "Turn", "Version"]

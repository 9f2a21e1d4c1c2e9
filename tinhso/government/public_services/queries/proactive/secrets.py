"""The key with which a person opens what was offered to them: made from its reference, kept nowhere (ADR 0049)."""

import hmac
from hashlib import sha256

from django.conf import settings
from django.urls import reverse

from tinhso.blocks.messaging.contract import secret_mark
from tinhso.government.public_services.models import ProactiveOffer
from tinhso.kernel.refs import readable_letters, tidied_letters

PAGE = "public_services.offer"  # as messages name it
LENGTH = 14  # of 30 letters: 68 bits


def key_of(offer: ProactiveOffer) -> str:
    """The key in the address that the person is sent."""
    return _offer_key(settings.SECRET_KEY, offer.ref)


def is_offer_key(ref: str, text: str) -> bool:
    """Whether ``given`` is the key of an offer, by today's secret of the system or a former one."""
    tidy = tidied_letters(text)
    secret_keys = [str(secret) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    return sum(hmac.compare_digest(_offer_key(secret, ref), tidy) for secret in secret_keys) > 0  # none is skipped


def offer_path(offer: ProactiveOffer) -> str:
    """The path where the person reads and answers."""
    return reverse("public_services:offer", args=[offer.ref, key_of(offer)])


def named_page(offer: ProactiveOffer) -> str:
    """How a message names the address that only the person gets, which it does not hold."""
    return secret_mark(PAGE, offer.ref)


def page_named(ref: str) -> str:
    """The path that a message names."""
    return offer_path(ProactiveOffer(ref=ref))


def _offer_key(secret: str, ref: str) -> str:
    return readable_letters(hmac.new(secret.encode(), f"public_services.offer:{ref}".encode(), sha256).digest(), LENGTH)

"""The gateway's language: signed addresses and signed notices (VNPay 2.1.0, HMAC-SHA512 over the sorted query)."""

import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import unquote_plus, urlencode

from django.conf import settings

from tinhso.blocks.payments.models import Attempt
from tinhso.kernel import clock, text

VERSION, CURRENCY = "2.1.0", "VND"
PREFIX = "vnp_"
SIGNATURE, SIGNATURE_KIND = "vnp_SecureHash", "vnp_SecureHashType"
HUNDREDTHS = 100  # the gateway counts in hundredths of a đồng
OK = "00"


def is_set_up() -> bool:
    """Whether this installation has a gateway."""
    return bool(settings.PAYMENT_GATEWAY_URL and settings.PAYMENT_GATEWAY_CODE and settings.PAYMENT_GATEWAY_SECRET)


def signature(parts: Mapping[str, str], secret: str) -> str:
    """The signature over ``parts`` in the order of their names, as lower-case hexadecimal digits."""
    return _hmac_digest(
        urlencode(sorted((key, value) for key, value in parts.items() if key not in (SIGNATURE, SIGNATURE_KIND))),
        secret,
    )


def signature_as_sent(query: str, secret: str) -> str:
    """The signature over a query string whose parts are put in order and else stay letter by letter as they were sent.

    Whoever signs signs what it sends: a blank may be ``+`` or ``%20``, hexadecimal digits large or small.
    """
    parts = [(unquote_plus(part.partition("=")[0]), part) for part in query.split("&")]
    signed = [
        (name, part) for name, part in parts if name.startswith(PREFIX) and name not in (SIGNATURE, SIGNATURE_KIND)
    ]
    return _hmac_digest("&".join(part for _name, part in sorted(signed)), secret)


def is_signed(parts: Mapping[str, str], secret: str, *, sent: str = "") -> bool:
    """Whether the signature in ``parts`` is theirs; False without a secret. Takes the same time whatever differs.

    ``sent``: the query string that they were read from. Where something on the way has written it anew, the parts
    themselves, in the usual writing, have to bear the signature.
    """
    content = parts.get(SIGNATURE, "").lower().encode("utf-8", "replace")
    expected_signatures = (signature_as_sent(sent, secret), signature(parts, secret))
    return sum(hmac.compare_digest(expected.encode(), content) for expected in expected_signatures) > 0 and bool(
        secret
    )  # none is skipped


def _hmac_digest(told: str, secret: str) -> str:
    return hmac.new(secret.encode(), told.encode("utf-8", "surrogateescape"), hashlib.sha512).hexdigest()


def address_of(parts: Mapping[str, str], *, gateway: str, secret: str) -> str:
    """Where a payer is sent: the gateway's address with ``parts`` in order, and their signature last."""
    return f"{gateway}?{urlencode(sorted(parts.items()))}&{SIGNATURE}={signature(parts, secret)}"


def parts_of(attempt: Attempt, *, back: str, address: str, language: str) -> dict[str, str]:
    """What the gateway is told of a try: for what, how much, until when, where the payer goes afterwards."""
    return {
        "vnp_Version": VERSION,
        "vnp_Command": "pay",
        "vnp_TmnCode": settings.PAYMENT_GATEWAY_CODE,
        "vnp_Amount": str(attempt.amount * HUNDREDTHS),
        "vnp_CurrCode": CURRENCY,
        "vnp_TxnRef": attempt.txn_ref,
        "vnp_OrderInfo": plain_words(f"Nop {attempt.order.ref}"),
        "vnp_OrderType": "other",
        "vnp_Locale": "en" if language == "en" else "vn",
        "vnp_ReturnUrl": back,
        "vnp_IpAddr": address or "127.0.0.1",
        "vnp_CreateDate": _gateway_moment(attempt.started_at),
        "vnp_ExpireDate": _gateway_moment(attempt.expires_at),
    }


def plain_words(words: str) -> str:
    """Letters, digits and blanks without tone marks: all that the gateway takes."""
    return re.sub(r"[^A-Za-z0-9 ]+", " ", text.fold(words).upper()).strip()[:200]


def _gateway_moment(at: datetime) -> str:
    return clock.local(at).strftime("%Y%m%d%H%M%S")


def attempt_by_number(txn_ref: str) -> Attempt | None:
    """The try with this number; None when there was none."""
    return Attempt.objects.filter(txn_ref=txn_ref.replace("\0", "")).select_related("order").first()

"""The key with which somebody without an account follows a case: made from the code, kept nowhere.

It is a keyed hash of the code, so that it can be printed again on a receipt and cannot be worked out by who knows
other codes. A new turn makes the old key worthless.
"""

import hmac
from hashlib import sha256

from django.conf import settings

from tinhso.blocks.cases.models import Case
from tinhso.kernel.refs import readable_letters, tidied_letters

LENGTH = 14  # of 30 letters: 68 bits


def key_of(case: Case) -> str:
    """The key that is printed on the case's receipt."""
    return _key_of_case(settings.SECRET_KEY, case)


def is_key_of_case(case: Case, text: str) -> bool:
    """Whether ``given`` is the case's key, by today's secret of the system or a former one."""
    tidy = tidied_letters(text)
    system_secrets = [str(secret) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    return (
        sum(hmac.compare_digest(_key_of_case(secret, case), tidy) for secret in system_secrets) > 0
    )  # none is skipped


def _key_of_case(secret: str, case: Case) -> str:
    digest = hmac.new(secret.encode(), f"cases.key:{case.code}:{case.key_turn}".encode(), sha256).digest()
    return readable_letters(digest, LENGTH)


def owner_key(id_number: str) -> str:
    """What stands for a person or an enterprise where the number itself need not be known; empty without a number."""
    tidy = "".join(letter for letter in id_number.upper() if letter.isalnum())
    return hmac.new(settings.SECRET_KEY.encode(), f"cases.owner:{tidy}".encode(), sha256).hexdigest() if tidy else ""

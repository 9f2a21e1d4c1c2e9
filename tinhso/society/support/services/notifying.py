"""Telling whoever applied, by the phone that they gave."""

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from tinhso.blocks.messaging import services as messaging
from tinhso.blocks.messaging.contract import MARK
from tinhso.blocks.messaging.queries import texts
from tinhso.kernel import clock
from tinhso.society.support.models import Application
from tinhso.society.support.queries import secrets

TEXTED = {"submitted", "paper", "approved", "delivered", "refused"}  # states that are worth a message


def can_reach_phone(phone: str) -> bool:
    """Whether a phone can be written to: there is a telephone company, and its owner has not said no."""
    return texts.is_on() and texts.accepts_texts(phone)


def send_code(*, one: Application, turn: int) -> bool:
    """Send the code that shows that the phone is theirs; says whether there was a way to."""
    words = _("Mã xác nhận hồ sơ hỗ trợ %(ref)s: %(code)s. Không gửi mã này cho ai.")
    return _send_text(one, words, {"ref": one.ref, "code": MARK}, f"code-{turn}", secrets.named_code(one, turn))


def notify_applicant(*, one: Application, number: int) -> bool:
    """Tell whoever applied what has become of it; says whether there was a way to."""
    if one.state not in TEXTED or one.illustrative:
        return False
    words = _("%(ref)s: %(state)s. Xem: %(page)s")
    page = f"{settings.PUBLIC_URL}{MARK}"
    return _send_text(
        one,
        words,
        {"ref": one.ref, "state": str(one.get_state_display()), "page": page},
        str(number),
        secrets.named_page(one),
    )


def _send_text(application: Application, words: str, values: dict[str, str], key: str, secret: str) -> bool:
    phone = str(secrets.unseal_personal(application.programme, application.person.sealed)["phone"])
    if not can_reach_phone(phone):
        return False
    with translation.override(application.language):
        key = f"support-{application.pk}-{key}"
        messaging.queue_text(phone=phone, words=_(words) % values, now=clock.now(), key=key, secret=secret)
    return True

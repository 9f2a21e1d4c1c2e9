"""One-time codes that are sent to who keeps a key: one at a time, for one permission, by a letter that nobody keeps."""

import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.blocks.identity import services as identity
from tinhso.blocks.messaging import services as messaging
from tinhso.blocks.remote_keys import queries
from tinhso.blocks.remote_keys.models import Credential, SentCode
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused

DIGITS = 6


def send_code(*, one: Credential, by: Actor, now: datetime) -> datetime:
    """Send a new code to the mailbox of who keeps a key; the one before ends. Says until when it holds.

    Refuses a key that takes none, and more of them than the province's rules let be sent in an hour. Stands outside any
    transaction: a letter that was sent has used up its turn.
    """
    if Credential.MAIL not in one.codes or not one.person.email:
        raise Refused("no_sent_codes", _("Khóa này dùng mã trong ứng dụng xác thực; không có mã nào được gửi."))
    rules, words = queries.rules().remote, _("Đã gửi quá nhiều mã trong giờ này; hãy dùng mã mới nhất hoặc chờ.")
    identity.at_most(what="remote_keys.code", who=one.ref, most=rules.codes_an_hour, words=words, now=now)
    code, until = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}", now + timedelta(seconds=rules.code_seconds)
    row = _insert_code(one, code, by=by, now=now, until=until)
    minutes = rules.code_seconds // 60
    body = _(
        "Mã ký số của bạn: %(code)s\n\nMã dùng một lần, trong %(minutes)s phút, cho khóa %(key)s. Nếu bạn không "
        "yêu cầu ký, đừng đưa mã cho ai và báo ngay cho đầu mối chứng thư số."
    )
    try:
        messaging.send_letter(
            to=one.person.email, title=_("Mã ký số"), body=body % {"code": code, "minutes": minutes, "key": one.ref}
        )
    except OSError as problem:
        SentCode.objects.filter(pk=row.pk, ended_at=None).update(ended_at=now)
        raise Refused("code_not_sent", _("Chưa gửi được mã: máy chủ thư không trả lời. Hãy thử lại sau.")) from problem
    return until


@transaction.atomic
def _insert_code(one: Credential, code: str, *, by: Actor, now: datetime, until: datetime) -> SentCode:
    Credential.objects.select_for_update(of=("self",)).get(pk=one.pk)  # of two who ask at once, the later one's holds
    SentCode.objects.filter(credential=one, ended_at=None).update(ended_at=now)
    row = SentCode.objects.create(credential=one, digest=_keyed_digest(one, code), created_at=now, expires_at=until)
    audit.record(by=by, did="sent signing code", to=one, after={"until": until.isoformat()})
    return row


def _keyed_digest(credential: Credential, code: str) -> str:
    """Keyed, since six digits are soon guessed: the database alone does not tell them."""
    return salted_hmac("tinhso.signing.code", f"{credential.ref}:{code}", algorithm="sha256").hexdigest()


@transaction.atomic
def use_code(*, one: Credential, code: str, now: datetime) -> bool:
    """Whether this is the code that was sent last; it ends with this use, or with the last of its wrong tries."""
    row = SentCode.objects.select_for_update().filter(credential=one, ended_at=None).first()
    if row is None or row.expires_at <= now:
        return False
    fits = constant_time_compare(row.digest, _keyed_digest(one, code))
    if fits:
        row.used_at = row.ended_at = now
    else:
        row.tries += 1
        row.ended_at = now if row.tries >= SentCode.MOST_TRIES else None
    row.save(update_fields=["tries", "used_at", "ended_at"])
    return fits

"""Speaking with phones: messages, receipts, and a word to hear no more."""

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.db import transaction
from smpplib import consts

from tinhso.blocks.audit import services as audit
from tinhso.blocks.messaging.models import Correspondent, Incoming, Outgoing, Texted
from tinhso.blocks.messaging.queries import texts
from tinhso.blocks.messaging.services import answering, receiving
from tinhso.blocks.messaging.services.smpp import bound_line
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.refs import new_ref
from tinhso.kernel.text import nfc

QUIET, MOST = 2.0, 500  # seconds without a word after which nothing more is expected; messages taken in at once
RECEIPT = re.compile(r"\bid:(\S+).*?\bstat:(\w+)", re.DOTALL)
IS_RECEIPT = 0x04  # of the esm_class


def queue_text(*, phone: str, words: str, now: datetime, key: str = "", secret: str = "") -> Outgoing:
    """Write a message to a phone number, with a ``key`` only once; the worker sends it. Refuses what is no number.

    A key or code in the words is a mark that ``secret`` names (``contract.secret``).
    """
    number = texts.number_of(phone)
    with transaction.atomic():
        fresh = {"ref": new_ref("NT"), "first_at": now, "heard_at": now}
        who, _is_new = Correspondent.objects.get_or_create(channel=texts.CHANNEL, sender=number, defaults=fresh)
        return answering.queue_reply(who, words, now=now, key=key, secret=secret)


def read_texts(*, by: Actor, clock: Callable[[], datetime] = clock.now) -> int:
    """Take in receipts and what phones sent back, until nothing more comes; says how many. Each is kept before the
    company hears that it may forget it."""
    by.must_be_able_to(receiving.RIGHT)
    if not texts.is_on():
        return 0
    taken = 0

    def take(pdu: Any) -> None:
        nonlocal taken
        taken += 1
        _take_pdu(pdu, by, clock())

    with bound_line("receiver", seconds=QUIET) as line:
        line.set_message_received_handler(take)
        with suppress(TimeoutError):
            while taken < MOST:
                line.read_once(auto_send_enquire_link=False)
    return taken


@transaction.atomic
def _take_pdu(pdu: Any, by: Actor, now: datetime) -> None:
    words = _text_of_pdu(pdu)
    if pdu.esm_class & IS_RECEIPT:
        match = RECEIPT.search(words)
        number = (pdu.receipted_message_id or b"").decode("ascii", "replace").strip("\0")
        if match is not None:
            sent = Texted.objects.filter(message_id=number or match[1], result_at=None)
            sent.update(result=match[2][:10], result_at=now)
        return
    number = (pdu.source_addr or b"").decode("ascii", "replace").lstrip("+")
    who = Correspondent.objects.select_for_update().filter(channel=texts.CHANNEL, sender=number).first()
    if who is None:  # somebody whom we never wrote to
        return
    Incoming.objects.create(
        channel=texts.CHANNEL,
        message_id=uuid4().hex,
        correspondent=who,
        kind="text",
        text=words,
        sent_at=now,
        came_at=now,
        state=Incoming.State.DONE,
    )
    who.heard_at, wish = now, texts.asks_to(words)
    if wish:
        who.stopped_at = now if wish == "stop" else None
        audit.record(by=by, did="stopped texts" if wish == "stop" else "wants texts again", to=who)
    who.save(update_fields=["heard_at", "stopped_at"])


def _text_of_pdu(pdu: Any) -> str:
    raw = pdu.short_message or getattr(pdu, "message_payload", None) or b""
    coding = "utf-16-be" if pdu.data_coding == consts.SMPP_ENCODING_ISO10646 else "latin-1"
    return nfc(raw.decode(coding, "replace")).replace("\0", "").strip()[:1000]

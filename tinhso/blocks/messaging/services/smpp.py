"""The line to a telephone company: SMPP 3.4, bound to send or to hear, never both.

What comes in is thus never taken within a transaction that may fail.
"""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from smpplib import client, consts, exceptions, gsm

from tinhso.blocks.messaging.contract import with_secret
from tinhso.blocks.messaging.models import Correspondent, Outgoing, Texted
from tinhso.blocks.messaging.queries import texts
from tinhso.blocks.messaging.queries.rules import rules
from tinhso.blocks.messaging.services.platforms import NotDelivered, Rejected
from tinhso.kernel import clock

SECONDS = 10  # that an answer may take
LATER = frozenset({0x08, 0x14, 0x58, 0x64})  # trouble of theirs, queue full, too fast, phone's own trouble for a while


class _Client(client.Client):  # type: ignore[misc]
    def _create_socket(self) -> socket.socket:
        plain = socket.create_connection((self.host, self.port), timeout=self.timeout)
        if self._ssl_context is None:
            return plain
        return self._ssl_context.wrap_socket(plain, server_hostname=self.host)  # type: ignore[no-any-return]

    def connect(self) -> None:
        self._socket = self._create_socket()
        self.state = consts.SMPP_CLIENT_STATE_OPEN


@contextmanager
def bound_line(how: str, *, seconds: float = SECONDS) -> Iterator[Any]:
    """A line to the telephone company, bound as ``transmitter`` or ``receiver``. Raises :class:`NotDelivered`."""
    where = texts.sms_gateway()
    if where is None:
        raise NotDelivered("TINHSO_SMS")
    context = ssl.create_default_context() if where.secure else None
    line = _Client(
        where.host, where.port, timeout=SECONDS, ssl_context=context, allow_unknown_opt_params=True, logger_name="smpp"
    )
    try:
        line.connect()
        getattr(line, f"bind_{how}")(system_id=where.name, password=where.password)
        line._socket.settimeout(seconds)
        yield line
        line.unbind()
    except exceptions.PDUError as problem:
        raise NotDelivered(f"SMPP {problem}"[:200]) from problem
    except (OSError, exceptions.ConnectionError, exceptions.UnknownCommandError) as problem:
        raise NotDelivered(type(problem).__name__) from problem
    finally:
        with suppress(OSError, AttributeError):
            line._socket.close()
        setattr(line, "_socket", None)  # noqa: B010 - the library warns of lines that were left open


def by_text(who: Correspondent, outgoing: Outgoing) -> str:
    """Send one message in as many parts as it takes; gives the company's number of the first."""
    now, spoken = clock.now(), rules().texts
    if texts.sent_to(who, now) >= spoken.each_a_day:
        raise Rejected(f"each_a_day {spoken.each_a_day}")
    if texts.parts_sent(now) >= spoken.a_day:
        raise NotDelivered(f"a_day {spoken.a_day}")
    parts, coding, kind = gsm.make_parts(texts.fitted_text(with_secret(outgoing.text, outgoing.secret), spoken))
    with bound_line("transmitter") as line:
        numbers = [_submit_part(line, who.sender, part, coding, kind) for part in parts]
    Texted.objects.bulk_create(
        [Texted(outgoing=outgoing, part=n, message_id=number[:65], sent_at=now) for n, number in enumerate(numbers, 1)]
    )
    return numbers[0]


def _submit_part(line: Any, number: str, part: bytes, coding: int, kind: int) -> str:
    sender = rules().texts.sender
    named = not sender.isdigit()
    message_ids: list[str] = []
    line.set_message_sent_handler(lambda pdu: message_ids.append((pdu.message_id or b"").decode("ascii", "replace")))
    try:
        line.send_message(
            source_addr_ton=consts.SMPP_TON_ALNUM if named else consts.SMPP_TON_INTL,
            source_addr_npi=consts.SMPP_NPI_UNK if named else consts.SMPP_NPI_ISDN,
            source_addr=sender,
            dest_addr_ton=consts.SMPP_TON_INTL,
            dest_addr_npi=consts.SMPP_NPI_ISDN,
            destination_addr=number,
            short_message=part,
            data_coding=coding,
            esm_class=kind,
            registered_delivery=True,
        )
        while not message_ids:
            line.read_once(auto_send_enquire_link=False)
    except exceptions.PDUError as problem:
        status = problem.args[1] if len(problem.args) > 1 else -1
        later = LATER | rules().texts.later
        raise (NotDelivered if status in later else Rejected)(f"SMPP {status}") from problem
    return message_ids[0]

"""Telling people."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from procrastinate.contrib.django import app as queue

from tinhso.blocks.identity import queries as identity
from tinhso.blocks.identity.models import Person
from tinhso.blocks.messaging import queries
from tinhso.blocks.messaging.contract import with_secret
from tinhso.blocks.messaging.models import Message
from tinhso.blocks.units.models import Unit
from tinhso.kernel.actor import Actor

LETTER_SECONDS = 10


@transaction.atomic
def notify(
    *,
    to: Person | Iterable[Person],
    title: str,
    now: datetime,
    body: str = "",
    href: str = "",
    secret: str = "",
    kind: str = Message.Kind.INFO,
    key: str = "",
    mail: bool = False,
    push: bool = False,
) -> int:
    """Tell people something, in their inboxes, with ``mail`` by e-mail, with ``push`` on their devices; says how many.

    With a ``key`` (such as the event's name and aggregate) telling again tells nobody twice. ``href`` is a path of
    this system; a key in it is a mark that ``secret`` names (``contract.secret``). A notification on a device shows the
    title to whoever looks at the screen: a message that is pushed has no figure and no name of a private person in its
    title.
    """
    people = [to] if isinstance(to, Person) else list(to)
    message_count = 0
    for person in people:
        fields = {"kind": kind, "title": title[:200], "body": body, "href": href, "created_at": now, "by_mail": mail}
        fields["secret"] = secret
        if key:
            message, is_new = Message.objects.get_or_create(to=person, key=key, defaults=fields)
        else:
            message, is_new = Message.objects.create(to=person, **fields), True
        message_count += is_new
        if is_new and mail and person.email:
            queue.configure_task("messaging.mail").defer(message_id=message.pk)
        if is_new and push:
            _queue_pushes(message)
    return message_count


def notify_holders(
    *,
    right: str,
    at: Unit,
    title: str,
    now: datetime,
    body: str = "",
    href: str = "",
    kind: str = Message.Kind.INFO,
    key: str = "",
    mail: bool = False,
    push: bool = False,
    here_only: bool = False,
    but: Actor | None = None,
) -> int:
    """Tell all whose posts give them ``right`` at ``at`` (``here_only``: those posted there), apart from ``but``."""
    people = identity.holders_of_rights(right, at=at, here_only=here_only)
    others = [person for person in people if but is None or person.ref != but.ref]
    return notify(to=others, title=title, now=now, body=body, href=href, kind=kind, key=key, mail=mail, push=push)


def _queue_pushes(message: Message) -> None:
    for ref in queries.device_refs(message.to):
        queue.configure_task("messaging.push").defer(message_id=message.pk, device=ref)


def mark_read(*, pk: int, by: Actor, now: datetime) -> Message:
    """Note that a message was read; refuses somebody else's."""
    message = queries.message_to(pk, to=by)
    if message.read_at is None:
        message.read_at = now
        message.save(update_fields=["read_at"])
    return message


def mark_all_read(*, by: Actor, now: datetime) -> int:
    """Note that every message was read; says how many were new."""
    return queries.messages_to(by).filter(read_at=None).update(read_at=now)


@transaction.atomic
def send_mail_of(*, pk: int, now: datetime) -> bool:
    """Send the mail of one message unless it has gone out already; says whether it went.

    Two workers never send the same one at once. A worker that dies between sending and writing that down sends again
    with the same Message-ID, by which mail systems know the copy.
    """
    message = queries.to_mail(pk).select_for_update(of=("self",)).first()
    if message is None:
        return False
    link = f"{settings.PUBLIC_URL}{with_secret(message.href, message.secret)}" if message.href else ""
    EmailMessage(
        subject=message.title,
        body="\n\n".join(part for part in (message.body, link) if part),
        to=[message.to.email],
        headers={"Message-ID": _message_id(message)},
    ).send()
    message.mailed_at = now
    message.save(update_fields=["mailed_at"])
    return True


def send_letter(*, to: str, title: str, body: str) -> None:
    """Send a letter at once and keep it nowhere: for what may lie in no queue and no inbox of ours.

    Raises OSError when the mail server does not take it within seconds.
    """
    EmailMessage(subject=title, body=body, to=[to], connection=get_connection(timeout=LETTER_SECONDS)).send()


def _message_id(message: Message) -> str:
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("<> ") or "localhost"
    return f"<message-{message.pk}@{domain}>"

"""What people say beside their report: help, how another report stands, where else to write to."""

from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext as _

from tinhso.blocks.messaging.contract import Intake
from tinhso.blocks.messaging.contract.talk import contact_in, looked_up, wish_of
from tinhso.blocks.messaging.contract.talk import language_of as spoken
from tinhso.blocks.messaging.models import Conversation, Correspondent, Incoming
from tinhso.blocks.messaging.queries import wording
from tinhso.blocks.messaging.queries.rules import rules
from tinhso.blocks.messaging.services import answering
from tinhso.kernel.errors import Refused
from tinhso.ui.context import served_province


def language_of(who: Correspondent, fresh: list[Incoming]) -> str:
    """The language of what was written last, where one can tell."""
    languages = [spoken(incoming.text) for incoming in fresh if incoming.text]
    return next((language for language in reversed(languages) if language), who.language)


def answer_asides(who: Correspondent, fresh: list[Incoming], taker: Intake, now: datetime) -> bool:
    """Answer what is no part of a report; says whether there was any."""
    answered = False
    for incoming in fresh:
        text = _aside_answer(who, incoming, taker, now)
        if text:
            answering.queue_reply(who, text, now=now, key=f"aside:{incoming.pk}")
            answered = True
    return answered


def _aside_answer(who: Correspondent, incoming: Incoming, taker: Intake, now: datetime) -> str:
    words = incoming.choice or incoming.text
    wish = wish_of(words) if words else ""
    if wish == "contact":
        who.contact = contact_in(words)
        who.save(update_fields=["contact"])

    def say() -> wording.Line:
        if incoming.kind == "follow" or wish in ("greet", "help"):
            hello = wording.greeting_text(served_province().title)
            return (wording.help_text(rules().emergency) if wish == "help" else hello), []
        if wish == "lookup":
            return status_of(who, looked_up(words), taker, now), []
        return (wording.contact_kept(who.contact) if wish == "contact" else ""), []

    return wording.in_language(who.language, say)[0]


def status_of(who: Correspondent, ref: str, taker: Intake, now: datetime) -> str:
    """How a report stands, or why that is not said."""
    try:
        return taker.status(ref, channel=who.channel, sender=who.sender, now=now)
    except Refused as refusal:
        return refusal.message


def thread_of(conversation: Conversation) -> answering.Thread:
    """For mail: the subject and number of the letter that is answered."""
    first = (
        conversation.incoming.order_by("sent_at", "pk").first()
        if conversation.correspondent.channel == "email"
        else None
    )
    if first is None:
        return answering.Thread()
    with translation.override(conversation.correspondent.language):
        subject = _("Trả lời: %(subject)s") % {"subject": first.text.partition("\n")[0][:150]}
    return answering.Thread(subject, first.message_id)

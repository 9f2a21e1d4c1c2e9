"""A new key to follow a case with, and a letter with the present one to the address that the case holds."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.blocks.cases import events
from tinhso.blocks.cases.models import Case
from tinhso.blocks.cases.queries import lookup
from tinhso.blocks.cases.queries.rules import rules
from tinhso.blocks.cases.rights import RECEIVE_CASES
from tinhso.blocks.cases.services.record import event_fields, must_say_why, note_down
from tinhso.blocks.identity import services as identity
from tinhso.blocks.outbox import services as outbox
from tinhso.kernel.actor import Actor

LETTERS_AN_HOUR = 2  # for one case: nobody fills somebody's mailbox


@transaction.atomic
def renew_key(*, code: str, why: str, by: Actor, now: datetime) -> Case:
    """Give a case a new key; the former one opens nothing from now on. For who receives there, with a reason."""
    case = lookup.locked_case(code)
    by.must_be_able_to(RECEIVE_CASES, at=case.receiving_unit)
    note_down(
        case,
        did="new_key",
        by=by,
        now=now,
        note=must_say_why(why),
        public=False,
        key_turn=case.key_turn + 1,
        where=case.receiving_unit,
    )
    return case


@transaction.atomic
def show_key(*, code: str, by: Actor) -> Case:
    """The case whose key somebody at the desk prints for the applicant; written down."""
    case = lookup.visible_case(code, by=by)
    by.must_be_able_to(RECEIVE_CASES, at=case.receiving_unit)
    audit.record_view(by=by, what=(Case._meta.label, case.code), why="key")
    return case


@transaction.atomic
def ask_key(*, code: str, email: str, by: Actor, now: datetime) -> bool:
    """Send the key to the address that the applicant gave, when that is ``email``; says whether a letter goes out.

    Whoever reads letters there has proved who they are. Refuses what is asked too often; else a page must not tell
    whether there is such a case or address.
    """
    words = _("Từ mạng của bạn đã xin gửi khóa quá nhiều lần trong giờ này. Hãy thử lại sau, hoặc hỏi tại quầy.")
    most = rules().front.wrong_keys
    identity.take_turn(what="cases.ask_key", most=most, words=words, by=by, now=now)
    case = Case.objects.select_related("party", "unit").filter(code=code.strip()[:40], origin=Case.Origin.HERE).first()
    if case is None or not case.party.email or case.party.email.casefold() != email.strip().casefold():
        audit.record_refusal(by=by, did="refused secret", to=("cases.ask_key", "-"), after={"code": "no_such_address"})
        return False
    actor = Actor(ref="", name="", kind=by.kind, address=f"case:{case.code}")
    identity.take_turn(what="cases.key_letter", most=LETTERS_AN_HOUR, words=words, by=actor, now=now)
    audit.record(by=by, did="case key asked", to=(Case._meta.label, case.code))
    outbox.emit(events.KeyAsked(**event_fields(case, by)))
    return True

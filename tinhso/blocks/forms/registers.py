"""What the system itself holds of whoever fills in a form."""

from tinhso.blocks.forms.contract import AnswerQuery, RegisterAnswer, register_answer
from tinhso.blocks.identity import queries as identity
from tinhso.kernel.errors import Refused


@register_answer("person.full_name")
def full_name(asking: AnswerQuery) -> RegisterAnswer | None:
    """The name of the account."""
    try:
        person = identity.person_by_ref(asking.owner) if asking.owner else None
    except Refused:
        return None
    return RegisterAnswer(person.name, "tài khoản của bạn", asking.day) if person and person.name else None


@register_answer("person.email")
def account_email(asking: AnswerQuery) -> RegisterAnswer | None:
    """The address of the account."""
    try:
        person = identity.person_by_ref(asking.owner) if asking.owner else None
    except Refused:
        return None
    return RegisterAnswer(person.email, "tài khoản của bạn", asking.day) if person and person.email else None

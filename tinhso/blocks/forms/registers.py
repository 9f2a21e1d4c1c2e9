"""What the system itself holds of whoever fills in a form."""

from tinhso.blocks.forms.contract import Answer, Asking, answers
from tinhso.blocks.identity import queries as identity
from tinhso.kernel.errors import Refused


@answers("person.full_name")
def full_name(asking: Asking) -> Answer | None:
    """The name of the account."""
    try:
        person = identity.person_by_ref(asking.owner) if asking.owner else None
    except Refused:
        return None
    return Answer(person.name, "tài khoản của bạn", asking.day) if person and person.name else None


@answers("person.email")
def email(asking: Asking) -> Answer | None:
    """The address of the account."""
    try:
        person = identity.person_by_ref(asking.owner) if asking.owner else None
    except Refused:
        return None
    return Answer(person.email, "tài khoản của bạn", asking.day) if person and person.email else None

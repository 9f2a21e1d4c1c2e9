"""Passwords: 14 letters, or 8 beside a second factor."""

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.blocks.identity import queries
from tinhso.blocks.identity.models import ENOUGH_ALONE, Person
from tinhso.blocks.identity.services.people import check_password_of
from tinhso.blocks.identity.services.sessions import end_all_sessions
from tinhso.kernel.actor import Actor

ENOUGH_WITH_SECOND_FACTOR = 8


class PasswordLength:
    """Django's validator for the length that the baseline asks for."""

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        """Refuse a password shorter than 14 letters, or than 8 for somebody with a second factor."""
        shortest = self._shortest(user)
        if len(password) < shortest:
            message = _("Mật khẩu phải có ít nhất %(shortest)s ký tự.")
            raise ValidationError(message, code="password_too_short", params={"shortest": shortest})

    def get_help_text(self) -> str:
        """The rule in one sentence."""
        return _("Ít nhất 14 ký tự, hoặc 8 ký tự khi đã bật xác thực hai lớp.")

    @staticmethod
    def _shortest(user: AbstractBaseUser | None) -> int:
        if isinstance(user, Person) and user.pk is not None and queries.has_second_factor(user):
            return ENOUGH_WITH_SECOND_FACTOR
        return ENOUGH_ALONE


@transaction.atomic
def set_password(*, person: Person, password: str, by: Actor) -> None:
    """Give ``person`` a new password and end every session of theirs; for oneself or by who manages people.

    Refuses a password that the baseline does not allow.
    """
    if by.ref != person.ref:
        by.must_be_able_to("manage people")
    check_password_of(person, password)
    person.set_password(password)
    person.save(update_fields=["password", "long_password"])
    end_all_sessions(person=person, but=by.session)
    audit.record(by=by, did="set password", to=person)

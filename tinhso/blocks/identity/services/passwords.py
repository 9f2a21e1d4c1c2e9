"""Passwords: 14 letters, or 8 beside a second factor; forgotten ones, and names shut by failed log-ins."""

import secrets

from axes.utils import reset
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.blocks.identity import queries
from tinhso.blocks.identity.models import ENOUGH_ALONE, Person, WrongCode
from tinhso.blocks.identity.services.people import check_password_of
from tinhso.blocks.identity.services.sessions import end_all_sessions
from tinhso.blocks.identity.services.tokens import end_all_tokens
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused

ENOUGH_WITH_SECOND_FACTOR = 8
CLEAR_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is mistaken for another when read out


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
    """Give ``person`` a new password and end every session and token of theirs; for oneself or who manages this person.

    Refuses a password that the baseline does not allow.
    """
    if by.ref != person.ref:
        queries.must_be_manager_of(person, by=by)
    check_password_of(person, password)
    _set_password(person, password, by, once=False)


@transaction.atomic
def reset_password(*, person: Person, by: Actor) -> str:
    """Give ``person`` a random password, told this once: it opens nothing but the page to change it.

    Ends every session and token of theirs. For who manages this person; one's own password is changed, not reset.
    """
    if by.ref == person.ref:
        raise Refused("own_password", _("Hãy đổi mật khẩu của chính mình ở trang “Tài khoản của tôi”."))
    queries.must_be_manager_of(person, by=by)
    password = "-".join("".join(secrets.choice(CLEAR_LETTERS) for _letter in range(5)) for _group in range(4))
    _set_password(person, password, by, once=True)
    return password


@transaction.atomic
def unlock_person(*, person: Person, by: Actor) -> None:
    """Let a name that failed log-ins or wrong codes have shut try again at once; for who manages this person."""
    queries.must_be_manager_of(person, by=by)
    WrongCode.objects.filter(person=person).delete()
    reset(username=queries.log_in_name(person.username))
    audit.record(by=by, did="unlocked name", to=person)


def _set_password(person: Person, password: str, by: Actor, *, once: bool) -> None:
    person.set_password(password)
    person.must_change_password = once
    person.save(update_fields=["password", "long_password", "must_change_password"])
    end_all_sessions(person=person, but=by.session)
    end_all_tokens(person=person, by=by, why="password", now=clock.now())
    audit.record(by=by, did="reset password" if once else "set password", to=person)

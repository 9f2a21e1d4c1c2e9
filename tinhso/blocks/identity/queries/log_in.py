"""The person behind a session, with what every page shows of them, in one statement."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from tinhso.blocks.identity.contract import EXPRESSIONS
from tinhso.blocks.identity.models import Person


class LogInBackend(AuthenticationBackend):  # type: ignore[misc]
    """allauth's log-in, which reads the person of a session together with what other blocks show on every page."""

    def get_user(self, user_id: Any) -> Person | None:
        """Return the person of a session as long as they may log in, with what ``read_with_person`` names."""
        expressions: dict[str, Any] = {name: expression() for name, expression in EXPRESSIONS.items()}
        person = Person.objects.annotate(**expressions).filter(pk=user_id).first()
        return person if person is not None and self.user_can_authenticate(person) else None

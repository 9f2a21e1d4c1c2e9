"""The one way to say no."""

from collections.abc import Callable
from typing import ClassVar


def gettext_noop(text: str) -> str:
    """Mark a sentence for the catalogues; :attr:`Refused.message` translates it when it is shown."""
    return text


class Refused(Exception):
    """A request that the rules do not allow; nothing was changed.

    ``code`` is a stable English word for programs, ``message`` a Vietnamese sentence for people that says what to do
    (with ``%(name)s`` places for ``params``). The API answers 409 with a problem document, a page shows the message,
    a command ends with a non-zero exit.
    """

    translate: ClassVar[Callable[[str], str]] = str  # the composition root puts gettext here

    def __init__(self, code: str, message: str, /, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.template = message
        self.params = params

    @property
    def message(self) -> str:
        """The sentence for people in the reader's language, with its places filled."""
        sentence = type(self).translate(str(self.template))
        return sentence % self.params if self.params else sentence

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


class Forbidden(Refused):
    """The actor lacks a right at this place; the API answers 403."""

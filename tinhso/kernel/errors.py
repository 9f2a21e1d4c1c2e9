"""The one way to say no."""


class Refused(Exception):
    """A request that the rules do not allow; nothing was changed.

    ``code`` is a stable English word for programs, ``message`` a Vietnamese sentence for people that says what to do
    (with ``%(name)s`` places for ``params``). The API answers 409 with a problem document, a page shows the message,
    a command ends with a non-zero exit.
    """

    def __init__(self, code: str, message: str, /, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.template = message
        self.params = params

    @property
    def message(self) -> str:
        """The sentence for people, with its places filled."""
        return str(self.template) % self.params if self.params else str(self.template)

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


class Forbidden(Refused):
    """The actor lacks a right at this place; the API answers 403."""

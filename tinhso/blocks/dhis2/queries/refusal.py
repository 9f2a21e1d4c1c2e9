"""How a DHIS2 server says no."""


class DhisRefused(Exception):
    """A request that cannot be served: HTTP ``status``, DHIS2's error ``code`` (may be empty) and a sentence."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


def conflict_refusal(code: str, message: str) -> DhisRefused:
    """409: the query does not fit together."""
    return DhisRefused(409, code, message)


def missing_refusal(kind: str, uid: str) -> DhisRefused:
    """404: nothing goes by that identifier."""
    return DhisRefused(404, "E1005", f"{kind} with id {uid} could not be found.")

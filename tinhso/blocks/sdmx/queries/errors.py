"""How SDMX says no: a status of HTTP and words for people."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from tinhso.kernel.errors import Refused

BAD, NOTHING, NOT_OFFERED, TOO_BIG, TOO_LONG, NOT_BUILT = 400, 404, 406, 413, 414, 501


class No(Refused):
    """A refusal with the status that SDMX-REST prescribes."""

    def __init__(self, status: int, code: str, message: str, /, **params: object) -> None:
        super().__init__(code, message, **params)
        self.status = status


def bad_request(message: str, /, **params: object) -> No:
    """400: the question is not one that SDMX-REST knows."""
    return No(BAD, "bad_request", message, **params)


def no_results() -> No:
    """404: the question is right and the answer is empty."""
    return No(NOTHING, "no_results", _("Không có gì khớp với câu hỏi."))


def not_built(message: str, /, **params: object) -> No:
    """501: part of the standard that is not offered here."""
    return No(NOT_BUILT, "not_implemented", message, **params)


def one_of(name: str, value: str, known: Iterable[str]) -> str:
    """``value`` if it is known; refuses it with what would do."""
    offered = list(known)
    if value not in offered:
        raise bad_request(_("“%(name)s” phải là một trong: %(known)s."), name=name, known=", ".join(offered))
    return value

"""How others add to the public page of a document that carries our code."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class DocumentLink:
    """Something to open beside what is known of a document; ``words`` in the reader's language."""

    words: str
    href: str


Teller = Callable[[str], Sequence[DocumentLink]]
TELLERS: list[Teller] = []


def register_verified_links(teller: Teller) -> Teller:
    """Let ``teller`` add public links to the page of a document, which it knows by the SHA-256 of its file."""
    TELLERS.append(teller)
    return teller

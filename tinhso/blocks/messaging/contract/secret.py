"""Keys and codes within what people are told: written down as a mark, filled in only while it is sent. No Django."""

from collections.abc import Callable

MARK = "⟦…⟧"
FILLS: dict[str, Callable[[str], str]] = {}


def register_secret(kind: str, fill: Callable[[str], str]) -> None:
    """Let ``fill`` tell the secret of ``kind`` for what a message is about; an empty text where none is."""
    FILLS[kind] = fill


def secret_mark(kind: str, about: str) -> str:
    """What a message keeps instead of a secret: ``kind`` is a key of ``FILLS``, ``about`` what its owner needs."""
    return f"{kind}:{about}"


def with_secret(words: str, secret: str) -> str:
    """The words with the secret in place of its mark, as they are sent.

    Only the secret that its own message names is filled in: a mark that somebody types opens nothing of others.
    Without somebody who knows the secret, or where it opens nothing any more, the mark stays.
    """
    kind, _colon, about = secret.partition(":")
    fill = FILLS.get(kind) if MARK in words else None
    return words.replace(MARK, fill(about) or MARK) if fill is not None else words

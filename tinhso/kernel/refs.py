"""Public references: short, unguessable, safe to read aloud (no 0/O, 1/I/L/U)."""

import secrets

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def readable_letters(digest: bytes, length: int) -> str:
    """A keyed hash in ``length`` letters that can be read aloud (nearly five bits each)."""
    number, letters = int.from_bytes(digest, "big"), []
    for _ in range(length):
        number, rest = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[rest])
    return "".join(letters)


def tidied_letters(text: str) -> str:
    """What somebody typed of such letters, without the dashes and blanks between them."""
    return "".join(letter for letter in text.upper() if letter in ALPHABET)


def new_ref(prefix: str, *, length: int = 10) -> str:
    """A fresh public reference such as ``BC-7K2M9QX4RT`` (about 49 bits for ten letters)."""
    return f"{prefix}-" + "".join(secrets.choice(ALPHABET) for _ in range(length))

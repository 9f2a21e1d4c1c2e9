"""Public references: short, unguessable, safe to read aloud (no 0/O, 1/I/L/U)."""

import secrets

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_ref(prefix: str, *, length: int = 10) -> str:
    """A fresh public reference such as ``BC-7K2M9QX4RT`` (about 49 bits for ten letters)."""
    return f"{prefix}-" + "".join(secrets.choice(ALPHABET) for _ in range(length))

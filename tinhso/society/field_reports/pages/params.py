"""Coordinates as pages of field reports send them."""


def parse_degrees(text: str) -> float | None:
    """A longitude or latitude as a page writes it; None for anything else."""
    try:
        found = float(text.replace(",", ".")[:24])
    except ValueError:
        return None
    return found if -180 <= found <= 180 else None

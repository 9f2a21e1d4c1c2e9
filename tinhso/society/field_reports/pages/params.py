"""Coordinates as pages of field reports send them."""


def parse_degrees(text: str) -> float | None:
    """A longitude or latitude as a page writes it; None for anything else."""
    try:
        degrees = float(text.replace(",", ".")[:24])
    except ValueError:
        return None
    return degrees if -180 <= degrees <= 180 else None

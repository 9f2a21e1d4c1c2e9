"""What programs ask of signing: checking files (a part of the API), and signing from afar (CSC, a door of its own)."""

from tinhso.blocks.signing.api.checking import router

__all__ = ["router"]

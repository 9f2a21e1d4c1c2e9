"""What a worker needs of remote keys: the ways to sign that it asks in place of who closed the page."""

from tinhso.blocks.remote_keys import services

__all__ = ["services"]  # brings the ways with it

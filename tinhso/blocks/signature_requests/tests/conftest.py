from tinhso.blocks.remote_keys.tests.conftest import hsm, seals, token
from tinhso.blocks.signatures.tests.conftest import authorities, offline, trusted

__all__ = ["authorities", "hsm", "offline", "seals", "token", "trusted"]  # the same authorities and device

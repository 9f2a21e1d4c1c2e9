"""Every write of enterprises that is no write of a register."""

from tinhso.economy.enterprises.services.assessing import answer, follow, invite
from tinhso.economy.enterprises.services.sites import look

__all__ = ["answer", "follow", "invite", "look"]

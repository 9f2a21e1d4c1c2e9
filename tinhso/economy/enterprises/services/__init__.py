"""Every write of enterprises that is no write of a register."""

from tinhso.economy.enterprises.services.assessing import follow_mergers, invite_firm, save_assessment
from tinhso.economy.enterprises.services.sites import check_sites

__all__ = ["save_assessment", "follow_mergers", "invite_firm", "check_sites"]

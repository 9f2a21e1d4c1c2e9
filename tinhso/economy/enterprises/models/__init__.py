"""Tables of enterprises: the two registers, checks of websites, invitations and self-assessments."""

from tinhso.economy.enterprises.models.assessing import Assessment, Invitation
from tinhso.economy.enterprises.models.firms import Firm, Household
from tinhso.economy.enterprises.models.sites import SiteCheck

__all__ = ["Assessment", "Firm", "Household", "Invitation", "SiteCheck"]

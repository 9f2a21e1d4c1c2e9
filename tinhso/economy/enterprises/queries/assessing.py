"""Invitations by code, and what firms answered."""

import hashlib
import re
from datetime import datetime

from django.utils.translation import gettext as _

from tinhso.blocks.forms import queries as forms
from tinhso.blocks.forms.models import FormVersion
from tinhso.economy.enterprises.models import Assessment, Firm, Invitation
from tinhso.economy.enterprises.queries.rules import rules
from tinhso.kernel import clock
from tinhso.kernel.errors import Refused

LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # none that is taken for another
LONG = 16  # of 30 letters: nobody tries through 10^23 codes


def hash_of(code: str) -> str:
    """What is kept of a code, however it was written."""
    return hashlib.sha256(re.sub(r"[^A-Z0-9]", "", code.upper()[:80]).encode()).hexdigest()


def invitation_and_firm(code: str, now: datetime) -> tuple[Invitation, Firm]:
    """The invitation and the firm behind a code; a wrong, ended or old one is refused in the same words."""
    invitation = Invitation.objects.filter(code_hash=hash_of(code), ended_at__isnull=True, until__gt=now).first()
    firm = (
        Firm.objects.filter(ref=invitation.firm, removed=False, ended_on__isnull=True).first() if invitation else None
    )
    if invitation is None or firm is None:
        raise Refused("unknown_code", _("Mã không đúng hoặc đã hết hạn. Xin mã mới ở xã, phường hoặc sở."))
    return invitation, firm


def questionnaire_in_force(now: datetime) -> FormVersion:
    """The form in force; refuses where the province has none."""
    version = forms.in_force(rules().assessment.form, clock.local(now).date())
    if version is None:
        raise Refused("no_questionnaire", _("Tỉnh chưa có bộ câu hỏi tự đánh giá."))
    return version


def assessments_of_firm(firm: str) -> list[Assessment]:
    """All assessments of a firm, newest first."""
    return list(Assessment.objects.filter(firm=firm).order_by("-at", "-pk"))

"""Keys that sign at the desk are looked up in the register: those known as somebody else's or over do not sign."""

from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.blocks.identity import queries as identity
from tinhso.blocks.signatures.contract import SignatureKind, register_key_guard
from tinhso.blocks.units import queries as units
from tinhso.government.certificates.queries import keys
from tinhso.government.certificates.queries.rules import rules
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused


@register_key_guard
def guard_key(certificate: bytes, person: str, unit: str, kind: SignatureKind) -> None:
    """Refuse a key that the register knows as another's, expired, suspended or revoked.

    One that it does not know is written down, and refused only where the province says so.
    """
    known_certificate, who = keys.certificate_in_register(certificate), identity.person_by_ref(person)
    if known_certificate.one is None:
        return _record_unknown(known_certificate, identity.actor_for(who))
    why = keys.why_not(known_certificate.one, person=person, name=who.name, unit=unit, use=kind, day=clock.today())
    if why:
        raise Refused(f"key_{why}", _refusal_words(why), serial=known_certificate.serial, unit=units.by_ref(unit).name)
    return None


def _record_unknown(known_certificate: keys.KnownCertificate, by: Actor) -> None:
    if rules().unknown_keys == "refuse":
        raise Refused(
            "key_unknown",
            _("Chứng thư số %(serial)s chưa có trong sổ của tỉnh; hãy báo đầu mối ghi vào sổ."),
            serial=known_certificate.serial,
        )
    subject = ("certificate", known_certificate.serial[:64])
    audit.record(by=by, did="used unknown certificate", to=subject, after={"issuer": known_certificate.issuer})


def _refusal_words(why: str) -> str:
    return {
        "revoked": _("Chứng thư số %(serial)s đã bị thu hồi theo sổ của tỉnh; hãy dùng chứng thư khác."),
        "suspended": _("Chứng thư số %(serial)s đang tạm dừng theo sổ của tỉnh; hãy hỏi đầu mối chứng thư số."),
        "expired": _("Chứng thư số %(serial)s đã hết hạn theo sổ của tỉnh; hãy đề nghị gia hạn."),
        "other_body": _(
            "Theo sổ của tỉnh, chứng thư số %(serial)s không phải của %(unit)s; hãy chọn khóa con dấu khác."
        ),
        "other_person": _("Theo sổ của tỉnh, chứng thư số %(serial)s không phải của bạn; hãy dùng khóa của mình."),
        "not_personal": _("Chứng thư số %(serial)s là của cơ quan; người ký phải dùng khóa của mình."),
    }[why]

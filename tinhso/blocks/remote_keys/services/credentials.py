"""Keys that sign from afar: made in the token, certified by somebody else, disabled by who keeps them."""

import base64
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from asn1crypto import algos, csr, keys, x509
from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.blocks.identity.models import Person
from tinhso.blocks.identity.rights import MANAGE_PEOPLE
from tinhso.blocks.remote_keys import queries
from tinhso.blocks.remote_keys.models import Credential
from tinhso.blocks.remote_keys.services.authorisations import must_take_pin
from tinhso.blocks.remote_keys.services.vault import keeper
from tinhso.blocks.units.models import Unit
from tinhso.kernel import refs
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Forbidden, Refused

SHORTEST_PIN, LONGEST_PIN = 6, 32
BITS = {"rsa": 2048, "ec": 256}


def make_key(
    *,
    person: Person,
    pin: str,
    by: Actor,
    now: datetime,
    algorithm: str = "rsa",
    unit: Unit | None = None,
    codes: Sequence[str] = (Credential.APP,),
) -> Credential:
    """A new key of ``person`` in a token of its own, which only ``pin`` opens; with ``unit``, that organisation's seal.

    The PIN is kept nowhere and cannot be reset: who forgets it gets a new key. ``codes``: where its one-time codes come
    from (``totp``, ``mail``), settled for good. Refuses a PIN of less than six characters, and letters to nobody; only
    the person and who manages people may.
    """
    _must_keep(person, by)
    if not SHORTEST_PIN <= len(pin) <= LONGEST_PIN or len(set(pin)) == 1:
        raise Refused("bad_pin", _("PIN phải có từ 6 đến 32 ký tự và không chỉ gồm một ký tự."))
    if algorithm not in BITS:
        raise Refused("bad_algorithm", _("Chỉ có khóa rsa và ec."))
    if not codes or not {*codes} <= {Credential.APP, Credential.MAIL}:
        raise Refused("bad_codes", _("Mã một lần lấy từ totp (ứng dụng xác thực), mail (thư điện tử), hoặc cả hai."))
    if Credential.MAIL in codes and not person.email:
        raise Refused("no_mailbox", _("Tài khoản này chưa có địa chỉ thư điện tử để nhận mã."))
    ref = refs.new_ref("KX")
    values = keeper.ask(do="make", token=ref, pin=pin, algorithm=algorithm, bits=BITS[algorithm])
    with transaction.atomic():
        row = Credential.objects.create(
            ref=ref,
            person=person,
            unit=unit,
            algorithm=algorithm,
            bits=BITS[algorithm],
            created_at=now,
            public_key=base64.b64decode(values["public"]),
            codes=list(codes),
        )
        after = {"person": person.ref, "algorithm": algorithm, "codes": list(codes)}
        audit.record(by=by, did="made signing key", to=row, after=after)
    return row


def _must_keep(person: Person, by: Actor) -> None:
    if by.ref != person.ref and not by.can(MANAGE_PEOPLE):
        raise Forbidden("not_yours", _("Mỗi người chỉ làm việc với khóa ký của mình."))


def request_of(*, ref: str, pin: str, by: Actor) -> bytes:
    """A request for a certificate (PKCS #10, DER), signed by the key, to hand to an authority."""
    credential = queries.credential_by_ref(ref)
    _must_keep(credential.person, by)
    must_take_pin(credential)
    name = {"country_name": "VN", "common_name": credential.unit.name if credential.unit else credential.person.name}
    if credential.unit is not None:
        name["organization_name"] = credential.unit.name
    info = csr.CertificationRequestInfo(
        {
            "version": "v1",
            "subject": x509.Name.build(name),
            "subject_pk_info": keys.PublicKeyInfo.load(bytes(credential.public_key)),
            "attributes": csr.CRIAttributes([]),
        }
    )
    values = keeper.ask(do="sign", token=credential.ref, pin=pin, digest="sha256", hashes=[_base64_digest(info.dump())])
    content: bytes = csr.CertificationRequest(
        {
            "certification_request_info": info,
            "signature_algorithm": algos.SignedDigestAlgorithm(
                {"algorithm": f"sha256_{_algorithm_family(credential)}"}
            ),
            "signature": base64.b64decode(values["signatures"][0]),
        }
    ).dump()
    return content


def _algorithm_family(credential: Credential) -> str:
    return {"rsa": "rsa", "ec": "ecdsa"}[credential.algorithm]


def _base64_digest(data: bytes) -> str:
    from hashlib import sha256

    return base64.b64encode(sha256(data).digest()).decode()


@transaction.atomic
def certify_key(*, ref: str, certificate: bytes, chain: Sequence[bytes], by: Actor, now: datetime) -> Credential:
    """Let a key be used with the certificate that an authority gave for it; refuses one of another key, or out of date.

    Certificates are DER; ``chain`` holds its issuers, the nearest first.
    """
    credential = Credential.objects.select_for_update(of=("self",)).select_related("person").filter(ref=ref).first()
    if credential is None:
        raise Refused("unknown_credential", _("Không tìm thấy khóa ký này."))
    _must_keep(credential.person, by)
    must_take_pin(credential)
    parsed_certificate = read_certificate(certificate)
    for issuer in chain:
        read_certificate(issuer)
    if parsed_certificate.public_key.dump() != bytes(credential.public_key):
        raise Refused("other_key", _("Chứng thư này không phải của khóa này."))
    if not parsed_certificate.not_valid_before <= now <= parsed_certificate.not_valid_after:
        raise Refused("certificate_over", _("Chứng thư chưa có hoặc đã hết hiệu lực; hãy gia hạn rồi ký."))
    credential.certificate, credential.status = certificate, Credential.ENABLED
    credential.chain = [base64.b64encode(issuer).decode() for issuer in chain]
    credential.save(update_fields=["certificate", "chain", "status"])
    audit.record(
        by=by, did="certified signing key", to=credential, after={"serial": f"{parsed_certificate.serial_number:X}"}
    )
    return credential


def read_certificate(content: bytes) -> Any:
    """A certificate (DER) as asn1crypto has it. Raises Refused: ``bad_certificate``."""
    try:
        parsed_certificate = x509.Certificate.load(content, strict=True)
        parsed_certificate.native  # noqa: B018 - reads all of it, so that what is broken is refused here
    except (ValueError, TypeError, KeyError) as problem:
        raise Refused("bad_certificate", _("Tệp này không phải chứng thư.")) from problem
    return parsed_certificate


@transaction.atomic
def disable_key(*, ref: str, why: str, by: Actor) -> Credential:
    """No signature with this key any more, those that were let included; what it signed stays.

    Of a SIM the number is masked: nobody rings it any more.
    """
    credential = Credential.objects.select_for_update(of=("self",)).select_related("person").filter(ref=ref).first()
    if credential is None:
        raise Refused("unknown_credential", _("Không tìm thấy khóa ký này."))
    _must_keep(credential.person, by)
    if credential.status != Credential.DISABLED:
        credential.status, credential.phone = Credential.DISABLED, queries.masked_number(credential.phone)
        credential.save(update_fields=["status", "phone"])
        audit.record(by=by, did="disabled signing key", to=credential, after={"why": why})
    return credential

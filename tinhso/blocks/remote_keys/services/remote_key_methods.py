"""Ways to sign with keys elsewhere: one's own at the province, one's own at a provider, one's own in a SIM."""

import base64
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256

from django.conf import settings
from django.utils.translation import gettext as _

from tinhso.blocks.identity import queries as identity
from tinhso.blocks.remote_keys import queries
from tinhso.blocks.remote_keys.models import Credential
from tinhso.blocks.remote_keys.services import mss
from tinhso.blocks.remote_keys.services.authorisations import (
    SignatureScope,
    insert_permission,
    most_signatures,
    must_be_usable,
    require_pin_and_code,
    sign_hashes,
)
from tinhso.blocks.remote_keys.services.csc_client import from_csc, keys_abroad, log_in_abroad
from tinhso.blocks.remote_keys.services.phone_signatures import begin_on_phone, number_of, poll_phone
from tinhso.blocks.signatures.contract import SignatureAnswer, SignatureKind, SigningKey, WayField, register_signing_way
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused

Given = Mapping[str, str | bytes]


@dataclass(frozen=True)
class OwnKey:
    """A key in the province's token whose PIN and one-time code were proven: it signs what is given to it, once."""

    one: Credential
    by: Actor
    now: datetime
    pin: str = field(repr=False)
    kind: str = "remote"

    @property
    def certificate(self) -> bytes:
        """Its certificate, DER."""
        return bytes(self.one.certificate)

    @property
    def chain(self) -> Sequence[bytes]:
        """Its issuers, the nearest first."""
        return tuple(base64.b64decode(issuer) for issuer in self.one.chain)

    def many(self, data: Sequence[bytes]) -> list[bytes]:
        """Signatures under one permission for exactly these hashes."""
        hashes = tuple(sha256(each).hexdigest() for each in data)
        signature_scope = SignatureScope(len(hashes), hashes)
        _row, sad = insert_permission(
            one=self.one, wanted=signature_scope, secret=self.pin, application=None, by=self.by, now=self.now
        )
        return sign_hashes(sad=sad, one=self.one, hashes=hashes, algorithm="sha256", by=self.by, now=self.now)


@register_signing_way("remote", place=40)
class OwnRemoteKey:
    """A key that the province keeps in its token; one PIN and one code for all that is signed in one act."""

    @property
    def label(self) -> str:
        """What people read."""
        return _("Khóa của tôi tại tỉnh (PIN và mã một lần)")

    def offered(self, *, person: str, unit: str, kind: SignatureKind) -> bool:
        """For who has a key that can be used now: their own, or the seal of the body that they keep."""
        return bool(settings.PKCS11_MODULE) and bool(_usable_keys(person, unit, kind))

    def fields(self, *, person: str, unit: str, kind: SignatureKind) -> Sequence[WayField]:
        """Which key, where there are several; its PIN, and a code of the authenticator app."""
        credentials = _usable_keys(person, unit, kind)
        way_field = WayField(
            "key",
            _("Khóa"),
            "choice",
            choices=tuple((credential.ref, _key_label(credential)) for credential in credentials),
        )
        return (
            *([way_field] if len(credentials) > 1 else []),
            WayField("pin", _("PIN của khóa"), "password"),
            _code_field(credentials),
        )

    @contextmanager
    def open(self, given: Given, *, person: str, unit: str, kind: SignatureKind, count: int) -> Iterator[SigningKey]:
        """The key, once PIN and code were proven; refuses more signatures than one permission may have."""
        credentials, key_ref = _usable_keys(person, unit, kind), str(given.get("key", ""))
        credential = next((each for each in credentials if key_ref in ("", each.ref)), None)
        if credential is None:
            raise Refused("unknown_credential", _("Không tìm thấy khóa ký này."))
        if count > most_signatures(credential):
            raise Refused("count_too_high", _("Xin phép ký quá nhiều văn bản một lần."))
        by, now = identity.actor_for(credential.person), clock.now()
        must_be_usable(credential, now)
        pin = str(given.get("pin", ""))
        require_pin_and_code(one=credential, pin=pin, otp=str(given.get("otp", "")).replace(" ", ""), by=by, now=now)
        yield OwnKey(credential, by, now, pin)


def _code_field(credentials: Sequence[Credential]) -> WayField:
    kinds = {kind for credential in credentials for kind in credential.codes}
    app = _("6 chữ số đang hiện trong ứng dụng xác thực của bạn.")
    letter = _("6 chữ số gửi đến thư điện tử của bạn.")
    either = _("6 chữ số đang hiện trong ứng dụng xác thực, hoặc gửi đến thư điện tử của bạn.")
    hint = either if len(kinds) > 1 else app if Credential.APP in kinds else letter
    return WayField("otp", _("Mã một lần"), "code", hint, sent=Credential.MAIL in kinds)


def _usable_keys(person: str, unit: str, kind: SignatureKind) -> list[Credential]:
    """The keys that can be used now, the newest first."""
    return queries.usable_credentials(person, unit if kind is SignatureKind.SEAL else "", clock.now())


def _key_label(credential: Credential) -> str:
    return f"{credential.ref} · {clock.local(credential.created_at):%d/%m/%Y}"


@register_signing_way("csc", place=50)
class ProvidersKey:
    """A key at a remote signing service that the operator named; name, password, PIN and code are for that service."""

    @property
    def label(self) -> str:
        """What people read."""
        return _("Khóa tại nhà cung cấp")

    def offered(self, *, person: str, unit: str, kind: SignatureKind) -> bool:
        """Wherever a service was named: who has a key there, only the service knows."""
        return bool(settings.CSC_SERVICES)

    def fields(self, *, person: str, unit: str, kind: SignatureKind) -> Sequence[WayField]:
        """Which service, where there are several; who one is there, and what lets the key sign."""
        services = tuple((csc_service, csc_service.partition("://")[2]) for csc_service in settings.CSC_SERVICES)
        return (
            *([WayField("service", _("Nhà cung cấp"), "choice", choices=services)] if len(services) > 1 else []),
            WayField("user", _("Tên đăng nhập ở nhà cung cấp"), "text"),
            WayField("password", _("Mật khẩu ở nhà cung cấp"), "password"),
            WayField("key", _("Mã khóa"), "text", _("Để trống nếu bạn chỉ có một khóa ở đó.")),
            WayField("pin", _("PIN của khóa"), "password"),
            WayField("otp", _("Mã một lần (nếu nhà cung cấp hỏi)"), "code"),
        )

    @contextmanager
    def open(self, given: Given, *, person: str, unit: str, kind: SignatureKind, count: int) -> Iterator[SigningKey]:
        """The key; nothing that was typed outlives it."""
        values = {name: str(value) for name, value in given.items()}
        base = values.get("service") or settings.CSC_SERVICES[0]
        access = log_in_abroad(base=base, username=values.get("user", ""), password=values.get("password", ""))
        credential = values.get("key") or _only_entry(keys_abroad(base=base, access=access))
        otp = values.get("otp", "").replace(" ", "")
        yield from_csc(base=base, access=access, credential=credential, pin=values.get("pin", ""), otp=otp)


def _only_entry(found: Sequence[str]) -> str:
    if not found:
        raise Refused("no_key", _("Bạn chưa có khóa nào ở nhà cung cấp này."))
    if len(found) > 1:
        raise Refused(
            "which_key", _("Bạn có nhiều khóa ở đó, hãy ghi mã một khóa: %(keys)s"), keys=", ".join(found[:9])
        )
    return found[0]


@dataclass(frozen=True)
class SimCard:
    """The key in somebody's SIM: it signs once they have typed its PIN on the handset."""

    phone: str = field(repr=False)
    certificate: bytes
    chain: Sequence[bytes]
    kind: str = "sim"

    @property
    def wait(self) -> timedelta:
        """As long as the province lets phones ring."""
        return timedelta(seconds=queries.rules().remote.phone_seconds)

    def begin(self, data: bytes, *, shown: str, by: Actor, now: datetime) -> str:
        """Ring the handset."""
        return begin_on_phone(phone=self.phone, digest=sha256(data).digest(), shown=shown, by=by, now=now).ref


@register_signing_way("sim", place=60)
class SimSigning:
    """The key in a SIM: a code to compare on two screens, a PIN on the handset."""

    @property
    def label(self) -> str:
        """What people read."""
        return _("SIM ký số (PIN trên điện thoại)")

    def offered(self, *, person: str, unit: str, kind: SignatureKind) -> bool:
        """For people, where there is an operator: seals lie in no SIM."""
        return kind is SignatureKind.PERSON and bool(settings.MSS_URL)

    def fields(self, *, person: str, unit: str, kind: SignatureKind) -> Sequence[WayField]:
        """The number; the handset asks for the PIN."""
        return (WayField("phone", _("Số điện thoại của SIM"), "tel", _("PIN của SIM chỉ gõ trên điện thoại.")),)

    @contextmanager
    def open(self, given: Given, *, person: str, unit: str, kind: SignatureKind, count: int) -> Iterator[SigningKey]:
        """The key; refuses many at once, since each code is to be compared, and numbers without a key."""
        if count > 1:
            raise Refused("one_at_a_time", _("SIM ký từng văn bản một. Hãy mở từng văn bản rồi ký."))
        number = number_of(str(given.get("phone", "")))
        mine, *chain = mss.subscriber_certificates(number, clock.now())
        yield SimCard(number, mine, tuple(chain))

    def answer(self, reference: str, *, certificate: bytes, by: Actor, now: datetime) -> SignatureAnswer:
        """What the operator says."""
        row = poll_phone(ref=reference, certificate=certificate, by=by, now=now)
        if row.state == "signed":
            return SignatureAnswer(row.code, row.expires_at, bytes(row.signature))
        if row.state == "waiting":
            return SignatureAnswer(row.code, row.expires_at)
        return SignatureAnswer(row.code, row.expires_at, why=row.state, refusal=mss.words_of(row.state))

    def compared_code(self, reference: str, *, by: Actor) -> SignatureAnswer | None:
        """The code that is to be compared."""
        row = queries.phone_signature(reference, by=by)
        return SignatureAnswer(row.code, row.expires_at) if row is not None else None

"""Makers that read aloud: somebody with a key in the token, and the codes of their app."""

from collections.abc import Sequence

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value

from tests.simulators.certificate_authority import Authorities
from tinhso.blocks.identity import queries as people
from tinhso.blocks.identity.models import Person
from tinhso.blocks.identity.tests.makers import a_person
from tinhso.blocks.remote_keys import services
from tinhso.blocks.remote_keys.models import Credential
from tinhso.blocks.signatures.tests.makers import as_if
from tinhso.blocks.units.models import Unit
from tinhso.kernel import clock

PIN, SECRET = "dừa-246810", "JBSWY3DPEHPK3PXP"


_in_the_token: dict[tuple[str, str, str], list[Credential]] = {}


def a_signer(
    authorities: Authorities,
    name: str = "lan",
    *,
    algorithm: str = "ec",
    unit: Unit | None = None,
    codes: Sequence[str] = ("totp",),
) -> Credential:
    """Somebody with an authenticator app and a key in the token that is certified.

    Keys stay in the token from test to test, since making one takes long; each test has rows of its own.
    """
    person = Person.objects.filter(username=name).first() or a_person(name)
    if not Authenticator.objects.filter(user_id=person.pk).exists():
        TOTP.activate(person, SECRET)
    kept = _in_the_token.setdefault((str(authorities.folder), name, algorithm), [])
    had = Credential.objects.filter(person=person, algorithm=algorithm).count()
    if had < len(kept):
        again = {field: getattr(kept[had], field) for field in KEPT}
        return Credential.objects.create(person=person, unit=unit, created_at=clock.now(), codes=list(codes), **again)
    kept.append(_a_new_key(authorities, person, algorithm, unit, codes))
    return kept[-1]


KEPT = ("ref", "algorithm", "bits", "public_key", "certificate", "chain", "status")


def _a_new_key(
    authorities: Authorities, person: Person, algorithm: str, unit: Unit | None, codes: Sequence[str]
) -> Credential:
    by, now = people.actor_for(person), clock.now()
    one = services.make_key(person=person, pin=PIN, by=by, now=now, algorithm=algorithm, unit=unit, codes=codes)
    certificate = authorities.certify(services.request_of(ref=one.ref, pin=PIN, by=by))
    chain = [authorities.certificate("root-issuer"), authorities.certificate("root")]
    return services.certify_key(ref=one.ref, certificate=certificate, chain=chain, by=by, now=now)


def a_code(one: Credential) -> str:
    """A one-time code that was not used: the present one, as if time had passed since the last."""
    step = int(clock.now().timestamp()) // 30
    as_if("UPDATE remote_keys_credential SET otp_step = 0 WHERE person_id = %s", one.person_id)
    return str(format_hotp_value(hotp_value(SECRET, step)))

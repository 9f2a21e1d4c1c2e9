"""Makers that read aloud: a small document, somebody who signs it, and what is asked."""

import itertools
from collections.abc import Sequence
from dataclasses import replace
from io import BytesIO
from typing import Any

import pikepdf
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.db import connection

from tests.simulators.certificate_authority import PASSWORD, Authorities
from tinhso.blocks.identity import queries as people
from tinhso.blocks.identity.models import Person
from tinhso.blocks.identity.tests.makers import a_person
from tinhso.blocks.signing import services
from tinhso.blocks.signing.contract import Ask, Kind, Level
from tinhso.blocks.signing.models import Credential
from tinhso.blocks.units.models import Unit
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor

RIGHT = "sign documents"
CLERK = Actor(ref="person:van-thu", name="Văn thư", everywhere=frozenset({RIGHT}))
_numbers = itertools.count(1)


def a_pdf(words: str = "Chi tra 1.000.000 dong") -> bytes:
    """A page with a line of words."""
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(595, 842))
        page.Contents = pdf.make_stream(f"BT /F1 20 Tf 60 700 Td ({words}) Tj ET".encode())
        page.Resources = pikepdf.Dictionary(
            Font=pikepdf.Dictionary(
                F1=pikepdf.Dictionary(
                    Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
                )
            )
        )
        out = BytesIO()
        pdf.save(out, compress_streams=False)
    return out.getvalue()


def an_ask(kind: Kind = Kind.PERSON, level: Level = Level.B_LT, **changes: Any) -> Ask:
    """A request that nobody made before, without anything drawn."""
    number = next(_numbers)
    return replace(Ask(f"yeu-cau-{number}", f"van-ban-{number}", kind, level, visible=False), **changes)


def key_of(authorities: Authorities, name: str = "chu-tich") -> services.FileKey:
    """A signer's key, as it is given for one act."""
    return services.from_file(authorities.p12(name), PASSWORD)


def signed(
    authorities: Authorities, name: str = "chu-tich", level: Level = Level.B_LT, content: bytes = b"", **changes: Any
) -> bytes:
    """A PDF with a signature more, without anything written down."""
    ask = an_ask(level=level, **changes)
    given = content or a_pdf()
    return services.sign_pdf(content=given, signer=key_of(authorities, name), ask=ask, now=clock.now()).content


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
    return services.certify(ref=one.ref, certificate=certificate, chain=chain, by=by, now=now)


def a_code(one: Credential) -> str:
    """A one-time code that was not used: the present one, as if time had passed since the last."""
    step = int(clock.now().timestamp()) // 30
    as_if("UPDATE signing_credential SET otp_step = 0 WHERE person_id = %s", one.person_id)
    return str(format_hotp_value(hotp_value(SECRET, step)))


def as_if(statement: str, *values: Any) -> None:
    """Bring about what only time could, past the guards of the tables."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(statement, values)
        cursor.execute("SET session_replication_role = origin")

"""Makers that read aloud: a small document, somebody who signs it, and what is asked."""

import itertools
from dataclasses import replace
from io import BytesIO
from typing import Any

import pikepdf
from django.db import connection

from tests.simulators.certificate_authority import PASSWORD, Authorities
from tinhso.blocks.signatures import services
from tinhso.blocks.signatures.contract import PadesLevel, SignatureAsk, SignatureKind
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


def an_ask(
    kind: SignatureKind = SignatureKind.PERSON, level: PadesLevel = PadesLevel.B_LT, **changes: Any
) -> SignatureAsk:
    """A request that nobody made before, without anything drawn."""
    number = next(_numbers)
    return replace(SignatureAsk(f"yeu-cau-{number}", f"van-ban-{number}", kind, level, visible=False), **changes)


def key_of(authorities: Authorities, name: str = "chu-tich") -> services.FileKey:
    """A signer's key, as it is given for one act."""
    return services.from_file(authorities.p12(name), PASSWORD)


def signed(
    authorities: Authorities,
    name: str = "chu-tich",
    level: PadesLevel = PadesLevel.B_LT,
    content: bytes = b"",
    **changes: Any,
) -> bytes:
    """A PDF with a signature more, without anything written down."""
    ask = an_ask(level=level, **changes)
    given = content or a_pdf()
    return services.sign_pdf(content=given, signer=key_of(authorities, name), ask=ask, now=clock.now()).content


def as_if(statement: str, *values: Any) -> None:
    """Bring about what only time could, past the guards of the tables."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(statement, values)
        cursor.execute("SET session_replication_role = origin")

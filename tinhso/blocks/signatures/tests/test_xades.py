"""XML is signed and judged like PDFs are: what is altered, moved, doubled or smuggled in is never valid."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from lxml import etree

from tests.simulators.certificate_authority import Authorities
from tinhso.blocks.signatures import services
from tinhso.blocks.signatures.contract import CheckVerdict, PadesLevel
from tinhso.blocks.signatures.tests import xml_attacks as attacks
from tinhso.blocks.signatures.tests.makers import key_of
from tinhso.kernel import clock
from tinhso.kernel.errors import Refused

XML = '<?xml version="1.0"?>\n<chi><ai>Nguyễn Văn Ví Dụ</ai><so>1.000.000</so></chi>'.encode()


def signed(authorities: Authorities, level: PadesLevel = PadesLevel.B_B, name: str = "chu-tich") -> bytes:
    """The document with a signature."""
    return services.sign_xml(content=XML, signer=key_of(authorities, name), level=level, now=clock.now())


@pytest.mark.parametrize("level", [PadesLevel.B_B, PadesLevel.B_T])
def test_a_signature_holds_and_says_who_and_when(trusted: Authorities, level: PadesLevel) -> None:
    report = services.check_file(content=signed(trusted, level), now=clock.now())

    (one,) = report.signatures
    assert (one.form, one.level, one.added, one.why) == ("XAdES", level, "nothing", ("illustrative",))
    assert one.who.startswith("Nguyễn Văn Ví Dụ")
    assert one.claimed_at is not None
    assert (one.proven_at is not None) == (level is PadesLevel.B_T)
    assert report.verdict is CheckVerdict.VALID_BUT


@pytest.mark.parametrize("attack", attacks.ATTACKS, ids=lambda one: one.__name__)
def test_an_altered_file_is_never_valid(trusted: Authorities, attack: Callable[[bytes], bytes]) -> None:
    content = signed(trusted)

    altered = attack(content)

    assert altered != content
    assert services.check_file(content=altered, now=clock.now()).verdict in (CheckVerdict.INVALID, CheckVerdict.UNKNOWN)


@pytest.mark.parametrize("content", [attacks.LAUGHS, attacks.OUTSIDE], ids=["laughs", "outside"])
def test_what_declares_entities_is_not_opened(trusted: Authorities, content: bytes) -> None:
    report = services.check_file(content=content, now=clock.now())

    assert (report.verdict, report.why) == (CheckVerdict.UNKNOWN, ("doctype",))
    with pytest.raises(Refused, match="cannot_sign"):
        services.sign_xml(content=content, signer=key_of(trusted), level=PadesLevel.B_B, now=clock.now())


@pytest.mark.parametrize(("name", "why"), [("thu-hoi", "revoked"), ("la", "unknown_issuer")])
def test_who_is_trusted_is_what_the_list_and_the_issuers_say(trusted: Authorities, name: str, why: str) -> None:
    report = services.check_file(content=signed(trusted, name=name), now=clock.now())

    assert report.signatures[0].why == (why,)
    assert report.verdict is CheckVerdict.UNKNOWN


def test_a_part_that_is_signed_says_nothing_of_the_rest(trusted: Authorities) -> None:
    made = etree.fromstring(signed(trusted))

    part = etree.Element("hop")
    part.append(made)
    etree.SubElement(part, "them").text = "ngoài chữ ký"
    report = services.check_file(content=etree.tostring(part), now=clock.now())

    assert report.verdict is CheckVerdict.INVALID


def test_xml_without_a_signature_is_not_signed_and_with_one_is_not_signed_again(trusted: Authorities) -> None:
    bare, broken = (
        services.check_file(content=XML, now=clock.now()),
        services.check_file(content=b"<a><b>", now=clock.now()),
    )

    assert (bare.verdict, bare.why) == (CheckVerdict.NOT_SIGNED, ("no_signature",))
    assert (broken.verdict, broken.why) == (CheckVerdict.UNKNOWN, ("broken_file",))
    with pytest.raises(Refused, match="signed_already"):
        services.sign_xml(content=signed(trusted), signer=key_of(trusted), level=PadesLevel.B_B, now=clock.now())


def test_the_page_and_the_api_take_xml(trusted: Authorities, client: Client, db: None) -> None:
    content = signed(trusted)

    page = client.post("/verify/signature/", {"file": SimpleUploadedFile("a.xml", content)}).content.decode()
    told: Any = client.post("/api/v1/signatures/check", content, content_type="application/octet-stream").json()

    assert "XAdES B-B" in page
    assert (told["verdict"], told["signatures"][0]["form"]) == ("valid_but", "XAdES")

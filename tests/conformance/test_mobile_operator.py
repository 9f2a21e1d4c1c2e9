"""Signing on a phone, held against a description of ETSI TS 102 204 that an operator published."""

from pathlib import Path
from typing import Any

import httpx
import pytest
from lxml import etree

from tests.simulators.mobile_operator import MSS, PIN, SOAP, Operator
from tinhso.blocks.remote_keys import services
from tinhso.blocks.remote_keys.models import PhoneSignature
from tinhso.blocks.remote_keys.services import mss
from tinhso.blocks.remote_keys.tests.test_phone_signatures import (  # noqa: F401 - the same operator
    NUMBER,
    WRITTEN,
    a_request,
    operator,
    polled,
    served,
)
from tinhso.blocks.signatures.tests.conftest import authorities, trusted  # noqa: F401 - the same authorities
from tinhso.kernel import clock


@pytest.mark.conformance
def test_messages_of_both_sides_fit_the_published_description(
    operator: Operator,  # noqa: F811
    db: None,
    vectors: Path,
) -> None:
    schema = _schema(vectors / "03-signing" / "mss" / "mobileid.wsdl")
    operator.heard.clear()
    row = a_request()
    waiting = httpx.post(f"{operator.address}/MSS_StatusQueryPort", content=_status(row)).content
    operator.press(NUMBER, pin=PIN)
    signed = httpx.post(f"{operator.address}/MSS_StatusQueryPort", content=_status(row)).content
    polled(operator, row)
    mss.send_receipt(transaction=row.transaction, phone=NUMBER, words="x", now=clock.now())
    services.from_sim(phone=WRITTEN, shown="x", now=clock.now())

    for message in (*operator.heard, waiting, signed):
        (told,) = etree.fromstring(message).find(f"{{{SOAP}}}Body/*")
        for more in told.findall(f"{{{MSS}}}DataToBeDisplayed"):  # of the standard, which this description leaves out
            told.remove(more)
        assert schema.validate(told), schema.error_log
    assert len(operator.heard) == 6


def _status(row: PhoneSignature) -> bytes:
    """The bytes of our own question."""
    envelope = etree.Element(f"{{{SOAP}}}Envelope")
    body = etree.SubElement(etree.SubElement(envelope, f"{{{SOAP}}}Body"), "MSS_StatusQuery")
    body.append(mss._mss_message("MSS_StatusQuery", clock.now(), MSSP_TransID=row.transaction))
    content: bytes = etree.tostring(envelope)
    return content


XML = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"
targetNamespace="http://www.w3.org/XML/1998/namespace"><xs:attribute name="lang" type="xs:string"/></xs:schema>"""


def _schema(path: Path) -> etree.XMLSchema:
    """The schemas inside of a WSDL as one: each may use the others."""
    xs = "{http://www.w3.org/2001/XMLSchema}"
    every = {one.get("targetNamespace"): one for one in etree.parse(path).iter(f"{xs}schema")}
    whole = etree.Element(f"{xs}schema")
    files: dict[str | None, str] = {}
    for space in every:
        files[space] = f"mem://{len(files)}"
        etree.SubElement(whole, f"{xs}import", namespace=space, schemaLocation=files[space])

    class Found(etree.Resolver):  # type: ignore[misc]
        def resolve(self, url: str, _pubid: str, context: Any) -> Any:
            found = next((space for space, name in files.items() if name == url), None)
            return self.resolve_string(etree.tostring(every[found]), context) if found else None

    files["http://www.w3.org/XML/1998/namespace"] = "mem://xml"
    every["http://www.w3.org/XML/1998/namespace"] = etree.fromstring(XML)
    for one in every.values():
        for needed in one.findall(f"{xs}import"):
            needed.set("schemaLocation", files[needed.get("namespace")])
    parser = etree.XMLParser()
    parser.resolvers.add(Found())
    return etree.XMLSchema(etree.fromstring(etree.tostring(whole), parser))

"""A simulator of a mobile operator whose SIMs sign, with handsets as web pages. Nothing it signs is legally valid.

Speaks ETSI TS 102 204 (SOAP 1.2) over plain HTTP on loopback; messages are read and written with the standard library
alone, so that it shares nothing with the code that it tries. Keys are made at each start and certified by the simulated
authority of a folder (see certificate_authority).

    python -m tests.simulators.mobile_operator --port 9004 --folder var/ca --ap tinh --secret … \\
        --phone 84900000001="Nguyễn Văn Ví Dụ"
    POST /soap/MSS_SignaturePort, MSS_StatusQueryPort, MSS_ReceiptPort, MSS_ProfilePort
    GET  /phones/84900000001    the handset: what is to be signed, its code, and a field for the PIN (246810)
    POST /phones/84900000001    pin=… to sign, deny=1 to refuse, off=1 or on=1 for the network
"""

import argparse
import base64
import hashlib
import html
import sys
import threading
import time
import urllib.parse
import xml.etree.ElementTree as tree
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa, utils
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from tests.simulators.certificate_authority import certify

NOTICE = "mobile-operator simulator: nothing it signs is legally valid"
SOAP, MSS, DS = (
    "http://www.w3.org/2003/05/soap-envelope",
    "http://uri.etsi.org/TS102204/v1.1.2#",
    "http://www.w3.org/2000/09/xmldsig#",
)
MCS = "http://www.methics.fi/TS102204/ext/v1.0.0"
PIN, TRIES = "246810", 3
PAGE = """<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>Điện thoại mô phỏng</title>
<meta name="viewport" content="width=device-width"></head><body><main><h1>Điện thoại mô phỏng {number}</h1>
<p><strong>Mô phỏng: chữ ký không có giá trị pháp lý.</strong> {said}</p>{prompts}
<form method="post"><button name="{switch}" value="1">{switch_words}</button></form></main></body></html>"""
PROMPT = """<form method="post"><input type="hidden" name="transaction" value="{transaction}"><p>{shown}</p>
<p>Mã trên điện thoại: <strong>{code}</strong></p><p><label>PIN <input name="pin" type="password"
inputmode="numeric"></label> <button>Ký</button> <button name="deny" value="1">Từ chối</button></p></form>"""


class Fault(Exception):
    """A refusal of the standard."""

    def __init__(self, code: str, why: str) -> None:
        super().__init__(why)
        self.code = code


@dataclass
class Sim:
    """A subscriber's SIM."""

    name: str
    key: rsa.RSAPrivateKey
    certificate: bytes
    off: bool = False
    blocked: bool = False
    wrong: int = 0
    receipts: list[str] = field(default_factory=list)


@dataclass
class Request:
    """What a handset is asked."""

    phone: str
    digest: bytes
    shown: str
    until: float
    code: str = ""
    signature: bytes = b""
    ended: threading.Event = field(default_factory=threading.Event)


class Operator(ThreadingHTTPServer):
    """The operator with its subscribers. ``forge``: signatures come from another key."""

    daemon_threads = True
    forge = False

    def __init__(self, folder: Path, *, ap: str, secret: str, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.folder, self.ap, self.secret = folder, ap, secret
        self.sims: dict[str, Sim] = {}
        self.requests: dict[str, Request] = {}
        self.heard: list[bytes] = []

    @property
    def address(self) -> str:
        """Where an application sends its requests."""
        return f"http://127.0.0.1:{self.server_port}/soap"

    def subscribe(self, number: str, name: str) -> Sim:
        """A SIM with a key of its own."""
        key = rsa.generate_private_key(65537, 2048)
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        asked = x509.CertificateSigningRequestBuilder().subject_name(subject).sign(key, hashes.SHA256())
        self.sims[number] = Sim(name, key, certify(self.folder, asked.public_bytes(Encoding.DER)))
        return self.sims[number]

    def answer(self, operation: str, asked: tree.Element) -> tree.Element:
        """One operation, as the standard has it."""
        about = asked.find(f"{{{MSS}}}AP_Info")
        if about is None or (about.get("AP_ID"), about.get("AP_PWD")) != (self.ap, self.secret):
            raise Fault("104", "UNAUTHORIZED_ACCESS")
        does = {
            "MSS_Signature": self.sign,
            "MSS_StatusQuery": self.status,
            "MSS_Receipt": self.receipt,
            "MSS_ProfileQuery": self.profile,
        }
        made = does[operation](asked)
        made.set("MajorVersion", "1")
        made.set("MinorVersion", "1")
        made.insert(0, tree.Element(f"{{{MSS}}}AP_Info", about.attrib))
        operator = tree.Element(f"{{{MSS}}}MSSP_Info", Instant=datetime.now(UTC).isoformat(timespec="seconds"))
        named = tree.SubElement(tree.SubElement(operator, f"{{{MSS}}}MSSP_ID"), f"{{{MSS}}}URI")
        named.text = self.address
        made.insert(1, operator)
        return made

    def _sim(self, asked: tree.Element) -> tuple[str, Sim]:
        number = asked.findtext(f"{{{MSS}}}MobileUser/{{{MSS}}}MSISDN") or ""
        if number not in self.sims:
            raise Fault("105", "UNKNOWN_CLIENT")
        return number, self.sims[number]

    def sign(self, asked: tree.Element) -> tree.Element:
        """Ring a handset; in synchronous mode wait for it."""
        number, sim = self._sim(asked)
        if sim.off:
            raise Fault("209", "OTA_ERROR")
        if sim.blocked:
            raise Fault("402", "PIN_NR_BLOCKED")
        data = asked.find(f"{{{MSS}}}DataToBeSigned")
        if data is None or data.get("MimeType") != "application/x-sha256":
            raise Fault("107", "INAPPROPRIATE_DATA")
        seconds = float(asked.get("TimeOut") or 60)
        shown = asked.findtext(f"{{{MSS}}}DataToBeDisplayed") or ""
        one = Request(number, base64.b64decode(data.text or ""), shown, time.monotonic() + seconds)
        transaction = f"t{len(self.requests) + 1}"
        self.requests[transaction] = one
        if asked.get("MessagingMode") == "synch":
            one.ended.wait(seconds)
            return self._told("MSS_SignatureResp", transaction, one)
        return self._told("MSS_SignatureResp", transaction, one, begun=True)

    def status(self, asked: tree.Element) -> tree.Element:
        """What became of a request."""
        transaction = asked.get("MSSP_TransID") or ""
        if transaction not in self.requests:
            raise Fault("101", "WRONG_PARAM")
        return self._told("MSS_StatusResp", transaction, self.requests[transaction])

    def _told(self, name: str, transaction: str, one: Request, *, begun: bool = False) -> tree.Element:
        if one.code not in ("", "500"):
            raise Fault(one.code, "the handset")
        if not one.signature and not begun and time.monotonic() >= one.until:
            raise Fault("208", "EXPIRED_TRANSACTION")
        made = tree.Element(f"{{{MSS}}}{name}")
        if name == "MSS_SignatureResp":
            made.set("MSSP_TransID", transaction)
        user = tree.SubElement(made, f"{{{MSS}}}MobileUser")
        tree.SubElement(user, f"{{{MSS}}}MSISDN").text = one.phone
        if one.signature:
            kept = tree.SubElement(made, f"{{{MSS}}}MSS_Signature")
            tree.SubElement(kept, f"{{{MSS}}}Base64Signature").text = base64.b64encode(one.signature).decode()
        _status(made, "500" if one.signature else "100" if begun else "504")
        return made

    def receipt(self, asked: tree.Element) -> tree.Element:
        """Keep what a handset is told at the end."""
        self._sim(asked)[1].receipts.append(asked.findtext(f"{{{MSS}}}Message") or "")
        made = tree.Element(f"{{{MSS}}}MSS_ReceiptResp")
        _status(made, "100")
        return made

    def profile(self, asked: tree.Element) -> tree.Element:
        """The certificates of a subscriber."""
        sim = self._sim(asked)[1]
        made = tree.Element(f"{{{MSS}}}MSS_ProfileResp")
        detail = tree.SubElement(_status(made, "100"), f"{{{MSS}}}StatusDetail")
        kept = tree.SubElement(
            tree.SubElement(detail, f"{{{MSS}}}ProfileQueryExtension"),
            f"{{{MCS}}}MobileUserCertificate",
            State="ACTIVE",
        )
        for content in (sim.certificate, (self.folder / "root-issuer.cer").read_bytes()):
            tree.SubElement(kept, f"{{{DS}}}X509Certificate").text = base64.b64encode(content).decode()
        return made

    def waiting(self, number: str) -> dict[str, Request]:
        """What a handset shows now."""
        now = time.monotonic()
        return {
            name: one for name, one in self.requests.items() if one.phone == number and not one.code and now < one.until
        }

    def press(self, number: str, **pressed: str) -> str:
        """What somebody does on a handset; says what the handset shows then."""
        sim, waiting = self.sims[number], self.waiting(number)
        if "off" in pressed or "on" in pressed:
            sim.off = "off" in pressed
            return ""
        one = waiting.get(pressed.get("transaction", "") or next(reversed(waiting), ""))
        if one is None:
            return "Không có gì để ký."
        if "deny" in pressed:
            one.code = "401"
        elif pressed.get("pin") != PIN:
            sim.wrong += 1
            sim.blocked = sim.wrong >= TRIES
            if not sim.blocked:
                return f"PIN sai, còn {TRIES - sim.wrong} lần."
            one.code = "402"
        else:
            sim.wrong, key = 0, rsa.generate_private_key(65537, 2048) if self.forge else sim.key
            one.signature = key.sign(one.digest, padding.PKCS1v15(), utils.Prehashed(hashes.SHA256()))
            one.code = "500"
        one.ended.set()
        return {"500": "Đã ký.", "401": "Đã từ chối."}.get(one.code, "SIM đã bị khóa.")


def _status(made: tree.Element, code: str) -> tree.Element:
    status = tree.SubElement(made, f"{{{MSS}}}Status")
    tree.SubElement(status, f"{{{MSS}}}StatusCode", Value=code)
    return status


def _code(digest: bytes) -> str:
    """The code that both screens show: worked out here from the standard's bytes, not told by anybody."""
    return str(int.from_bytes(hashlib.sha256(digest).digest()[-2:], "big") % 10000).zfill(4)


class Handler(BaseHTTPRequestHandler):
    """One request."""

    server: Operator
    server_version = "operator-simulator"
    sys_version = ""

    def do_POST(self) -> None:
        """A SOAP request, or a key pressed on a handset."""
        body = self.rfile.read(min(int(self.headers.get("Content-Length") or 0), 100_000))
        if self.path.startswith("/phones/"):
            pressed = {name: values[0] for name, values in urllib.parse.parse_qs(body.decode()).items()}
            number = self.path.removeprefix("/phones/")
            return (
                self._handset(number, self.server.press(number, **pressed))
                if number in self.server.sims
                else self._answer(404, b"")
            )
        self.server.heard.append(body)
        envelope = tree.Element(f"{{{SOAP}}}Envelope")
        kept = tree.SubElement(envelope, f"{{{SOAP}}}Body")
        try:
            operation = tree.fromstring(body).find(f"{{{SOAP}}}Body/*")
            assert operation is not None
            tree.SubElement(kept, f"{operation.tag}Response").append(self.server.answer(operation.tag, operation[0]))
            status = 200
        except Fault as fault:
            status = 500
            told = tree.SubElement(kept, f"{{{SOAP}}}Fault")
            code = tree.SubElement(told, f"{{{SOAP}}}Code")
            tree.SubElement(code, f"{{{SOAP}}}Value").text = "s:Receiver"
            sub = tree.SubElement(code, f"{{{SOAP}}}Subcode")
            tree.SubElement(sub, f"{{{SOAP}}}Value").text = f"mss:_{fault.code}"
            reason = tree.SubElement(told, f"{{{SOAP}}}Reason")
            text = tree.SubElement(reason, f"{{{SOAP}}}Text", {"{http://www.w3.org/XML/1998/namespace}lang": "en"})
            text.text = str(fault)
        return self._answer(status, tree.tostring(envelope), "application/soap+xml")

    def do_GET(self) -> None:
        """A handset."""
        number = self.path.removeprefix("/phones/")
        return self._handset(number, "") if number in self.server.sims else self._answer(404, b"")

    def _handset(self, number: str, said: str) -> None:
        sim = self.server.sims[number]
        prompts = "".join(
            PROMPT.format(transaction=name, shown=html.escape(one.shown), code=_code(one.digest))
            for name, one in self.server.waiting(number).items()
        )
        switch, words = ("on", "Bật máy") if sim.off else ("off", "Tắt máy")
        shown = "" if sim.off else prompts or "<p>Không có yêu cầu ký.</p>"
        page = PAGE.format(
            number=html.escape(number), said=html.escape(said), prompts=shown, switch=switch, switch_words=words
        )
        self._answer(200, page.encode(), "text/html; charset=utf-8")

    def _answer(self, status: int, content: bytes, kind: str = "text/plain") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("X-Notice", NOTICE)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args: Any) -> None:
        """Say nothing of each request."""


def main() -> int:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(description=NOTICE)
    parser.add_argument("--port", type=int, default=9004)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--ap", default="tinh")
    parser.add_argument("--secret", required=True)
    parser.add_argument("--phone", action="append", default=[], metavar="NUMBER=NAME")
    asked = parser.parse_args()
    operator = Operator(asked.folder, ap=asked.ap, secret=asked.secret, port=asked.port)
    for one in asked.phone:
        number, _, name = one.partition("=")
        operator.subscribe(number, name)
        print(f"http://127.0.0.1:{operator.server_port}/phones/{number}")
    print(f"{NOTICE}\nTINHSO_MSS_URL={operator.address} TINHSO_MSS_AP_ID={asked.ap}", flush=True)
    try:
        operator.serve_forever()
    except KeyboardInterrupt:
        return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
